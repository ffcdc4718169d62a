import type { AlertCommand, Observation } from '@gomon/contracts';
import type { Database } from '../database/database.js';
import { decideCommands } from '../commands/decide-commands.js';
import {
  delivered,
  firing,
  resolved,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { readReport } from '../ledger/read-report.js';
import { findAlerts } from '../query/find-alerts.js';
import { findProblem, findProblems } from '../query/find-problems.js';
import { RuleBook } from '../rules/rule-book.js';
import { decideReports } from './decide-reports.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

/** A replica of the correlator. */
class Replica {
  readonly book = new RuleBook('opsgenie', () => undefined);

  constructor(
    private readonly database: Database,
    private readonly scope: string,
  ) {}

  async report(...observations: readonly Observation[]): Promise<string> {
    const delivery = delivered(observations, { scope: this.scope });
    const clock = () => delivery.event.data.acceptedAt;
    await decideReports(this.database, [delivery], this.book, clock);
    return delivery.event.id;
  }
}

const nodeDown = { labels: { alertname: 'KubeNodeNotReady', node: 'worker-3', severity: 'critical' } };
const nodeAt = '2026-03-01T10:00:00.000Z';
const podDown = (pod: string, node = 'worker-3') => ({
  labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod, node, severity: 'warning' },
});

async function problemsOf(scope: string) {
  const { items } = await findProblems(test.database, { limit: 50, scope });
  return items.map(({ problem }) => problem);
}

it('puts what follows from one cause together, though the cause comes last', async () => {
  const one = new Replica(test.database, 'late-cause');
  await one.report(firing('', podDown('cart-0')));
  await one.report(firing('', podDown('pay-0')));
  await one.report(
    firing('', { labels: { alertname: 'CertificateExpiring', host: 'x.example', severity: 'warning' } }),
  );
  const [, told] = await problemsOf('late-cause');
  const last = await one.report(firing('', nodeDown));
  const problems = await problemsOf('late-cause');
  const open = problems.filter(({ resolved: ended }) => ended === undefined);
  const node = open.find(({ title }) => title === 'KubeNodeNotReady');
  expect(open).toHaveLength(2);
  expect(node).toMatchObject({
    severity: 'P1',
    counts: { total: 3, firing: 3, resolved: 0 },
    incident: { status: 'open' },
  });
  expect(node?.likelyCause?.why).toContain('a node and what runs on it (node worker-3)');
  expect(node?.members.map(({ title, primary }) => [title, primary])).toContainEqual([
    'KubeNodeNotReady',
    true,
  ]);
  expect(node?.id).not.toBe(told?.id);
  const [merged] = problems.filter(({ mergedInto }) => mergedInto !== undefined);
  expect(merged).toMatchObject({
    mergedInto: { problemId: node?.id },
    resolved: { by: 'merge' },
    counts: { total: 0, firing: 0, resolved: 0 },
  });
  const { found } = await findProblem(test.database, merged?.id ?? '');
  expect(found?.problem.mergedInto?.problemId).toBe(node?.id);
  expect(await readReport(test.database, last)).toMatchObject({
    observations: [{ end: 'merged', problemId: node?.id }],
  });
  const [ledger] = await test.database.query(
    `select observations, merged, to_tell from ledger where scope = 'late-cause'`,
  );
  expect(ledger).toEqual({ observations: '4', merged: '1', to_tell: '3' });
  const { items } = await findAlerts(test.database, { limit: 10, scope: 'late-cause' });
  expect(items.filter(({ problemId }) => problemId === node?.id)).toHaveLength(3);
  expect(items.filter(({ incidentId }) => incidentId === node?.incident?.id)).toHaveLength(3);
});

describe('a problem that is part of another one', () => {
  const toldOf = async (problemId: string) =>
    (await findProblem(test.database, problemId)).found?.problem.told;
  let commands = 0;

  /** Two pods that are told as two problems until their node says why. */
  async function mergedBy(one: Replica) {
    const [first, second] = [
      await one.report(firing('', podDown('cart-0'))),
      await one.report(firing('', podDown('pay-0'))),
    ];
    const ends = await Promise.all([first, second].map((id) => readReport(test.database, id)));
    await one.report(firing('', nodeDown));
    const ids = ends.map((end) => end?.observations[0]?.problemId ?? '');
    const problems = await Promise.all(ids.map((id) => findProblem(test.database, id)));
    const isMerged = problems.map(({ found }) => found?.problem.mergedInto !== undefined);
    const merged = isMerged.indexOf(true);
    return {
      merged: ids[merged] ?? '',
      whole: ids[1 - merged] ?? '',
      report: [first, second][merged] ?? '',
    };
  }

  function command(one: Replica, body: Pick<AlertCommand, 'type' | 'data'>) {
    commands += 1;
    const about = { id: `merged-${commands}`, source: 'test', time: '2026-03-01T10:00:00.000Z' };
    const event = { specversion: '1.0', datacontenttype: 'application/json', ...about, ...body };
    return decideCommands(test.database, [event as AlertCommand], one.book, () => about.time);
  }

  function recordTold(one: Replica, problemId: string, version: number) {
    const told = {
      receiver: 'slack',
      channel: '#a',
      channelId: 'C1',
      ts: '1.1',
      version,
      at: nodeAt,
    } as const;
    const actor = { kind: 'system' as const, id: 'slack-gateway' };
    const data = { actor, problemId, outcome: { kind: 'told' as const, told } };
    return command(one, { type: 'gomon.command.v1.record-told', data });
  }

  async function waiting(scope: string): Promise<unknown> {
    const rows = await test.database.query(
      `select id, entry ->> 'observations' as observations
       from problems cross join lateral jsonb_array_elements(untold) entry where scope = $1`,
      [scope],
    );
    return rows;
  }

  it('and was never told is told with that: its observations wait for the other one', async () => {
    const one = new Replica(test.database, 'unheard');
    const { merged, whole, report } = await mergedBy(one);
    const all = [1, 1].map((observations) => ({ id: whole, observations: String(observations) }));
    expect(await waiting('unheard')).toEqual(all);
    expect(await readReport(test.database, report)).toMatchObject({
      observations: [{ end: 'waiting-to-be-told', problemId: merged }],
    });
    await recordTold(one, whole, 2);
    expect(await waiting('unheard')).toEqual([]);
    expect(await readReport(test.database, report)).toMatchObject({
      observations: [{ end: 'told', problemId: merged, told: [{ receiver: 'slack', channel: '#a' }] }],
    });
  });

  it('is on record as told by whoever told it meanwhile', async () => {
    const one = new Replica(test.database, 'told-late');
    const { merged } = await mergedBy(one);
    await recordTold(one, merged, 2);
    expect(await toldOf(merged)).toMatchObject([{ channel: '#a', version: 2 }]);
  });

  it('answers who presses a button of its message', async () => {
    const one = new Replica(test.database, 'pressed');
    const { merged } = await mergedBy(one);
    const data = {
      actor: { kind: 'slack', id: 'U1' } as const,
      target: { kind: 'problem', id: merged } as const,
    };
    const { answers } = await command(one, { type: 'gomon.command.v1.acknowledge-problem', data });
    expect([...answers.values()]).toMatchObject([
      { outcome: 'without-effect', problem: { id: merged, status: 'resolved' } },
    ]);
  });
});

