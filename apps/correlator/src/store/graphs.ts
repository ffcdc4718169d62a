import { randomUUID } from 'node:crypto';
import type { Reader, Statement } from '../database/transaction.js';
import { causeOf } from '../correlate/causes.js';
import { GraphView } from '../correlate/graph-view.js';
import { Graph, type GraphChange, type Standing } from '../correlate/graph.js';
import { traitsOf } from '../correlate/traits.js';
import type { Topology } from '../decide/about.js';
import type { Decided } from '../decide/decide-all.js';
import { asideBy } from '../decide/put-together.js';
import type { Rules } from '../decide/rules.js';
import type { Alert, ProblemMuted } from '../decide/state.js';
import { ALERT_COLUMNS, alertOf, type AlertRow } from './alert-row.js';

/** A graph as it was at a revision, and what the transaction made of it that came after. */
interface Known {
  readonly graph: Graph;
  readonly pack: Rules['pack'];
  revision: string | undefined;
  staged?: { readonly revision: string; readonly change: GraphChange };
}

/**
 * The graphs of scopes, as caches of what PostgreSQL holds. Each transaction that changes one gives it another revision, so that a
 * process sees whether somebody else has changed it meanwhile, and makes it anew.
 */
export class Graphs {
  private readonly known = new Map<string, Known>();

  constructor(private readonly topology: Topology) {}

  /** The graphs of scopes whose locks the transaction holds. */
  async of(tx: Reader, scopes: readonly string[], rules: Rules): Promise<ReadonlyMap<string, Graph>> {
    if (!rules.pack.enabled || scopes.length === 0) return new Map();
    const rows = await tx.query<{ scope: string; revision: string }>(
      `select scope, revision from graphs where scope = any($1::text[])`,
      [scopes],
    );
    const revisions = new Map(rows.map(({ scope, revision }) => [scope, revision]));
    const graphs = new Map<string, Graph>();
    for (const scope of new Set(scopes))
      graphs.set(scope, await this.present(tx, scope, revisions.get(scope), rules));
    return graphs;
  }

  /** Another revision of each graph that a decision changes; it counts once the transaction is committed. */
  *stage({ graphs }: Pick<Decided, 'graphs'>): Generator<Statement> {
    for (const [scope, change] of graphs) {
      const known = this.known.get(scope);
      if (known === undefined || change.standings.length + change.over.length === 0) continue;
      const revision = randomUUID();
      known.staged = { revision, change };
      yield {
        sql: `insert into graphs (scope, revision) values ($1, $2)
          on conflict (scope) do update set revision = excluded.revision`,
        parameters: [scope, revision],
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
      const { staged } = known;
      delete known.staged;
      if (known.revision === revision) return known.graph;
      if (staged !== undefined && staged.revision === revision) {
        known.graph.apply(staged.change);
        known.revision = revision;
        return known.graph;
      }
    }
    const graph = await this.read(tx, scope, rules);
    this.known.set(scope, { graph, pack: rules.pack, revision });
    return graph;
  }

  private async read(tx: Reader, scope: string, rules: Rules): Promise<Graph> {
    const rows = await tx.query<AlertRow & { readonly problem_muted: ProblemMuted | null }>(
      `select ${columnsOf('a')}, null::jsonb as archived, p.muted as problem_muted
       from problems p join alerts_active a on a.correlation_id = p.id
       where p.resolved_at is null and p.archived_at is null and p.scope = $1`,
      [scope],
    );
    const alerts = rows.map((row) => ({ alert: alertOf(row), muted: row.problem_muted ?? undefined }));
    return graphOf(alerts, rules, this.topology);
  }
}

/** The graph of what is open, each with what mutes its problem. */
export function graphOf(
  alerts: readonly { readonly alert: Alert; readonly muted: ProblemMuted | undefined }[],
  rules: Rules,
  topology: Topology,
): Graph {
  const graph = new Graph();
  for (const { alert, muted } of alerts) {
    const aside = asideBy(muted);
    graph.put({
      traits: traitsOf(alert, rules.pack, topology),
      problemId: alert.problemId,
      severity: alert.severity,
      ...(alert.resolved === undefined ? {} : { endedAt: Date.parse(alert.resolved.at) }),
      ...(aside === undefined ? {} : { aside }),
    });
  }
  const view = new GraphView(graph);
  for (const { alert } of alerts) explain(alert.id, view, rules);
  graph.apply({ standings: view.changes(), over: [] });
  return graph;
}

/** What an alert follows from is found again: it is a function of what is open. */
function explain(id: string, view: GraphView, { pack }: Rules): void {
  const standing: Standing | undefined = view.get(id);
  const cause = standing === undefined ? undefined : causeOf(standing, view, pack);
  if (standing !== undefined && cause !== undefined) view.put({ ...standing, cause });
}

function columnsOf(table: string): string {
  return ALERT_COLUMNS.split(',')
    .map((column) => `${table}.${column.trim()}`)
    .join(', ');
}
