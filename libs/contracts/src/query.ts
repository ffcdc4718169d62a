import { z } from 'zod';
import { role } from './actor.js';
import { alertView, status } from './alert.js';
import { clusterHealth, clusterTopology } from './cluster.js';
import { board, decidesBy, historyCursor, historyItem } from './history.js';
import { incidentView } from './incident.js';
import { matcher } from './matcher.js';
import { pageCursor } from './page-cursor.js';
import { problemView, tell } from './problem.js';
import { labels } from './labels.js';
import { explanation, ruleUsage, rulesVersion } from './rules-version.js';
import { severity } from './severity.js';
import { silencePreview, silenceState, silenceTerms, silenceView } from './silence.js';
import { source, subjectToken } from './source.js';
import { timestamp } from './timestamp.js';
import { tokenHash, tokenName, tokenView } from './token.js';
import { whyAlert } from './why.js';

/** Pages go by keyset: a page's cursor is opaque, and rows that come or go neither repeat nor skip others. */
const page = { limit: z.number().int().min(1).max(500), cursor: pageCursor.optional() };

const nextCursor = z.string().optional();

/** Newest first; `filter` are label matchers that all must match. */
export const listAlertsQuery = z.object({
  ...page,
  status: z.array(status).optional(),
  severity: z.array(severity).optional(),
  source: z.string().optional(),
  scope: z.string().optional(),
  problemId: z.uuid().optional(),
  fingerprint: z.string().optional(),
  /** Whose problem it is. */
  assignee: z.string().optional(),
  namespace: z.string().optional(),
  /** Only what is, or was until it ended, kept from being told; or only what was not. */
  muted: z.boolean().optional(),
  /** First seen at or after, and before. */
  since: timestamp.optional(),
  until: timestamp.optional(),
  filter: z.array(matcher).optional(),
});
export const listAlertsAnswer = z.object({ items: z.array(alertView), nextCursor });

/** The names of the labels of the newest alerts of the last 30 days. */
export const labelNamesQuery = z.object({});
export const labelNamesAnswer = z.object({
  since: timestamp,
  /** So many alerts were looked at. */
  alerts: z.number().int().nonnegative(),
  names: z.array(z.string()),
  /** False: there are more names than these. */
  complete: z.boolean(),
});

export const getAlertQuery = z.object({ id: z.uuid() });
export const getAlertAnswer = z.object({ alert: alertView.nullable() });

/** Whose a token is, by its hash; null: it opens nothing. */
export const findTokenQuery = z.object({ hash: tokenHash });
export const findTokenAnswer = z.object({ token: z.object({ name: tokenName, role }).nullable() });

/** All tokens, revoked ones included, the newest first. */
export const listTokensQuery = z.object({});
export const listTokensAnswer = z.object({ items: z.array(tokenView) });

/** Everything that was decided about an alert. */
export const whyQuery = z.object({ id: z.uuid() });
export const whyAnswer = z.object({ why: whyAlert.nullable() });

export const listProblemsQuery = z.object({
  ...page,
  status: z.array(status).optional(),
  severity: z.array(severity).optional(),
  scope: z.string().optional(),
});
/** A problem beside whom it is told to: what a gateway needs to converge without facts. */
export const routedProblem = z.object({ problem: problemView, tell });
export const listProblemsAnswer = z.object({ items: z.array(routedProblem), nextCursor });

/** Newest first. */
export const listSilencesQuery = z.object({ ...page, state: z.array(silenceState).optional() });
export const listSilencesAnswer = z.object({ items: z.array(silenceView), nextCursor });

export const getSilenceQuery = z.object({ id: z.uuid() });
export const getSilenceAnswer = z.object({ silence: silenceView.nullable() });

/** What a silence would mute of what is open now. */
export const previewSilenceQuery = z.object({ matchers: silenceTerms.shape.matchers });
export const previewSilenceAnswer = z.object({ preview: silencePreview });

export const getProblemQuery = z.object({ id: z.uuid() });
export const getProblemAnswer = z.object({ found: routedProblem.nullable() });

/** Newest first. */
export const listIncidentsQuery = z.object({
  ...page,
  status: z.array(z.enum(['open', 'resolved'])).optional(),
  severity: z.array(severity).optional(),
  scope: z.string().optional(),
});
export const listIncidentsAnswer = z.object({ items: z.array(incidentView), nextCursor });

export const getIncidentQuery = z.object({ id: z.uuid() });
export const getIncidentAnswer = z.object({ incident: incidentView.nullable() });

/** The newest of each cluster. */
export const clusterHealthQuery = z.object({ scope: z.string().optional() });
export const clusterHealthAnswer = z.object({ items: z.array(clusterHealth) });

/** One part of what is known of what runs on what. */
export const readTopologyQuery = z.object({ part: z.number().int().nonnegative() });
export const readTopologyAnswer = z.object({
  topology: clusterTopology.nullable(),
  /** How many parts there are. */
  parts: z.number().int().nonnegative(),
});

/** Everything that was decided about in a time, in the order of the decisions; of one problem, where it is named. */
export const readHistoryQuery = z.object({
  since: timestamp,
  until: timestamp,
  problemId: z.uuid().optional(),
  limit: z.number().int().min(1).max(500),
  cursor: historyCursor.optional(),
});
export const readHistoryAnswer = z.object({
  items: z.array(historyItem),
  nextCursor,
  /** So many were decided in that time, or among those of this page, and are stored no more. */
  gone: z.number().int().nonnegative(),
  /** When the first that is stored was decided. */
  storedFrom: timestamp.optional(),
  decidesBy,
});

/** What was open at a time. */
export const readBoardQuery = z.object({ at: timestamp });
export const readBoardAnswer = z.object({ board });