it('ends when all its alerts have ended, and not before', async () => {
  const one = new Replica(test.database, 'ends');
  await one.report(firing('', nodeDown));
  await one.report(firing('', podDown('cart-0')), firing('', podDown('pay-0')));
  await one.report(resolved('', nodeDown));
  expect(await problemsOf('ends')).toMatchObject([{ status: 'firing', counts: { total: 3, firing: 2 } }]);
  await one.report(resolved('', podDown('cart-0')), resolved('', podDown('pay-0')));
  expect(await problemsOf('ends')).toMatchObject([{ status: 'resolved', counts: { total: 3, firing: 0 } }]);
});

it('is acknowledged with all its alerts', async () => {
  const one = new Replica(test.database, 'acknowledged');
  await one.report(firing('', nodeDown));
  await one.report(firing('', podDown('cart-0')), firing('', podDown('pay-0')));
  const [problem] = await problemsOf('acknowledged');
  const command = {
    specversion: '1.0' as const,
    id: 'acknowledge-many',
    source: 'test',
    time: '2026-03-01T10:00:00.000Z',
    type: 'gomon.command.v1.acknowledge-problem' as const,
    datacontenttype: 'application/json' as const,
    data: {
      target: { kind: 'problem' as const, id: problem?.id ?? '' },
      actor: { kind: 'slack' as const, id: 'U1', name: 'Alice' },
    },
  };
  await decideCommands(test.database, [command], one.book, () => '2026-03-01T10:00:00.000Z');
  const { items } = await findAlerts(test.database, { limit: 10, scope: 'acknowledged' });
  expect(items.map(({ status }) => status)).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
});

it('is the same for replicas that take turns, and for one that has just started', async () => {
  const [one, other] = [
    new Replica(test.database, 'replicas'),
    new Replica(await test.another(), 'replicas'),
  ];
  await one.report(firing('', podDown('cart-0')));
  await other.report(firing('', nodeDown));
  await one.report(firing('', podDown('pay-0')));
  await other.report(firing('', podDown('stock-0')));
  const started = new Replica(test.database, 'replicas');
  await started.report(firing('', podDown('mail-0')));
  await one.report(resolved('', podDown('cart-0')));
  expect(await problemsOf('replicas')).toMatchObject([{ counts: { total: 5, firing: 4 } }]);
});

it('shows the first of its alerts, and counts all', async () => {
  const one = new Replica(test.database, 'many');
  const all = Array.from({ length: 60 }, (_, index) => firing('', podDown(`cart-${index}`)));
  await one.report(...all.slice(0, 30));
  await one.report(firing('', nodeDown));
  await one.report(...all.slice(30));
  const [problem] = await problemsOf('many');
  expect(problem?.counts).toEqual({ total: 61, firing: 61, resolved: 0 });
  expect(problem?.members).toHaveLength(20);
  expect(problem?.members[0]).toMatchObject({ title: 'KubeNodeNotReady', primary: true });
});

it('decides what a transaction that failed would have changed as if it had never been', async () => {
  const one = new Replica(test.database, 'fails');
  await one.report(firing('', podDown('cart-0')));
  const broken = delivered([firing('', nodeDown)], { scope: 'fails' });
  const failing = () => {
    throw new Error('the clock is broken');
  };
  await expect(decideReports(test.database, [broken], one.book, failing)).rejects.toThrow(
    'the clock is broken',
  );
  await one.report(firing('', podDown('pay-0')));
  await one.report(firing('', nodeDown));
  const open = (await problemsOf('fails')).filter(({ resolved: ended }) => ended === undefined);
  expect(open).toMatchObject([{ title: 'KubeNodeNotReady', counts: { total: 3 } }]);
});
