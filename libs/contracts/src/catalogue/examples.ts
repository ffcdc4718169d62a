import type { z } from 'zod';
import { alertsChangedEvent, type AlertView } from '../alert.js';
import { cloudEvent, eventOf } from '../cloud-event.js';
import {
  acknowledgeProblemCommand,
  archiveAlertCommand,
  commandAnswer,
  recordToldCommand,
  resolveProblemCommand,
} from '../command.js';
import { deadLetterEvent } from '../dead-letter.js';
import { observedEvent, type Observation } from '../observation.js';
import {
  problemArchivedEvent,
  problemChangedEvent,
  problemOpenedEvent,
  problemResolvedEvent,
  type ProblemView,
} from '../problem.js';
import { queries } from '../query.js';
import { spoolState } from '../spool-state.js';
import { subjects } from '../subjects.js';

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

const TIME = new Date('2026-11-25T09:40:10.000Z');
const AT = TIME.toISOString();
const STARTS_AT = '2026-11-25T09:39:00.000Z';
const ALERT_ID = '019abb3c-6c10-7a11-9c22-3b44d55e66f7';
const PROBLEM_ID = '019abb3c-6c10-7b22-8d33-4c55e66f7788';
const REPORT_ID = '019abb3c-6bf0-7c33-9e44-5d66f7788990';
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const source = { kind: 'grafana', instance: 'default' };
const alice = { kind: 'slack', id: 'U0ALICE', name: 'alice' } as const;
const told = {
  receiver: 'slack',
  channel: '#alert-critical',
  channelId: 'C0123456789',
  ts: '1764063610.000100',
  version: 1,
  at: '2026-11-25T09:40:10.420Z',
} as const;

const observation: Observation = {
  status: 'firing',
  labels: { alertname: 'CheckoutUnavailable', severity: 'critical', namespace: 'shop' },
  annotations: { summary: 'No checkout has succeeded for 2 minutes' },
  startsAt: STARTS_AT,
  senderFingerprint: '5a1c7e2d9b3f4c60',
  ruleUid: 'cdw5kq2p1x8jka',
  generatorUrl: 'https://grafana.example/alerting/grafana/cdw5kq2p1x8jka/view?orgId=1',
  values: { A: 0 },
};

const problem: ProblemView = {
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
      text: 'first report: label severity="critical" means P1; #alert-critical because P1 is urgent',
    },
  ],
  told: [],
};

const tell = {
  receiver: 'slack',
  channel: '#alert-critical',
  announce: true,
  why: ['first report'],
} as const;
const silently = { ...tell, announce: false };
const ending = { at: '2026-11-25T09:55:00.000Z', by: 'source' } as const;

const alert: AlertView = {
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
};

function event<Type extends string, Data>(type: Type, data: Data, id: string, service: string) {
  return eventOf(type, data, { id, source: `gomon/${service}`, time: TIME, traceparent: TRACEPARENT });
}

const FACT_READERS = 'slack-gateway';

