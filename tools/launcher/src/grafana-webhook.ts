import { createHash, createHmac } from 'node:crypto';
import type { Severity } from '@gomon/contracts';

/** An alert as the demonstration invents it. */
export interface DemoAlert {
  readonly name: string;
  readonly severity: Severity;
  readonly environment: string;
  readonly summary: string;
  readonly value: number;
}

/** The body of the webhook that Grafana's default contact point sends for one group of firing alerts. */
export function grafanaBody(alerts: readonly DemoAlert[], run: string, now: Date): string {
  const common = { grafana_folder: 'Demonstration', demonstration: run };
  return JSON.stringify({
    receiver: 'gomon',
    status: 'firing',
    alerts: alerts.map((alert) => grafanaAlert(alert, common, now)),
    groupLabels: { grafana_folder: common.grafana_folder },
    commonLabels: common,
    commonAnnotations: {},
    externalURL: 'https://grafana.shop.example/',
    version: '1',
    groupKey: `{}:{grafana_folder="${common.grafana_folder}"}`,
    truncatedAlerts: 0,
    orgId: 1,
    title: `[FIRING:${alerts.length}] ${common.grafana_folder}`,
    state: 'alerting',
    message: '',
  });
}

function grafanaAlert(alert: DemoAlert, common: Readonly<Record<string, string>>, now: Date): object {
  const labels = {
    alertname: alert.name,
    severity: alert.severity,
    environment: alert.environment,
    namespace: 'shop',
    ...common,
  };
  return {
    status: 'firing',
    labels,
    annotations: { summary: alert.summary, runbook_url: `https://runbooks.shop.example/${alert.name}` },
    startsAt: now.toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: `https://grafana.shop.example/alerting/grafana/demo-${alert.name}/view?orgId=1`,
    fingerprint: createHash('sha256').update(JSON.stringify(labels)).digest('hex').slice(0, 16),
    silenceURL: 'https://grafana.shop.example/alerting/silence/new?alertmanager=grafana',
    dashboardURL: '',
    panelURL: '',
    values: { A: alert.value },
    valueString: `[ var='A' labels={} value=${alert.value} ]`,
  };
}

/**
 * Grafana's signature: hex HMAC-SHA256 of the body, with the Unix time in seconds and a colon before it where a
 * timestamp header is configured.
 */
export function grafanaSignature(secret: string, body: string, timestampS?: string): string {
  const signed = timestampS === undefined ? body : `${timestampS}:${body}`;
  return createHmac('sha256', secret).update(signed).digest('hex');
}
