import type { z } from 'zod';
import type { AlertView } from '../alert.js';
import { eventOf } from '../cloud-event.js';
import type { Observation } from '../observation.js';
import type { ProblemView } from '../problem.js';

/** One message of the catalogue. */
export interface Entry {
  readonly name: string;
  readonly subject: string;
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly schema: z.ZodType;
  readonly example: unknown;
}

export const TIME = new Date('2026-11-25T09:40:10.000Z');
export const AT = TIME.toISOString();
export const STARTS_AT = '2026-11-25T09:39:00.000Z';
export const ALERT_ID = '019abb3c-6c10-7a11-9c22-3b44d55e66f7';
export const PROBLEM_ID = '019abb3c-6c10-7b22-8d33-4c55e66f7788';
export const OTHER_PROBLEM_ID = '019abb3c-6c10-7b22-8d33-4c55e66f7799';
export const SILENCE_ID = '019abb3c-6c10-7d44-9f55-6e7788990011';
export const REPORT_ID = '019abb3c-6bf0-7c33-9e44-5d66f7788990';
export const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
export const source = { kind: 'grafana', instance: 'default' };
export const alice = { kind: 'slack', id: 'U0ALICE', name: 'alice' } as const;
export const told = {
  receiver: 'slack',
  channel: '#alert-critical',
  channelId: 'C0123456789',
  ts: '1764063610.000100',
  version: 1,
  at: '2026-11-25T09:40:10.420Z',
} as const;

export const observation: Observation = {
  status: 'firing',
  labels: { alertname: 'CheckoutUnavailable', severity: 'critical', namespace: 'shop' },
  annotations: { summary: 'No checkout has succeeded for 2 minutes' },
  startsAt: STARTS_AT,
  senderFingerprint: '5a1c7e2d9b3f4c60',
  ruleUid: 'cdw5kq2p1x8jka',
  generatorUrl: 'https://grafana.example/alerting/grafana/cdw5kq2p1x8jka/view?orgId=1',
  values: { A: 0 },
};

export const problem: ProblemView = {
  id: PROBLEM_ID,
  scope: 'default',
  version: 1,
  status: 'firing',
  severity: 'P1',
  title: 'CheckoutUnavailable',
  source,
  primary: {
    alertId: ALERT_ID,
    labels: observation.labels,
    annotations: observation.annotations,
    startsAt: STARTS_AT,
    values: { A: 0 },
    about: { namespace: 'shop', owner: 'team-shop' },
  },
  startsAt: STARTS_AT,
  openedAt: AT,
  updatedAt: AT,
  counts: { total: 1, firing: 1, resolved: 0 },
  members: [
    {
      alertId: ALERT_ID,
      title: 'CheckoutUnavailable',
      severity: 'P1',
      status: 'firing',
      primary: true,
      startsAt: STARTS_AT,
    },
  ],
  timeline: [
    {
      at: AT,
      text: 'first report: label severity="critical" means P1; #alert-critical because P1 (route urgent)',
    },
  ],
  told: [],
};

export const tell = {
  receiver: 'slack',
  channel: '#alert-critical',
  announce: true,
  why: ['first report'],
} as const;
export const silently = { ...tell, announce: false };
export const ending = { at: '2026-11-25T09:55:00.000Z', by: 'source' } as const;

export const alert: AlertView = {
  id: ALERT_ID,
  fingerprint: '9f86d081884c7d659a2feaa0c55ad015',
  scope: 'default',
  source,
  status: 'firing',
  severity: 'P1',
  title: 'CheckoutUnavailable',
  labels: observation.labels,
  annotations: observation.annotations,
  startsAt: STARTS_AT,
  episode: 1,
  observations: 1,
  firstSeenAt: AT,
  lastSeenAt: AT,
  updatedAt: AT,
  problemId: PROBLEM_ID,
  about: { namespace: 'shop', owner: 'team-shop' },
};

/** An event of the catalogue. */
export function event<Type extends string, Data>(type: Type, data: Data, id: string, service: string) {
  return eventOf(type, data, { id, source: `gomon/${service}`, time: TIME, traceparent: TRACEPARENT });
}