export const EVENTS: readonly Entry[] = [
  {
    name: 'Report',
    subject: subjects
      .observed('urgent', 'grafana')
      .replace('urgent', '<urgent|normal>')
      .replace('grafana', '<source>'),
    what: 'One delivery of a source, as accepted. `urgent` when one of its observations is P0 or P1.',
    from: 'ingest, api-gateway',
    to: 'correlator',
    schema: observedEvent,
    example: event(
      'gomon.observed.v1',
      {
        kind: 'delta',
        scope: 'default',
        source,
        acceptedAt: AT,
        group: { receiver: 'gomon', status: 'firing' },
        observations: [observation],
      },
      REPORT_ID,
      'ingest',
    ),
  },
  {
    name: 'Problem opened',
    subject: 'gomon.problem.v1.<urgent|normal>.opened',
    what: 'A new problem, whole.',
    from: 'correlator',
    to: FACT_READERS,
    schema: problemOpenedEvent,
    example: event('gomon.problem.v1.opened', { problem, tell }, `${PROBLEM_ID}.1`, 'correlator'),
  },
  {
    name: 'Problem changed',
    subject: 'gomon.problem.v1.<urgent|normal>.changed',
    what: 'Its present state, whole. `tell.announce` says whether it asks for attention.',
    from: 'correlator',
    to: FACT_READERS,
    schema: problemChangedEvent,
    example: event(
      'gomon.problem.v1.changed',
      {
        problem: {
          ...problem,
          version: 2,
          status: 'acknowledged',
          acknowledged: { at: AT, by: alice },
          told: [told],
        },
        tell: { ...silently, why: ['acknowledged by alice'] },
      },
      `${PROBLEM_ID}.2`,
      'correlator',
    ),
  },
  {
    name: 'Problem resolved',
    subject: 'gomon.problem.v1.<urgent|normal>.resolved',
    what: 'No member fires any more.',
    from: 'correlator',
    to: FACT_READERS,
    schema: problemResolvedEvent,
    example: event(
      'gomon.problem.v1.resolved',
      {
        problem: {
          ...problem,
          version: 3,
          status: 'resolved',
          resolved: ending,
          counts: { total: 1, firing: 0, resolved: 1 },
          told: [told],
        },
        tell: { ...silently, why: ['its source reports the end'] },
      },
      `${PROBLEM_ID}.3`,
      'correlator',
    ),
  },
  {
    name: 'Problem archived',
    subject: 'gomon.problem.v1.<urgent|normal>.archived',
    what: 'A person has put all its alerts away.',
    from: 'correlator',
    to: FACT_READERS,
    schema: problemArchivedEvent,
    example: event(
      'gomon.problem.v1.archived',
      {
        problem: {
          ...problem,
          version: 4,
          status: 'archived',
          resolved: { ...ending, by: 'person', actor: alice },
          told: [told],
        },
        tell: { ...silently, why: ['archived by alice: a test of ours'] },
      },
      `${PROBLEM_ID}.4`,
      'correlator',
    ),
  },
  {
    name: 'Alerts changed',
    subject: subjects.alertsChanged,
    what: 'What changed with alerts in one transaction.',
    from: 'correlator',
    to: 'whoever is interested',
    schema: alertsChangedEvent,
    example: event(
      'gomon.alert.v1.changed',
      {
        scope: 'default',
        changes: [
          {
            fact: 'fired',
            alertId: ALERT_ID,
            fingerprint: alert.fingerprint,
            problemId: PROBLEM_ID,
            source,
            title: alert.title,
            severity: 'P1',
            status: 'firing',
            episode: 1,
            startsAt: STARTS_AT,
            at: AT,
            why: 'first report',
          },
        ],
      },
      '019abb3c-6c10-7d44-8f55-6e7788990011',
      'correlator',
    ),
  },
  {
    name: 'Dead letter',
    subject: subjects.deadLetter('<stream>'),
    what: 'A message, or one alert of a webhook, that could not be handled, with the reason.',
    from: 'every service',
    to: 'correlator (the ledger), operators (`gomon dead-letters`)',
    schema: deadLetterEvent,
    example: event(
      'gomon.dead.v1',
      {
        reason: 'alerts[1].status is neither firing nor resolved',
        origin: { kind: 'http', path: '/webhooks/grafana', reportId: REPORT_ID, index: 1 },
        subject: 'gomon.observed.v1.normal.grafana',
        headers: {},
        payload: {
          encoding: 'utf8',
          text: '{"alerts":[{"status":"odd","labels":{}}]}',
          bytes: 41,
          sha256: '8a1a4c2c7f0cf4ce6a7f8ff9b7a6a0a1a7a3a9d0a4c1a5b6c7d8e9f0a1b2c3d4',
          cut: false,
        },
      },
      `${REPORT_ID}.refused.1`,
      'ingest',
    ),
  },
  {
    name: 'Spool state',
    subject: subjects.spoolState,
    what: 'What waits in the spool of an ingest; every 5 s, not stored, no CloudEvent.',
    from: 'ingest',
    to: 'correlator',
    schema: spoolState,
    example: { instance: 'ingest-0:/var/lib/gomon/spool', undrained: 0 },
  },
];

const target = { kind: 'problem', id: PROBLEM_ID } as const;

