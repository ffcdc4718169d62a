import type { Observation, ObservedEvent } from '@gomon/contracts';
import type { Delivery } from '@gomon/messaging';
import {
  delivered,
  firing,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { findProblems } from '../query/find-problems.js';
import { RuleBook } from '../rules/rule-book.js';
import { decideReports } from './decide-reports.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

const NODE = 'worker-3';
const nodeDown = firing('', {
  labels: { alertname: 'KubeNodeNotReady', node: NODE, severity: 'critical' },
});
const podDown = (pod: string): Observation =>
  firing('', {
    labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod, node: NODE, severity: 'warning' },
  });
const slow = (service: string): Observation =>
  firing('', {
    labels: { alertname: 'HighLatency', namespace: 'shop', service, severity: 'warning' },
    annotations: { summary: `timeouts calling orders-db of ${service}` },
  });

/** Each at a time of its own: what is of one time is told apart by identities, which differ from scope to scope. */
function second(index: number): string {
  return new Date(Date.UTC(2026, 2, 1, 9, 0, index)).toISOString();
}

/** A storm around one node, beside what has nothing to do with it. */
function reportsFor(scope: string): readonly Delivery<ObservedEvent>[] {
  const more = Array.from({ length: 40 }, (_, index) => [
    podDown(`cart-${index}`),
    slow(`service-${index % 7}`),
  ]);
  return [[podDown('pay-0')], [nodeDown, slow('shop')], ...more].map((observations, index) =>
    delivered(
      observations.map((one, place) => ({ ...one, startsAt: second(2 * index + place) })),
      {
        scope,
        id: `${scope}-${index}`,
        acceptedAt: second(1_000 + index),
      },
    ),
  );
}

function bookOf(): RuleBook {
  return new RuleBook('opsgenie', () => undefined);
}

function decide(deliveries: readonly Delivery<ObservedEvent>[], book: RuleBook) {
  const [{ event }] = deliveries as [Delivery<ObservedEvent>];
  return decideReports(test.database, deliveries, book, () => event.data.acceptedAt);
}

/** What people see of what was decided, without ids. */
async function decidedIn(scope: string): Promise<readonly unknown[]> {
  const { items } = await findProblems(test.database, { limit: 100, scope });
  return items.map(({ problem }) => ({
    title: problem.title,
    version: problem.version,
    severity: problem.severity,
    counts: problem.counts,
    cause: problem.likelyCause?.why,
    timeline: problem.timeline,
    resolved: problem.resolved?.by,
  }));
}

it('a process that loads ahead what it touched lately decides like one that remembers nothing', async () => {
  for (const delivery of reportsFor('anew')) await decide([delivery], bookOf());
  const book = bookOf();
  for (const delivery of reportsFor('ahead')) await decide([delivery], book);
  const decided = await decidedIn('ahead');
  expect(decided.length).toBeGreaterThan(1);
  expect(decided).toEqual(await decidedIn('anew'));
  expect(book.touched.in(['ahead'])).not.toEqual([]);
});