/** How many observations ended how. */
export const ledgerEnds = z.object({
  told: z.number().int(),
  muted: z.number().int(),
  merged: z.number().int(),
  repeated: z.number().int(),
  late: z.number().int(),
  digested: z.number().int(),
  deadLettered: z.number().int(),
});
export type LedgerEnds = z.infer<typeof ledgerEnds>;

export const observationEnd = z.object({
  end: z.enum([
    'told',
    'muted',
    'merged',
    'repeated',
    'late',
    'digested',
    'dead-lettered',
    'waiting-to-be-told',
  ]),
  alertId: z.uuid().optional(),
  problemId: z.uuid().optional(),
  why: z.string(),
  /** told: where and when. */
  told: z.array(z.object({ receiver: z.string(), channel: z.string(), at: timestamp })).optional(),
});
export type ObservationEnd = z.infer<typeof observationEnd>;

export const ledgerQuery = z.object({ reportId: z.string().optional() });
/** Accepted = the ends + in flight, counted on both sides on their own: `balanced` says whether they agree. */
export const ledgerAnswer = z.object({
  reports: z.object({
    /** Counted by the stream: its messages, and the reports that share one (ADR 0010). */
    accepted: z.number().int(),
    decided: z.number().int(),
    /** Delivered again by our own retries and dropped by the inbox. */
    duplicates: z.number().int(),
    deadLettered: z.number().int(),
    inFlight: z.number().int(),
  }),
  observations: z.object({
    accepted: z.number().int(),
    ends: ledgerEnds,
    inFlight: z.object({ undecided: z.number().int(), waitingToBeTold: z.number().int() }),
  }),
  balanced: z.boolean(),
  /** The end of each observation of the report that was asked for, in its order. */
  report: z
    .object({
      id: z.string(),
      source,
      acceptedAt: timestamp,
      decidedAt: timestamp,
      observations: z.array(observationEnd),
    })
    .nullable()
    .optional(),
});
export type LedgerAnswer = z.infer<typeof ledgerAnswer>;

/** The newest first; the first is in force. None: the default is. */
export const listRulesQuery = z.object({ limit: z.number().int().min(1).max(500) });
export const listRulesAnswer = z.object({ items: z.array(rulesVersion) });

/** A version with its text; without a number the one in force. */
export const getRulesQuery = z.object({ version: z.number().int().positive().optional() });
export const getRulesAnswer = z.object({
  rules: rulesVersion.extend({ content: z.string() }).nullable(),
});

/** How often each of the rules in force has matched. */
export const ruleUsageQuery = z.object({});
export const ruleUsageAnswer = z.object({ items: z.array(ruleUsage) });

export const explainQuery = z.object({
  labels,
  source: z.object({ kind: subjectToken, instance: z.string().min(1).max(100) }),
  scope: z.string(),
});
export const explainAnswer = z.object({ explanation });

/** Every query by its subject: core request/reply, not stored. */
export const queries = {
  listAlerts: { subject: 'gomon.query.v1.list-alerts', query: listAlertsQuery, answer: listAlertsAnswer },
  labelNames: { subject: 'gomon.query.v1.label-names', query: labelNamesQuery, answer: labelNamesAnswer },
  getAlert: { subject: 'gomon.query.v1.get-alert', query: getAlertQuery, answer: getAlertAnswer },
  listProblems: {
    subject: 'gomon.query.v1.list-problems',
    query: listProblemsQuery,
    answer: listProblemsAnswer,
  },
  getProblem: { subject: 'gomon.query.v1.get-problem', query: getProblemQuery, answer: getProblemAnswer },
  listIncidents: {
    subject: 'gomon.query.v1.list-incidents',
    query: listIncidentsQuery,
    answer: listIncidentsAnswer,
  },
  getIncident: { subject: 'gomon.query.v1.get-incident', query: getIncidentQuery, answer: getIncidentAnswer },
  clusterHealth: {
    subject: 'gomon.query.v1.cluster-health',
    query: clusterHealthQuery,
    answer: clusterHealthAnswer,
  },
  readTopology: {
    subject: 'gomon.query.v1.read-topology',
    query: readTopologyQuery,
    answer: readTopologyAnswer,
  },
  readHistory: { subject: 'gomon.query.v1.read-history', query: readHistoryQuery, answer: readHistoryAnswer },
  readBoard: { subject: 'gomon.query.v1.read-board', query: readBoardQuery, answer: readBoardAnswer },
  findToken: { subject: 'gomon.query.v1.find-token', query: findTokenQuery, answer: findTokenAnswer },
  listTokens: { subject: 'gomon.query.v1.list-tokens', query: listTokensQuery, answer: listTokensAnswer },
  why: { subject: 'gomon.query.v1.why', query: whyQuery, answer: whyAnswer },
  listSilences: {
    subject: 'gomon.query.v1.list-silences',
    query: listSilencesQuery,
    answer: listSilencesAnswer,
  },
  getSilence: { subject: 'gomon.query.v1.get-silence', query: getSilenceQuery, answer: getSilenceAnswer },
  previewSilence: {
    subject: 'gomon.query.v1.preview-silence',
    query: previewSilenceQuery,
    answer: previewSilenceAnswer,
  },
  listRules: { subject: 'gomon.query.v1.list-rules', query: listRulesQuery, answer: listRulesAnswer },
  getRules: { subject: 'gomon.query.v1.get-rules', query: getRulesQuery, answer: getRulesAnswer },
  ruleUsage: { subject: 'gomon.query.v1.rule-usage', query: ruleUsageQuery, answer: ruleUsageAnswer },
  explain: { subject: 'gomon.query.v1.explain', query: explainQuery, answer: explainAnswer },
  ledger: { subject: 'gomon.query.v1.ledger', query: ledgerQuery, answer: ledgerAnswer },
} as const;
