import { createHash } from 'node:crypto';
import type { FailingNode } from '@gomon/testing';
import { postByAlertmanager, postByGrafana, type FrontDoor } from './front-door.js';

/** One alert of a webhook. */
export interface WebhookAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly startsAt: Date;
  readonly endsAt?: Date;
}

/** What Prometheus says of the service on a node that fails. */
export function noEndpoints({ namespace, workload }: FailingNode, startsAt: Date): WebhookAlert {
  return {
    labels: { alertname: 'ServiceNoReadyEndpoints', severity: 'warning', namespace, service: workload },
    summary: `Service ${workload} (${namespace}) has no ready endpoints`,
    startsAt,
  };
}

/** What Grafana says of its ingress, asked from outside. */
export function probeFailed({ namespace, workload, host }: FailingNode, startsAt: Date): WebhookAlert {
  const instance = `https://${host}/healthz`;
  return {
    labels: { alertname: 'ProbeFailed', severity: 'critical', namespace, ingress: workload, instance },
    summary: `${instance} answers 503`,
    startsAt,
  };
}

/** @throws Error when it was not taken */
export function sendByAlertmanager(door: FrontDoor, alert: WebhookAlert): Promise<void> {
  return postByAlertmanager(door, bodyOf(alert, 'prometheus', '4'));
}

/** @throws Error when it was not taken */
export function sendByGrafana(door: FrontDoor, alert: WebhookAlert): Promise<void> {
  return postByGrafana(door, bodyOf(alert, 'grafana', '1'));
}

/** Grafana and Alertmanager share their shape. */
function bodyOf({ labels, summary, startsAt, endsAt }: WebhookAlert, host: string, version: string): string {
  const status = endsAt === undefined ? 'firing' : 'resolved';
  return JSON.stringify({
    receiver: 'gomon',
    status,
    alerts: [
      {
        status,
        labels,
        annotations: { summary },
        startsAt: startsAt.toISOString(),
        endsAt: endsAt?.toISOString() ?? '0001-01-01T00:00:00Z',
        generatorURL: `https://${host}.shop.example/graph`,
        fingerprint: createHash('sha256').update(JSON.stringify(labels)).digest('hex').slice(0, 16),
      },
    ],
    groupLabels: {},
    commonLabels: labels,
    commonAnnotations: {},
    externalURL: `https://${host}.shop.example/`,
    version,
    groupKey: '{}:{}',
    truncatedAlerts: 0,
  });
}
