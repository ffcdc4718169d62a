import { alertsChangedEvent } from '../alert.js';
import { clusterHealthEvent, clusterTopologyEvent } from '../cluster.js';
import { incidentChangedEvent } from '../incident-change.js';
import { deadLetterEvent } from '../dead-letter.js';
import { observedEvent } from '../observation.js';
import {
  problemArchivedEvent,
  problemChangedEvent,
  problemOpenedEvent,
  problemResolvedEvent,
} from '../problem.js';
import { spoolState } from '../spool-state.js';
import { subjects } from '../subjects.js';
import {
  AT,
  STARTS_AT,
  ALERT_ID,
  PROBLEM_ID,
  REPORT_ID,
  source,
  alice,
  told,
  observation,
  problem,
  tell,
  silently,
  ending,
  alert,
  event,
  type Entry,
} from './example-values.js';

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
    name: 'Incident changed',
    subject: subjects.incidentChanged,
    what: 'A problem that is an incident has changed: its whole present state, for whoever mirrors incidents.',
    from: 'correlator',
    to: 'incident-sync',
    schema: incidentChangedEvent,
    example: event('gomon.incident.v1.changed', { problem }, `${PROBLEM_ID}.1.incident`, 'correlator'),
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
    name: 'Cluster health',
    subject: subjects.cluster.health,
    what: 'How a Kubernetes cluster is, every 30 s.',
    from: 'k8s-watcher',
    to: 'correlator',
    schema: clusterHealthEvent,
    example: event(
      'gomon.cluster.v1.health',
      {
        cluster: 'default',
        scope: 'default',
        at: AT,
        nodeCount: 3,
        readyNodes: 2,
        podCount: 41,
        runningPods: 38,
        failedPods: 1,
        namespaceData: { monitoring: { pods: 12, running: 11, failed: 1 } },
        resourceMetrics: { cpuUsed: 4.2, cpuAllocatable: 12, memoryUsed: 2e10, memoryAllocatable: 4e10 },
      },
      'health.default.1764063610000',
      'k8s-watcher',
    ),
  },
  {
    name: 'Cluster topology',
    subject: subjects.cluster.topology,
    what: 'What runs on what, when that has changed.',
    from: 'k8s-watcher',
    to: 'correlator (grouping)',
    schema: clusterTopologyEvent,
    example: event(
      'gomon.cluster.v1.topology',
      {
        cluster: 'default',
        scope: 'default',
        at: AT,
        nodes: [{ name: 'worker-3', zone: 'eu-1a' }],
        pods: [
          {
            namespace: 'shop',
            name: 'cart-7d9f-abcde',
            node: 'worker-3',
            workload: 'deployment/cart',
            services: ['cart'],
          },
        ],
        ingresses: [{ namespace: 'shop', name: 'shop', services: ['shop/cart'] }],
        pvcs: [{ namespace: 'shop', name: 'data-cart', pods: ['cart-7d9f-abcde'] }],
      },
      'topology.default.1764063610000',
      'k8s-watcher',
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
