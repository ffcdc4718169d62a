import type {
  AlertView,
  Board,
  ClusterHealth,
  Explanation,
  IncidentView,
  LedgerAnswer,
  ProblemView,
  queries,
  RulesVersion,
  RuleUsage,
  Silence,
  SilencePreview,
  SilenceView,
  TokenView,
  WhyAlert,
} from '@gomon/contracts';
import type { z } from 'zod';

const ID = '019cbc8a-7c00-7000-8000-000000000001';
const PROBLEM_ID = '019cbc8a-7c00-7000-8000-000000000002';
const OTHER_PROBLEM_ID = '019cbc8a-7c00-7000-8000-000000000003';
const REPORT_ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const BEGAN = '2026-03-05T09:40:00.000Z';
const SEEN = '2026-03-05T09:40:10.000Z';
const source = { kind: 'api', instance: 'deploy-bot' } as const;
const labels = { alertname: 'DiskAlmostFull', severity: 'P2', team: 'shop' };
const annotations = { summary: 'The disk of db-1 is 91 % full' };

const alert: AlertView = {
  id: ID,
  fingerprint: '3f6c2f0f6f1d1b3e',
  scope: 'default',
  source,
  status: 'firing',
  severity: 'P2',
  title: 'DiskAlmostFull',
  labels,
  annotations,
  startsAt: BEGAN,
  episode: 1,
  observations: 1,
  firstSeenAt: SEEN,
  lastSeenAt: SEEN,
  updatedAt: SEEN,
  problemId: PROBLEM_ID,
  about: { owner: 'shop' },
};

const problem: ProblemView = {
  id: PROBLEM_ID,
  scope: 'default',
  version: 2,
  status: 'acknowledged',
  severity: 'P2',
  title: 'DiskAlmostFull',
  source,
  primary: { alertId: ID, labels, annotations, startsAt: BEGAN, about: { owner: 'shop' } },
  startsAt: BEGAN,
  openedAt: SEEN,
  updatedAt: '2026-03-05T09:41:00.000Z',
  acknowledged: {
    at: '2026-03-05T09:41:00.000Z',
    by: { kind: 'api', id: 'deploy-bot' },
    note: 'on it',
  },
  counts: { total: 1, firing: 1, resolved: 0 },
  members: [
    {
      alertId: ID,
      title: 'DiskAlmostFull',
      severity: 'P2',
      status: 'acknowledged',
      primary: true,
      startsAt: BEGAN,
    },
  ],
  timeline: [{ at: '2026-03-05T09:41:00.000Z', text: 'acknowledged by deploy-bot: on it' }],
  told: [
    {
      receiver: 'slack',
      channel: '#k8s-healthchecks',
      channelId: 'C0123456789',
      ts: '1772703610.000100',
      version: 2,
      at: SEEN,
    },
  ],
};

const incident: IncidentView = {
  id: '019cbc8a-7c00-7000-8000-000000000003',
  status: 'open',
  openedAt: SEEN,
  openedBy: { kind: 'slack', id: 'U0ALICE', name: 'alice' },
  why: 'alice created an incident',
  opsgenieIncidentId: '0b8a3d1e-55d6-4b0a-9a52-6a2f7d0c1e11',
  externalUrl: 'https://app.opsgenie.com/incident/detail/0b8a3d1e-55d6-4b0a-9a52-6a2f7d0c1e11',
  providerStatus: 'open',
  problemId: PROBLEM_ID,
  scope: 'default',
  severity: 'P2',
  title: 'DiskAlmostFull',
};

const health: ClusterHealth = {
  cluster: 'default',
  scope: 'default',
  at: SEEN,
  nodeCount: 3,
  readyNodes: 3,
  podCount: 41,
  runningPods: 40,
  failedPods: 1,
  namespaceData: { monitoring: { pods: 12, running: 11, failed: 1 } },
  resourceMetrics: { cpuUsed: 4.2, cpuAllocatable: 12, memoryUsed: 21e9, memoryAllocatable: 48e9 },
};