export const COMMANDS: readonly Entry[] = [
  {
    name: 'Acknowledge a problem',
    subject: 'gomon.command.v1.acknowledge-problem',
    what: 'Somebody is on it.',
    from: 'slack-gateway, api-gateway',
    to: 'correlator',
    schema: acknowledgeProblemCommand,
    example: event(
      'gomon.command.v1.acknowledge-problem',
      { actor: alice, target, note: 'looking' },
      'press.1f2e3d4c',
      'slack-gateway',
    ),
  },
  {
    name: 'Resolve a problem',
    subject: 'gomon.command.v1.resolve-problem',
    what: 'Ended by hand; provisional, its source may still report it.',
    from: 'slack-gateway, api-gateway',
    to: 'correlator',
    schema: resolveProblemCommand,
    example: event(
      'gomon.command.v1.resolve-problem',
      { actor: alice, target },
      'press.5a6b7c8d',
      'slack-gateway',
    ),
  },
  {
    name: 'Archive an alert',
    subject: 'gomon.command.v1.archive-alert',
    what: 'Put away, with a reason.',
    from: 'api-gateway',
    to: 'correlator',
    schema: archiveAlertCommand,
    example: event(
      'gomon.command.v1.archive-alert',
      { actor: { kind: 'api', id: 'ops' }, alertId: ALERT_ID, reason: 'a test of ours' },
      'api.9e8d7c6b',
      'api-gateway',
    ),
  },
  {
    name: 'Record what was told',
    subject: 'gomon.command.v1.record-told',
    what: 'Where a problem stands in Slack now, or why it does not.',
    from: 'slack-gateway',
    to: 'correlator',
    schema: recordToldCommand,
    example: event(
      'gomon.command.v1.record-told',
      {
        actor: { kind: 'system', id: 'slack-gateway' },
        problemId: PROBLEM_ID,
        outcome: { kind: 'told', told },
      },
      `told.${PROBLEM_ID}.1.${told.ts}`,
      'slack-gateway',
    ),
  },
  {
    name: 'Answer to a command',
    subject: '<replyTo of the command>',
    what: 'What became of it, after the commit; core NATS, no CloudEvent.',
    from: 'correlator',
    to: 'whoever sent the command',
    schema: commandAnswer,
    example: { commandId: 'press.1f2e3d4c', outcome: 'without-effect', message: 'it ended at 09:55 UTC' },
  },
];

const limit = 50;

/** Question and answer of each query. */
export const QUERIES: readonly {
  readonly subject: string;
  readonly what: string;
  readonly question: unknown;
  readonly answer: unknown;
  readonly query: z.ZodType;
  readonly reply: z.ZodType;
}[] = [
  {
    subject: queries.listAlerts.subject,
    what: 'Alerts, the newest first.',
    query: queries.listAlerts.query,
    reply: queries.listAlerts.answer,
    question: { limit, status: ['firing'], filter: [{ name: 'namespace', operator: '=', value: 'shop' }] },
    answer: { items: [alert] },
  },
  {
    subject: queries.getAlert.subject,
    what: 'One alert, or null.',
    query: queries.getAlert.query,
    reply: queries.getAlert.answer,
    question: { id: ALERT_ID },
    answer: { alert },
  },
  {
    subject: queries.listProblems.subject,
    what: 'Problems with whom they are told to, the newest first.',
    query: queries.listProblems.query,
    reply: queries.listProblems.answer,
    question: { limit, severity: ['P0', 'P1'] },
    answer: { items: [{ problem, tell: { ...silently, why: [] } }] },
  },
  {
    subject: queries.getProblem.subject,
    what: 'One problem with whom it is told to, or null.',
    query: queries.getProblem.query,
    reply: queries.getProblem.answer,
    question: { id: PROBLEM_ID },
    answer: { found: { problem, tell: { ...silently, why: [] } } },
  },
  {
    subject: queries.ledger.subject,
    what: 'What became of everything accepted, and of one report.',
    query: queries.ledger.query,
    reply: queries.ledger.answer,
    question: { reportId: REPORT_ID },
    answer: {
      reports: { accepted: 12, decided: 12, duplicates: 0, deadLettered: 0, inFlight: 0 },
      observations: {
        accepted: 40,
        ends: { told: 9, muted: 0, merged: 0, repeated: 29, late: 1, digested: 0, deadLettered: 1 },
        inFlight: { undecided: 0, waitingToBeTold: 0 },
      },
      balanced: true,
      report: {
        id: REPORT_ID,
        source,
        acceptedAt: AT,
        decidedAt: AT,
        observations: [
          {
            end: 'told',
            alertId: ALERT_ID,
            problemId: PROBLEM_ID,
            why: 'first report',
            told: [{ receiver: 'slack', channel: '#alert-critical', at: told.at }],
          },
        ],
      },
    },
  },
];

/** The attributes that every event has. */
export const ENVELOPE = cloudEvent('', observedEvent.shape.data).omit({ data: true, type: true });
