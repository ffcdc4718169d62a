import type { Statement, Transaction } from '../database/transaction.js';
import type { Decided } from '../decide/decide-all.js';
import type { Beat } from '../decide/heartbeats.js';
import { idInOrder } from '../decide/identity.js';
import type { Alert, Problem } from '../decide/state.js';
import { factRows } from '../outbox/facts.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import { insertOutbox } from '../outbox/outbox-table.js';
import { ALERT_COLUMNS, alertJson } from './alert-row.js';
import { INCIDENT_COLUMNS, incidentJson } from './incident-row.js';
import { PROBLEM_COLUMNS, problemJson } from './problem-row.js';
import type { RuleBook } from '../rules/rule-book.js';
import { silenceStatements } from '../silences/silence-row.js';

/**
 * Writes all that was decided, and what is to be published because of it, which it returns. The inbox and the ledger are the
 * caller's. One statement a table. `traceOf`: the trace a problem's change belongs to.
 */
export function saveDecided(
  tx: Transaction,
  decided: Decided,
  { graphs }: Pick<RuleBook, 'graphs'>,
  now: string,
  traceOf?: (problemId: string) => string | undefined,
): readonly OutboxRow[] {
  let outbox: readonly OutboxRow[] = [];
  tx.send(statements());
  return outbox;

  function* statements(): Generator<Statement> {
    const { alerts, problems } = decided;
    const { before } = decided;
    const kept = Map.groupBy(alerts, (alert) => kindOf(before.alerts.get(alert.id), alert));
    yield* insert('alerts_active', ALERT_COLUMNS, (kept.get('new') ?? []).map(alertJson));
    yield* insert('alerts_active', ALERT_COLUMNS, (kept.get('changed') ?? []).map(alertJson), 'id');
    yield* heardAgain(kept.get('heard') ?? []);
    yield* archived(kept.get('archived') ?? []);
    outbox = factRows(decided, now, traceOf);
    yield* insertOutbox(outbox);
    const isKnown = (problem: Problem) => before.problems.has(problem.id);
    const [known, opened] = [problems.filter(isKnown), problems.filter((problem) => !isKnown(problem))];
    yield* insert('problems', PROBLEM_COLUMNS, opened.map(problemJson));
    yield* insert('problems', PROBLEM_COLUMNS, known.map(problemJson), 'id');
    yield* insert('incidents', INCIDENT_COLUMNS, problems.flatMap(incidentRows), 'id');
    yield* insert('alert_actions', ACTION_COLUMNS, actionRows(decided, now));
    yield* insert('heartbeats', BEAT_COLUMNS, decided.beats.map(beatJson), 'id');
    yield* silenceStatements(decided, now);
    yield* freedProblems(decided.freed);
    yield* moved(decided, now);
    yield* followed(decided);
    yield* graphs.stage(decided);
  }
}

const ACTION_COLUMNS = 'id, at, alert_id, problem_id, action, actor, why, before, cause, rules_version';

const BEAT_COLUMNS = 'id, scope, name, source_kind, source_instance, last_seen_at, missing_since, due_at';

function beatJson(beat: Beat): Record<string, unknown> {
  return {
    id: beat.id,
    scope: beat.scope,
    name: beat.name,
    source_kind: beat.source.kind,
    source_instance: beat.source.instance,
    last_seen_at: beat.lastSeenAt,
    missing_since: beat.missingSince,
    due_at: beat.dueAt,
  };
}

/** Alerts that belong to another problem now and were not loaded. */
function* moved({ moves, before }: Decided, now: string): Generator<Statement> {
  const elsewhere = moves.filter(({ alertId }) => !before.alerts.has(alertId));
  for (const [to, of] of Map.groupBy(elsewhere, (one) => one.to))
    yield {
      sql: `update alerts_active set correlation_id = $1, updated_at = $3 where id = any($2::uuid[])`,
      parameters: [to, of.map(({ alertId }) => alertId), now],
    };
}

/** What was made of a problem shows at those of its alerts, too, that were not loaded. */
function* followed({ problems, before, moves }: Decided): Generator<Statement> {
  const grown = new Set(moves.map(({ to }) => to));
  for (const { id, counts, incident, acknowledged } of problems) {
    const known = before.problems.get(id);
    if (counts.total === 1) continue;
    if (incident !== undefined && (known?.incident?.id !== incident.id || grown.has(id)))
      yield {
        sql: `update alerts_active set incident_id = $2
          where correlation_id = $1 and resolved_at is null and incident_id is distinct from $2`,
        parameters: [id, incident.id],
      };
    if (known?.acknowledged !== undefined && acknowledged === undefined)
      yield {
        sql: `update alerts_active set acknowledged = null, acknowledged_at = null
          where correlation_id = $1 and resolved_at is null and acknowledged_at is not null`,
        parameters: [id],
      };
  }
}

