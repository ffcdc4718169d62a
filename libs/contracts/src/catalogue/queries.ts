import type { z } from 'zod';
import type { IncidentView } from '../incident.js';
import { queries } from '../query.js';
import type { RulesVersion } from '../rules-version.js';
import type { SilenceView } from '../silence.js';
import {
  AT,
  ALERT_ID,
  PROBLEM_ID,
  REPORT_ID,
  SILENCE_ID,
  alice,
  source,
  told,
  problem,
  silently,
  alert,
  event,
} from './example-values.js';

const limit = 50;

const rulesVersion: RulesVersion = {
  version: 7,
  hash: 'a3f1c9e20b75',
  origin: 'file',
  actor: { kind: 'system', id: 'rules-file' },
  appliedAt: AT,
};

const silence: SilenceView = {
  id: SILENCE_ID,
  matchers: [{ name: 'namespace', operator: '=', value: 'shop' }],
  startsAt: AT,
  endsAt: '2026-11-25T10:40:10.000Z',
  comment: 'the database moves',
  author: alice,
  createdAt: AT,
  updatedAt: AT,
  state: 'active',
  muted: 3,
  lastMutedAt: AT,
  matching: 1,
  warnings: [],
};

const incident: IncidentView = {
  id: '019abb3c-6c10-7e55-8a66-7f8899001122',
  status: 'open',
  openedAt: AT,
  openedBy: { kind: 'system', id: 'severity' },
  why: 'P1 is urgent',
  opsgenieIncidentId: 'e5b2a8c4-0d5f-4a63-9b0d-3f1c2d4e5f60',
  externalUrl: 'https://app.opsgenie.com/incident/detail/e5b2a8c4-0d5f-4a63-9b0d-3f1c2d4e5f60',
  providerStatus: 'open',
  problemId: PROBLEM_ID,
  scope: 'default',
  severity: 'P1',
  title: 'CheckoutUnavailable',
};

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
    subject: queries.labelNames.subject,
    what: 'The names of the labels of the newest alerts of the last 30 days.',
    query: queries.labelNames.query,
    reply: queries.labelNames.answer,
    question: {},
    answer: { since: AT, alerts: 1_204, names: ['alertname', 'namespace', 'severity'], complete: true },
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
    subject: queries.listIncidents.subject,
    what: 'Incidents, the newest first.',
    query: queries.listIncidents.query,
    reply: queries.listIncidents.answer,
    question: { limit, status: ['open'] },
    answer: { items: [incident] },
  },
  {
    subject: queries.getIncident.subject,
    what: 'One incident, or null.',
    query: queries.getIncident.query,
    reply: queries.getIncident.answer,
    question: { id: incident.id },
    answer: { incident },
  },
  {
    subject: queries.clusterHealth.subject,
    what: 'The newest health of each cluster.',
    query: queries.clusterHealth.query,
    reply: queries.clusterHealth.answer,
    question: {},
    answer: {
      items: [
        {
          cluster: 'default',
          scope: 'default',
          at: AT,
          nodeCount: 3,
          readyNodes: 3,
          podCount: 41,
          runningPods: 41,
          failedPods: 0,
          namespaceData: {},
        },
      ],
    },
  },
  {
    subject: queries.readTopology.subject,
    what: 'One part of what is known of what runs on what.',
    query: queries.readTopology.query,
    reply: queries.readTopology.answer,
    question: { part: 0 },
    answer: {
      topology: {
        cluster: 'default',
        scope: 'default',
        at: AT,
        nodes: [{ name: 'worker-3', zone: 'eu-1a' }],
        pods: [],
        ingresses: [],
        pvcs: [],
      },
      parts: 1,
    },
  },
  {
    subject: queries.readHistory.subject,
    what: 'Everything that was decided about in a time, as it came in, in the order of the decisions.',
    query: queries.readHistory.query,
    reply: queries.readHistory.answer,
    question: { since: AT, until: AT, limit },
    answer: {
      items: [
        {
          kind: 'command',
          decidedAt: AT,
          command: event(
            'gomon.command.v1.acknowledge-problem',
            { actor: alice, target: { kind: 'problem', id: PROBLEM_ID } },
            'press.1f2e3d4c',
            'slack-gateway',
          ),
          outcome: 'done',
        },
      ],
      gone: 0,
      storedFrom: AT,
      decidesBy: { incidentProvider: 'opsgenie' },
    },
  },
  {
    subject: queries.readBoard.subject,
    what: 'What was open at a time, by what the audit says.',
    query: queries.readBoard.query,
    reply: queries.readBoard.answer,
    question: { at: AT },
    answer: {
      board: {
        at: AT,
        problems: [
          {
            id: PROBLEM_ID,
            scope: 'default',
            severity: 'P1',
            status: 'firing',
            title: 'CheckoutUnavailable',
            since: AT,
            muted: false,
            members: [{ alertId: ALERT_ID, title: 'CheckoutUnavailable', severity: 'P1' }],
            firing: 1,
          },
        ],
        complete: true,
        unknown: [],
      },
    },
  },
  {
    subject: queries.findToken.subject,
    what: 'Whose a token is, by its hash, or null.',
    query: queries.findToken.query,
    reply: queries.findToken.answer,
    question: { hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
    answer: { token: { name: 'deploy-bot', role: 'responder' } },
  },
  {
    subject: queries.listTokens.subject,
    what: 'All tokens, the newest first.',
    query: queries.listTokens.query,
    reply: queries.listTokens.answer,
    question: {},
    answer: {
      items: [
        {
          name: 'deploy-bot',
          role: 'responder',
          createdAt: AT,
          createdBy: { kind: 'api', id: 'ops' },
          lastUsedAt: AT,
        },
      ],
    },
  },
  {
    subject: queries.why.subject,
    what: 'Everything that was decided about an alert, or null.',
    query: queries.why.query,
    reply: queries.why.answer,
    question: { id: ALERT_ID },
    answer: {
      why: {
        alertId: ALERT_ID,
        problemId: PROBLEM_ID,
        title: 'CheckoutUnavailable',
        severity: 'P1',
        status: 'firing',
        now: ['told in #alert-critical'],
        muted: [],
        decisions: [
          {
            at: AT,
            kind: 'fired',
            by: { kind: 'source', id: 'grafana/default' },
            why: 'first report',
            cause: `report:${REPORT_ID}`,
            rulesVersion: 7,
            evidence: [{ about: 'severity', why: 'label severity="critical" means P1' }],
          },
        ],
        observations: 1,
        lastSeenAt: AT,
        told: [told],
      },
    },
  },
  {
    subject: queries.listSilences.subject,
    what: 'Silences, the newest first.',
    query: queries.listSilences.query,
    reply: queries.listSilences.answer,
    question: { limit, state: ['active'] },
    answer: { items: [silence] },
  },
  {
    subject: queries.getSilence.subject,
    what: 'One silence, or null.',
    query: queries.getSilence.query,
    reply: queries.getSilence.answer,
    question: { id: silence.id },
    answer: { silence },
  },
  {
    subject: queries.previewSilence.subject,
    what: 'What a silence would mute of what is open now.',
    query: queries.previewSilence.query,
    reply: queries.previewSilence.answer,
    question: { matchers: silence.matchers },
    answer: {
      preview: {
        matching: 1,
        open: 12,
        bySeverity: { P1: 1 },
        alerts: [{ id: ALERT_ID, title: 'CheckoutUnavailable', severity: 'P1', problemId: PROBLEM_ID }],
        warnings: [],
      },
    },
  },
  {
    subject: queries.listRules.subject,
    what: 'The versions of the rules, the newest, which is in force, first.',
    query: queries.listRules.query,
    reply: queries.listRules.answer,
    question: { limit },
    answer: { items: [rulesVersion] },
  },
  {
    subject: queries.getRules.subject,
    what: 'One version of the rules with its text, or the one in force, or null.',
    query: queries.getRules.query,
    reply: queries.getRules.answer,
    question: {},
    answer: { rules: { ...rulesVersion, content: 'quiet_after_resolve: 2h\n' } },
  },
  {
    subject: queries.ruleUsage.subject,
    what: 'How often each of the rules in force has matched.',
    query: queries.ruleUsage.query,
    reply: queries.ruleUsage.answer,
    question: {},
    answer: {
      items: [{ section: 'route', rule: 'urgent', matches: 42, since: AT, lastAt: AT, unused: false }],
    },
  },
  {
    subject: queries.explain.subject,
    what: 'What would happen to an alert now, and by which rule.',
    query: queries.explain.query,
    reply: queries.explain.answer,
    question: { labels: { alertname: 'CheckoutUnavailable' }, source, scope: 'default' },
    answer: {
      explanation: {
        rules: { version: 7 },
        title: 'CheckoutUnavailable',
        fingerprint: '0f343b0931126a20f133d67c2b018a3b',
        identity: { alertname: 'CheckoutUnavailable' },
        severity: { severity: 'P3', why: 'no known severity label: default P3' },
        told: { channel: '#k8s-healthchecks', why: 'no other route is for it' },
        mutedBy: [],
        heartbeats: [],
        heldMs: 1_000,
        unacknowledged: [],
        endsAfterMs: 21_600_000,
      },
    },
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
