import type { RunningSystem } from '@gomon/testing';
import { createHmac } from 'node:crypto';

/** One alert of a webhook, in short. */
export interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly startsAt: string;
  readonly endsAt?: string;
}

/** The body of Grafana's webhook contact point. */
export function grafanaBody(alerts: readonly WebhookAlert[]): string {
  return JSON.stringify({
    receiver: 'gomon',
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    alerts: alerts.map((alert) => ({
      annotations: {},
      generatorURL: 'https://grafana.example/alerting/grafana/rule/view',
      fingerprint: 'f1',
      silenceURL: 'https://grafana.example/alerting/silence/new',
      dashboardURL: '',
      panelURL: '',
      values: null,
      valueString: '',
      ...alert,
      endsAt: alert.endsAt ?? '0001-01-01T00:00:00Z',
    })),
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'https://grafana.example/',
    version: '1',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    orgId: 1,
    title: '',
    state: 'alerting',
    message: '',
  });
}

/** Posts a signed webhook as Grafana would. Rejects when there is no answer. */
export async function postGrafana(system: RunningSystem, body: string): Promise<Response> {
  const seconds = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', system.run.credentials.grafanaHmacSecret)
    .update(`${seconds}:${body}`)
    .digest('hex');
  return fetch(`${system.urlOf('ingest')}/webhooks/grafana`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-grafana-alerting-signature': signature,
      'x-grafana-alerting-timestamp': seconds,
    },
    body,
    signal: AbortSignal.timeout(15_000),
  });
}
