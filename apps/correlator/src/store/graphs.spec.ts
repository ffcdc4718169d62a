import type { AlertCommand, Labels, Observation } from '@gomon/contracts';
import fc from 'fast-check';
import type { Graph } from '../correlate/graph.js';
import type { Database } from '../database/database.js';
import {
  delivered,
  firing,
  resolved,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { ALICE } from '../decide/story.spec-support.js';
import { decideCommands } from '../commands/decide-commands.js';
import { decideReports } from '../reports/decide-reports.js';
import { RuleBook } from '../rules/rule-book.js';

let test: TestDatabase;
let others: readonly Database[];

beforeAll(async () => {
  test = await startTestDatabase();
  others = [await test.another(), await test.another()];
});

afterAll(() => test.stop());

let scopes = 0;

/** Processes that decide in one scope in turn. */
class Replicas {
  readonly scope = `scope-${(scopes += 1)}`;
  private commands = 0;
  private readonly all = [test.database, ...others].map((database) => ({
    database,
    book: new RuleBook('opsgenie', () => undefined),
  }));

  async report(which: number, ...observations: readonly Observation[]): Promise<void> {
    const { database, book } = this.of(which);
    const delivery = delivered(observations, { scope: this.scope });
    await decideReports(database, [delivery], book, () => delivery.event.data.acceptedAt);
  }

  /** Its graph as it has it before its next transaction. */
  graphOf(which: number): Promise<Graph> {
    return this.read(this.of(which).book);
  }

  /** As a process would make it that has just started. */
  graphAnew(): Promise<Graph> {
    return this.read(new RuleBook('opsgenie', () => undefined));
  }

  async split(which: number, alertname: string): Promise<void> {
    const { id, problem } = await this.alertBy(alertname);
    await this.command(which, {
      type: 'gomon.command.v1.split-problem',
      data: { actor: ALICE, target: problem, alertIds: [id] },
    });
  }

  async archive(which: number, alertname: string): Promise<void> {
    const { id: alertId } = await this.alertBy(alertname);
    const data = { actor: ALICE, alertId, reason: 'a test of ours' };
    await this.command(which, { type: 'gomon.command.v1.archive-alert', data });
  }

  async endAndReopen(which: number, alertname: string): Promise<void> {
    const { problem: target } = await this.alertBy(alertname);
    const data = { actor: ALICE, target };
    await this.command(which, { type: 'gomon.command.v1.resolve-problem', data });
    await this.command(which, { type: 'gomon.command.v1.reopen-problem', data });
  }

  private async alertBy(alertname: string) {
    const [alert] = await test.database.query<{ id: string; problem: string }>(
      `select id, correlation_id as problem from alerts_active where scope = $1 and labels ->> 'alertname' = $2`,
      [this.scope, alertname],
    );
    if (alert === undefined) throw new Error(`no alert ${alertname}`);
    return { id: alert.id, problem: { kind: 'problem' as const, id: alert.problem } };
  }

  private async command(which: number, command: Pick<AlertCommand, 'type' | 'data'>): Promise<void> {
    const { database, book } = this.of(which);
    this.commands += 1;
    const about = { id: `${this.scope}-${this.commands}`, source: 'test', time: '2026-03-01T10:00:00.000Z' };
    const event = { specversion: '1.0', datacontenttype: 'application/json', ...about, ...command };
    await decideCommands(database, [event as AlertCommand], book, () => about.time);
  }

  private of(which: number) {
    const replica = this.all[which % this.all.length];
    if (replica === undefined) throw new Error(`no replica ${which}`);
    return replica;
  }

  private read(book: RuleBook): Promise<Graph> {
    return test.database.transaction([this.scope], async (tx) => {
      const rules = await book.inForce(tx);
      const revisions = await book.graphs.revisions(tx, [this.scope]);
      const graph = (await book.graphs.of(tx, revisions, rules)).get(this.scope);
      if (graph === undefined) throw new Error('no graph');
      return graph;
    });
  }
}

async function idsIn({ scope }: Replicas): Promise<readonly string[]> {
  const rows = await test.database.query<{ id: string }>(`select id from alerts_active where scope = $1`, [
    scope,
  ]);
  return rows.map(({ id }) => id);
}

const NODE: Labels = { alertname: 'KubeNodeNotReady', node: 'worker-3', severity: 'critical' };
const podDown = (pod: string): Labels => ({
  alertname: 'KubePodNotReady',
  namespace: 'shop',
  pod,
  node: 'worker-3',
  severity: 'warning',
});

describe('what a transaction decides', () => {
  it('is not in the graph where the transaction fails', async () => {
    const replicas = new Replicas();
    await replicas.report(0, firing('', { labels: podDown('cart-0') }));
    await replicas.graphOf(0);
    const { scope } = replicas;
    await test.database.query(
      `alter table graphs add constraint is_full check (scope <> '${scope}') not valid`,
    );
    await expect(replicas.report(0, firing('', { labels: NODE }))).rejects.toThrow(/is_full/);
    await test.database.query('alter table graphs drop constraint is_full');
    expect((await replicas.graphOf(0)).size).toBe(1);
    await replicas.report(0, firing('', { labels: NODE }));
    expect((await replicas.graphOf(0)).size).toBe(2);
  });
});

describe('what another process has changed', () => {
  it('is taken up: the graph goes on, and is not made anew', async () => {
    const replicas = new Replicas();
    await replicas.report(0, firing('', { labels: podDown('cart-0') }));
    const first = await replicas.graphOf(0);
    await replicas.report(1, firing('', { labels: podDown('pay-0') }));
    await replicas.report(1, firing('', { labels: NODE }));
    expect(await replicas.graphOf(0)).toBe(first);
    expect(first.size).toBe(3);
    expect(standingsIn(first, await idsIn(replicas))).toEqual(
      standingsIn(await replicas.graphAnew(), await idsIn(replicas)),
    );
  });

  it('is taken up of problems that are over as well', async () => {
    const replicas = new Replicas();
    await replicas.report(0, firing('', { labels: NODE }), firing('', { labels: podDown('cart-0') }));
    const first = await replicas.graphOf(0);
    await replicas.report(1, resolved('', { labels: NODE }), resolved('', { labels: podDown('cart-0') }));
    expect(await replicas.graphOf(0)).toBe(first);
    expect(first.size).toBe(0);
  });

  it('is taken up of what people have placed', async () => {
    const replicas = new Replicas();
    await replicas.report(0, firing('', { labels: NODE }), firing('', { labels: podDown('cart-0') }));
    const first = await replicas.graphOf(0);
    await replicas.split(1, 'KubePodNotReady');
    expect(await replicas.graphOf(0)).toBe(first);
    const ids = await idsIn(replicas);
    expect(standingsIn(first, ids).map(({ isPlaced }) => isPlaced)).toContain(true);
    expect(standingsIn(first, ids)).toEqual(standingsIn(await replicas.graphAnew(), ids));
  });

  it.each([
    ['archived', (replicas: Replicas) => replicas.archive(1, 'KubeNodeNotReady')],
    ['ended and reopened', (replicas: Replicas) => replicas.endAndReopen(1, 'KubePodNotReady')],
  ] as const)('is the same for whoever has done it where people have %s something', async (_, change) => {
    const replicas = new Replicas();
    await replicas.report(0, firing('', { labels: NODE }), firing('', { labels: podDown('cart-0') }));
    await replicas.report(1, resolved('', { labels: NODE }));
    await replicas.graphOf(0);
    await change(replicas);
    const ids = await idsIn(replicas);
    const stored = await replicas.graphAnew();
    for (const which of [0, 1]) {
      const graph = await replicas.graphOf(which);
      expect(graph.size).toBe(stored.size);
      expect(standingsIn(graph, ids)).toEqual(standingsIn(stored, ids));
    }
  });

  it('is read anew where it is not stored any more', async () => {
    const replicas = new Replicas();
    await replicas.report(0, firing('', { labels: podDown('cart-0') }));
    const first = await replicas.graphOf(0);
    await replicas.report(1, firing('', { labels: NODE }));
    await test.database.query('truncate graph_changes');
    const anew = await replicas.graphOf(0);
    expect(anew).not.toBe(first);
    expect(anew.size).toBe(2);
  });

  it('leads to the graph of what is stored, whatever happens and whoever decides it', async () => {
    const what = fc.record({ alert: fc.nat(5), by: fc.nat(2), fires: fc.constantFrom(true, true, false) });
    await fc.assert(
      fc.asyncProperty(fc.array(what, { minLength: 1, maxLength: 10 }), async (happened) => {
        const replicas = new Replicas();
        await Promise.all([0, 1, 2].map((which) => replicas.graphOf(which)));
        for (const { alert, by, fires } of happened) {
          const labels = alert === 0 ? NODE : podDown(`cart-${alert}`);
          await replicas.report(by, (fires ? firing : resolved)('', { labels }));
        }
        const ids = await idsIn(replicas);
        const stored = standingsIn(await replicas.graphAnew(), ids);
        for (const which of [0, 1, 2]) {
          expect(standingsIn(await replicas.graphOf(which), ids)).toEqual(stored);
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

function standingsIn(graph: Graph, ids: readonly string[]) {
  return ids.flatMap((id) => {
    const standing = graph.get(id);
    if (standing === undefined) return [];
    const { traits, ...rest } = standing;
    return { id: traits.id, ...rest, members: [...graph.membersOf(standing.problemId)].sort() };
  });
}
