import { randomUUID } from 'node:crypto';
import type { Reader, Statement } from '../database/transaction.js';
import { MOST_STANDINGS, type Graph, type GraphChange } from '../correlate/graph.js';
import { graphOf, reopenedIn, takeUp, type Open } from '../correlate/graph-of.js';
import type { Topology } from '../decide/about.js';
import type { Decided } from '../decide/decide-all.js';
import type { Rules } from '../decide/rules.js';
import type { ProblemMuted } from '../decide/state.js';
import { ALERT_COLUMNS, alertOf, type AlertRow } from './alert-row.js';

/** A graph as it was at a revision. */
interface Known {
  readonly graph: Graph;
  readonly pack: Rules['pack'];
  revision: string | undefined;
}

/** Revisions of graphs, by scope; undefined: nothing has ever been put together there. */
export type Revisions = ReadonlyMap<string, string | undefined>;

/** What other processes have made of a graph. */
interface Since {
  readonly changed: ReadonlySet<string>;
  readonly over: ReadonlySet<string>;
}

/** So many changes of others are taken up one after another, and for so long are they stored. */
const MOST_CHANGES = 200;
const STORED_FOR = '5 minutes';
/** Where more alerts have changed, and half of all, they are all read. */
const MOST_ALERTS = 1_000;

/**
 * The graphs of scopes, as caches of what PostgreSQL holds. Each transaction that changes one gives it another revision and says
 * what it has changed, so that a process sees what others have changed meanwhile and takes it up; where that is not known any
 * more, it makes the graph anew.
 */
export class Graphs {
  private readonly known = new Map<string, Known>();

  constructor(private readonly topology: Topology) {}

  /** The revisions of the graphs of scopes whose locks the transaction holds. */
  async revisions(tx: Reader, scopes: readonly string[]): Promise<Revisions> {
    if (scopes.length === 0) return new Map();
    const rows = await tx.query<{ scope: string; revision: string }>(
      `select scope, revision from graphs where scope = any($1::text[])`,
      [scopes],
    );
    const present = new Map(rows.map(({ scope, revision }) => [scope, revision]));
    return new Map(scopes.map((scope) => [scope, present.get(scope)]));
  }

  /** The graph of a scope as it was known last. */
  latest(scope: string): Graph | undefined {
    return this.known.get(scope)?.graph;
  }

  /** The graphs at those revisions. */
  async of(tx: Reader, revisions: Revisions, rules: Rules): Promise<ReadonlyMap<string, Graph>> {
    const graphs = new Map<string, Graph>();
    if (!rules.pack.enabled) return graphs;
    for (const [scope, revision] of revisions)
      graphs.set(scope, await this.present(tx, scope, revision, rules));
    return graphs;
  }

  /**
   * Another revision of each graph that a decision changes. It is put into the graph while PostgreSQL writes and commits; if
   * that fails, PostgreSQL has another revision than the graph, which is made anew then.
   */
  *stage(decided: Pick<Decided, 'graphs' | 'alerts' | 'problems' | 'before'>): Generator<Statement> {
    const archived = decided.alerts.filter((alert) => alert.archived !== undefined);
    const partly = [...archived.map(({ problemId }) => problemId), ...reopenedIn(decided)];
    const isAllSaid = partly.length === 0;
    for (const [scope, change] of decided.graphs) {
      const known = this.known.get(scope);
      if (known === undefined) continue;
      if (isAllSaid && change.standings.length + change.over.length === 0) continue;
      const revision = randomUUID();
      // What the change does not say is taken up like what another process did.
      if (isAllSaid) setImmediate(() => apply(known, revision, change));
      yield {
        sql: `with present as (
            insert into graphs (scope, revision) values ($1, $2)
            on conflict (scope) do update set revision = excluded.revision),
          old as (delete from graph_changes where scope = $1 and at < clock_timestamp() - interval '${STORED_FOR}')
          insert into graph_changes (scope, revision, follows, changed, over)
          select $1, $2, $3::uuid, $4::uuid[] || array(
            select id from alerts_active where scope = $1 and correlation_id = any($6::uuid[])), $5::uuid[]`,
        parameters: [
          scope,
          revision,
          known.revision ?? null,
          [...change.standings.map(({ traits }) => traits.id), ...archived.map(({ id }) => id)],
          change.over,
          partly,
        ],
      };
    }
  }