/** A time that is always due. */
export const AT_ONCE = '1970-01-01T00:00:00.000Z';

/** What was muted by something that may have ended is looked at at once. */
function* freedProblems(keys: readonly string[]): Generator<Statement> {
  if (keys.length === 0) return;
  yield {
    sql: `update problems set due_at = $2 where mute_keys && $1::text[] and mute_keys is not null and resolved_at is null`,
    parameters: [keys, AT_ONCE],
  };
}

/** How an alert is written: each kind by the cheapest statement that does it. */
function kindOf(before: Alert | undefined, after: Alert): 'new' | 'changed' | 'heard' | 'archived' {
  if (after.archived !== undefined) return 'archived';
  if (before === undefined) return 'new';
  return isOnlyHeard(before, after) ? 'heard' : 'changed';
}

/** What changes with a repeat that says nothing new: columns that no index has. */
const HEARD = new Set<string>(['observations', 'lastSeenAt', 'lastHeard', 'latestStartsAt', 'missedLooks']);

function isOnlyHeard(before: Alert, after: Alert): boolean {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]) as ReadonlySet<keyof Alert>;
  for (const field of fields) if (!HEARD.has(field) && before[field] !== after[field]) return false;
  return true;
}

function* heardAgain(alerts: readonly Alert[]): Generator<Statement> {
  if (alerts.length === 0) return;
  yield {
    sql: `update alerts_active a set observations = heard.observations, last_seen_at = heard.last_seen_at,
        heard_at = heard.heard_at, heard_seq = heard.heard_seq, latest_starts_at = heard.latest_starts_at,
        missed_looks = heard.missed_looks
      from json_to_recordset($1::json) as heard (id uuid, observations integer, last_seen_at timestamptz,
        heard_at timestamptz, heard_seq bigint, latest_starts_at timestamptz, missed_looks integer)
      where a.id = heard.id`,
    parameters: [
      JSON.stringify(
        alerts.map((alert) => ({
          id: alert.id,
          observations: alert.observations,
          last_seen_at: alert.lastSeenAt,
          heard_at: alert.lastHeard.acceptedAt,
          heard_seq: alert.lastHeard.order,
          latest_starts_at: alert.latestStartsAt,
          missed_looks: alert.missedLooks,
        })),
      ),
    ],
  };
}

function* archived(alerts: readonly Alert[]): Generator<Statement> {
  if (alerts.length === 0) return;
  yield {
    sql: `delete from alerts_active where id = any($1::uuid[])`,
    parameters: [alerts.map(({ id }) => id)],
  };
  const columns = `${ALERT_COLUMNS}, archived_at, archived`;
  yield* insert('alerts_archive', columns, alerts.map(alertJson), 'id, archived_at');
}

function incidentRows(problem: Problem): readonly Record<string, unknown>[] {
  return problem.incident === undefined ? [] : [incidentJson(problem, problem.incident)];
}

function actionRows({ actions, rulesVersion }: Decided, now: string): readonly Record<string, unknown>[] {
  return actions.map((action, index) => ({
    id: idInOrder(now, index, 'action', action.cause),
    at: now,
    alert_id: action.alertId,
    problem_id: action.problemId,
    action: action.action,
    actor: action.actor,
    why: action.why,
    before: action.before,
    cause: action.cause,
    rules_version: rulesVersion,
  }));
}

/** Rows as JSON into a table. `key`: a row that is there already is overwritten. */
function* insert(
  table: string,
  columns: string,
  rows: readonly Record<string, unknown>[],
  key?: string,
): Generator<Statement> {
  if (rows.length === 0) return;
  const onConflict = key === undefined ? '' : `on conflict (${key}) do update set ${assignments(columns)}`;
  yield {
    sql: `insert into ${table} (${columns})
      select ${columns} from json_populate_recordset(null::${table}, $1::json) ${onConflict}`,
    parameters: [JSON.stringify(rows)],
  };
}

function assignments(columns: string): string {
  return columns
    .split(',')
    .map((column) => column.trim())
    .filter((column) => column !== 'id')
    .map((column) => `${column} = excluded.${column}`)
    .join(', ');
}