const ledger: LedgerAnswer = {
  reports: { accepted: 3, decided: 3, duplicates: 0, deadLettered: 0, inFlight: 0 },
  observations: {
    accepted: 4,
    ends: { told: 3, muted: 0, merged: 0, repeated: 1, late: 0, digested: 0, deadLettered: 0 },
    inFlight: { undecided: 0, waitingToBeTold: 0 },
  },
  balanced: true,
  report: {
    id: REPORT_ID,
    source,
    acceptedAt: SEEN,
    decidedAt: SEEN,
    observations: [
      {
        end: 'told',
        alertId: ID,
        problemId: PROBLEM_ID,
        why: 'a new problem',
        told: [{ receiver: 'slack', channel: '#k8s-healthchecks', at: SEEN }],
      },
    ],
  },
};

const rulesText = 'severity:\n  - { matchers: [\'namespace="payments"\'], severity: P1 }\n';

const rulesVersion: RulesVersion = {
  version: 7,
  hash: 'a3f1c9e20b75',
  origin: 'api',
  actor: { kind: 'api', id: 'ops' },
  note: 'payments wake us up',
  appliedAt: SEEN,
};

const ruleUsage: readonly RuleUsage[] = [
  { section: 'severity', rule: 'money', matches: 3, since: BEGAN, lastAt: SEEN, unused: false },
  { section: 'route', rule: 'urgent', matches: 0, since: '2026-01-05T09:40:00.000Z', unused: true },
];

const explanation: Explanation = {
  rules: { version: 7 },
  title: 'DiskAlmostFull',
  fingerprint: '3f6c2f0f6f1d1b3e3f6c2f0f6f1d1b3e',
  identity: labels,
  severity: { severity: 'P2', why: 'label severity="P2" means P2' },
  told: { channel: '#k8s-healthchecks', why: 'no other route is for it' },
  owner: { name: 'shop', why: 'team="shop"' },
  mutedBy: [],
  heartbeats: [],
  heldMs: 1_000,
  unacknowledged: [],
  endsAfterMs: 21_600_000,
};

const matchers = [{ name: 'team', operator: '=' as const, value: 'shop' }];

const silence: Silence = {
  id: '019cbc8a-7c00-7000-8000-000000000004',
  matchers,
  startsAt: SEEN,
  endsAt: '2026-03-05T11:40:10.000Z',
  comment: 'the database moves',
  author: { kind: 'api', id: 'ops' },
  createdAt: SEEN,
  updatedAt: SEEN,
};

const silenceView: SilenceView = {
  ...silence,
  state: 'active',
  muted: 1,
  lastMutedAt: SEEN,
  matching: 1,
  warnings: [],
};

const silencePreview: SilencePreview = {
  matching: 1,
  open: 12,
  bySeverity: { P2: 1 },
  alerts: [{ id: ID, title: 'DiskAlmostFull', severity: 'P2', problemId: PROBLEM_ID }],
  warnings: [],
};

const why: WhyAlert = {
  alertId: ID,
  problemId: PROBLEM_ID,
  title: 'DiskAlmostFull',
  severity: 'P2',
  status: 'acknowledged',
  now: [`told in #k8s-healthchecks at ${SEEN}`],
  muted: [],
  decisions: [
    {
      at: SEEN,
      kind: 'fired',
      by: { kind: 'source', id: 'api/deploy-bot' },
      why: 'first report',
      cause: `report:${REPORT_ID}`,
      rulesVersion: 7,
      evidence: [
        { about: 'severity', why: 'label severity="P2" means P2' },
        { about: 'route', why: '#k8s-healthchecks because no other route is for it' },
        { about: 'hold', why: 'it waits for 1000 ms' },
      ],
    },
  ],
  observations: 1,
  lastSeenAt: SEEN,
  told: problem.told,
};

const token: TokenView = {
  name: 'deploy-bot',
  role: 'responder',
  createdAt: SEEN,
  createdBy: { kind: 'api', id: 'ops' },
};