  private async present(
    tx: Reader,
    scope: string,
    revision: string | undefined,
    rules: Rules,
  ): Promise<Graph> {
    const known = this.known.get(scope);
    if (known?.pack === rules.pack) {
      if (known.revision === revision) return known.graph;
      const since = await changesSince(tx, known.revision, revision);
      if (since !== undefined && since.changed.size <= Math.max(MOST_ALERTS, known.graph.size / 2)) {
        await this.takeUp(tx, known.graph, since, rules);
        known.revision = revision;
        return known.graph;
      }
    }
    const graph = await this.read(tx, scope, rules);
    this.known.set(scope, { graph, pack: rules.pack, revision });
    return graph;
  }

  /** Changes a graph by what others did; nothing is changed before all of it is read. */
  private async takeUp(tx: Reader, graph: Graph, { changed, over }: Since, rules: Rules): Promise<void> {
    const open = await openAlerts(tx, `and a.id = any($1::uuid[])`, [[...changed]]);
    const known = new Set(open.map(({ alert }) => alert.id));
    for (const id of changed) if (!known.has(id)) graph.remove(id);
    for (const id of over) graph.removeProblem(id);
    takeUp(graph, open, rules.pack, this.topology);
  }

  private async read(tx: Reader, scope: string, rules: Rules): Promise<Graph> {
    const [together, alone] = await Promise.all([
      openAlerts(tx, `and p.scope = $1 and p.alerts_total > 1`, [scope]),
      openAlerts(tx, `and p.scope = $1 and p.alerts_total = 1 order by a.first_seen_at desc limit $2`, [
        scope,
        MOST_STANDINGS,
      ]),
    ]);
    return graphOf([...together, ...alone], rules.pack, this.topology);
  }
}

function apply(known: Known, revision: string, change: GraphChange): void {
  known.graph.apply(change);
  known.revision = revision;
}

/** The alerts of problems that are not over. `which`: more conditions. */
async function openAlerts(
  tx: Reader,
  which: string,
  parameters: readonly unknown[],
): Promise<readonly Open[]> {
  const rows = await tx.query<AlertRow & { readonly problem_muted: ProblemMuted | null }>(
    `select ${columnsOf('a')}, null::jsonb as archived, p.muted as problem_muted
     from problems p join alerts_active a on a.correlation_id = p.id
     where p.resolved_at is null and p.archived_at is null ${which}`,
    parameters,
  );
  return rows.map((row) => ({ alert: alertOf(row), muted: row.problem_muted ?? undefined }));
}

/** What has changed from one revision to another; undefined: that is not known, or was too much. */
async function changesSince(
  tx: Reader,
  from: string | undefined,
  to: string | undefined,
): Promise<Since | undefined> {
  if (from === undefined || to === undefined) return undefined;
  const rows = await tx.query<{ follows: string | null; changed: string[]; over: string[] }>(
    `with recursive back as (
       select follows, changed, over, 1 as step from graph_changes where revision = $2
       union all
       select c.follows, c.changed, c.over, back.step + 1
       from back join graph_changes c on c.revision = back.follows
       where back.follows <> $1 and back.step < ${MOST_CHANGES})
     select follows, changed, over from back order by step`,
    [from, to],
  );
  if (rows.at(-1)?.follows !== from) return undefined;
  return {
    changed: new Set(rows.flatMap(({ changed }) => changed)),
    over: new Set(rows.flatMap(({ over }) => over)),
  };
}

function columnsOf(table: string): string {
  return ALERT_COLUMNS.split(',')
    .map((column) => `${table}.${column.trim()}`)
    .join(', ');
}
