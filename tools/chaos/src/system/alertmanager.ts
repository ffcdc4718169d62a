import type { RunningSystem } from '@gomon/testing';
import type { WebhookAlert } from './grafana.js';

/** Posts alerts as Alertmanager would, with its token. Rejects when there is no answer. */
export async function postAlertmanager(
  system: RunningSystem,
  alerts: readonly WebhookAlert[],
): Promise<Response> {
  return fetch(`${system.urlOf('ingest')}/webhooks/alertmanager`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${system.run.credentials.alertmanagerBearer}`,
    },
    body: JSON.stringify({
      receiver: 'gomon',
      status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
      alerts: alerts.map((alert) => ({
        annotations: {},
        generatorURL: 'http://prometheus.example/graph',
        fingerprint: 'f1',
        ...alert,
        endsAt: alert.endsAt ?? '0001-01-01T00:00:00Z',
      })),
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      externalURL: 'http://alertmanager.example',
      version: '4',
      groupKey: '{}:{}',
      truncatedAlerts: 0,
    }),
    signal: AbortSignal.timeout(15_000),
  });
}