const board: Board = {
  at: '2026-03-05T09:50:00.000Z',
  problems: [
    {
      id: PROBLEM_ID,
      scope: 'default',
      severity: 'P2',
      status: 'acknowledged',
      title: 'DiskAlmostFull',
      since: SEEN,
      acknowledged: { at: '2026-03-05T09:41:00.000Z', by: { kind: 'api', id: 'deploy-bot' } },
      muted: false,
      members: [{ alertId: ID, title: 'DiskAlmostFull', severity: 'P2' }],
      firing: 1,
    },
  ],
  complete: true,
  unknown: [],
  replayFrom: SEEN,
};

const history: z.input<typeof queries.readHistory.answer> = {
  items: [
    {
      kind: 'report',
      decidedAt: SEEN,
      order: 1024,
      event: {
        specversion: '1.0',
        id: REPORT_ID,
        source: 'gomon/api-gateway',
        type: 'gomon.observed.v1',
        time: SEEN,
        data: {
          kind: 'delta',
          scope: 'default',
          source,
          acceptedAt: SEEN,
          observations: [{ status: 'firing', labels, annotations, startsAt: BEGAN }],
        },
      },
      became: [{ alertId: ID, problemId: PROBLEM_ID }],
    },
  ],
  gone: 0,
  storedFrom: SEEN,
  decidesBy: { incidentProvider: 'opsgenie' },
};

const topology: z.input<typeof queries.readTopology.answer> = {
  topology: {
    cluster: 'default',
    scope: 'default',
    at: SEEN,
    nodes: [{ name: 'worker-3', zone: 'eu-1a' }],
    pods: [
      {
        namespace: 'shop',
        name: 'cart-1',
        node: 'worker-3',
        workload: 'deployment/cart',
        services: ['cart'],
      },
    ],
    ingresses: [],
    pvcs: [],
  },
  parts: 1,
};

/** What a request or an answer looks like. */
export const examples = {
  id: ID,
  alert,
  labelNames: { since: BEGAN, alerts: 1_204, names: Object.keys(labels).sort(), complete: true },
  alertsPage: { items: [alert] },
  problem,
  problemsPage: { items: [problem] },
  incident,
  incidentsPage: { items: [incident] },
  clusterHealth: { items: [health] },
  ledger,
  posted: { labels, annotations, startsAt: BEGAN },
  accepted: { reportId: REPORT_ID, accepted: 1 },
  commanded: { commandId: '1c5b2a1e-7f0e-4c39-9d3a-0a54b5ac9d11' },
  note: { note: 'on it' },
  level: { to: 'P1', note: 'customers see it' },
  assign: { to: 'Alice' },
  text: { text: 'the disk is being replaced' },
  merge: { into: OTHER_PROBLEM_ID, reason: 'one outage' },
  split: { alertIds: [ID], reason: 'another disk' },
  move: { alertIds: [ID], to: OTHER_PROBLEM_ID },
  reason: { reason: 'the disk is larger now' },
  rules: { ...rulesVersion, content: rulesText },
  rulesVersions: { items: [rulesVersion] },
  ruleUsage: { items: ruleUsage },
  board,
  history,
  topology,
  silence,
  silenceView,
  silencesPage: { items: [silenceView] },
  createSilence: { matchers: ['team="shop"'], duration: '2h', comment: 'the database moves' },
  updateSilence: { endsAt: '2026-03-05T12:40:10.000Z' },
  previewSilence: { matchers: ['team="shop"'] },
  silencePreview,
  why,
  token,
  tokens: { items: [token] },
  createToken: { name: 'deploy-bot', role: 'responder' },
  createdToken: { ...token, token: 'gomon_Zm9yIHRoZSBkb2N1bWVudGF0aW9uLCBub3QgYSBzZWNy' },
  rulesInForce: { version: 7, hash: 'a3f1c9e20b75' },
  applyRules: { content: rulesText, note: 'payments wake us up' },
  rollBack: { version: 6 },
  explain: { labels },
  explanation,
} as const;
