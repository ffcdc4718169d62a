import { problemEvent, type Labels, type Observation, type ProblemEvent } from '@gomon/contracts';
import { register } from 'prom-client';
import {
  delivered,
  firing,
  resolved,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { readReport } from '../ledger/read-report.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import { unpacked } from '../outbox/outbox-row.js';
import { findProblem, findProblems } from '../query/find-problems.js';
import { decideReports } from '../reports/decide-reports.js';
import { RuleBook } from '../rules/rule-book.js';
import { decideDue } from './due.js';
import { countStorms } from './storms.js';

const PODS = 400;
const EACH = 10;

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

const NODE: Labels = { alertname: 'KubeNodeNotReady', node: 'worker-3', severity: 'critical' };
const pod = (index: number): Labels => ({
  alertname: 'KubePodNotReady',
  namespace: `shop-${index % 8}`,
  pod: `cart-${index}`,
  node: 'worker-3',
  severity: 'warning',
});

function at(seconds: number): string {
  return new Date(Date.UTC(2026, 2, 1, 9, 0, seconds)).toISOString();
}

/** A correlator that puts alerts together, and the facts that it would publish. */
class Line {
  private readonly book = new RuleBook('opsgenie', () => undefined);
  private readonly facts: ProblemEvent[] = [];

  constructor(private readonly scope: string) {}

  async report(seconds: number, observations: readonly Observation[]): Promise<string> {
    const delivery = delivered(observations, { scope: this.scope, acceptedAt: at(seconds) });
    const { outbox } = await decideReports(test.database, [delivery], this.book, () => at(seconds));
    this.hear(outbox);
    return delivery.event.id;
  }

  async look(seconds: number): Promise<void> {
    const time = { watermark: at(seconds), listeningSince: at(0) };
    const { outbox } = await decideDue(test.database, this.scope, time, this.book, () => at(seconds));
    this.hear(outbox);
  }

  /** The facts since it was asked last. */
  takeFacts(): readonly ProblemEvent[] {
    return this.facts.splice(0);
  }

  private hear(outbox: readonly OutboxRow[]): void {
    for (const { subject, body } of outbox.flatMap(unpacked))
      if (subject.startsWith('gomon.problem.')) this.facts.push(problemEvent.parse(JSON.parse(body)));
  }
}

async function openIn(scope: string) {
  const { items } = await findProblems(test.database, { limit: 50, scope });
  return items.map(({ problem }) => problem);
}

it('several hundred alerts of one node lead to a few facts, a digest, and a ledger that is balanced', async () => {
  const line = new Line('storm');
  await line.report(0, [firing('', { labels: NODE })]);
  for (let first = 0; first < PODS; first += EACH)
    await line.report(
      1 + first / EACH,
      Array.from({ length: EACH }, (_, index) => firing('', { labels: pod(first + index) })),
    );
  const [problem, ...others] = await openIn('storm');
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ counts: { total: PODS + 1, firing: PODS + 1 }, storm: { digests: 0 } });
  // The first, and one for each report until the limit was reached.
  expect(line.takeFacts().map(({ data }) => data.tell.announce)).toEqual([true, false, false, false]);
  await countStorms(test.database);
  expect(await register.getSingleMetricAsString('gomon_problems_in_storm')).toMatch(/_storm 1$/m);

  await line.look(63);
  const [digest, ...more] = line.takeFacts();
  expect(more).toEqual([]);
  expect(digest).toMatchObject({
    type: 'gomon.problem.v1.changed',
    data: {
      tell: { announce: false },
      problem: {
        storm: { digests: 1, joined: 0 },
        digest: {
          version: digest?.data.problem.version,
          number: 1,
          joined: PODS,
          total: PODS + 1,
          firing: PODS + 1,
          severities: [
            { severity: 'P1', total: 1, firing: 1 },
            { severity: 'P2', total: PODS, firing: PODS },
          ],
          otherNamespaces: { names: 4, total: 3 * 50 + 1, firing: 3 * 50 + 1 },
        },
      },
    },
  });
  const { found } = await findProblem(test.database, problem?.id ?? '');
  expect(found?.problem.digest).toEqual(digest?.data.problem.digest);

  const p0 = { alertname: 'PaymentsDown', service: 'payments', severity: 'P0' };
  await line.report(70, [firing('', { labels: p0 })]);
  expect(line.takeFacts()).toMatchObject([
    { type: 'gomon.problem.v1.opened', data: { problem: { severity: 'P0' }, tell: { announce: true } } },
  ]);
  expect(await openIn('storm')).toHaveLength(2);

  const ended = Array.from({ length: PODS }, (_, index) => resolved('', { labels: pod(index) }));
  const report = await line.report(100, ended);
  expect(line.takeFacts()).toEqual([]);
  expect(await readReport(test.database, report)).toMatchObject({
    observations: ended.map(() => ({ end: 'digested' })),
  });
  await line.report(110, [resolved('', { labels: NODE })]);
  expect(line.takeFacts()).toMatchObject([
    {
      type: 'gomon.problem.v1.resolved',
      data: { problem: { digest: { number: 2, ended: PODS + 1, firing: 0, last: true } } },
    },
  ]);
  await countStorms(test.database);
  expect(await register.getSingleMetricAsString('gomon_problems_in_storm')).toMatch(/_storm 0$/m);

  const [ledger] = await test.database.query<Record<string, number>>(
    `select observations::int, merged::int, digested::int, to_tell::int as told,
       (select sum((entry ->> 'observations')::int)::int
        from problems p cross join lateral jsonb_array_elements(untold) entry where p.scope = 'storm') as untold
     from ledger where scope = 'storm'`,
  );
  expect(ledger).toEqual({
    observations: 2 * PODS + 3,
    merged: 30,
    digested: 2 * PODS - 30,
    told: 3,
    untold: 3,
  });
});

it('a graph that another process makes anew leads to the same digest', async () => {
  const [one, other] = [new Line('replicas'), new Line('replicas')];
  await one.report(0, [firing('', { labels: NODE })]);
  const pods = Array.from({ length: 50 }, (_, index) => firing('', { labels: pod(index) }));
  await one.report(1, pods);
  await one.report(2, [resolved('', { labels: pod(0) })]);
  await other.look(61);
  expect(other.takeFacts()).toMatchObject([
    { data: { problem: { digest: { total: 51, firing: 50, joined: 50, ended: 1 } } } },
  ]);
});
