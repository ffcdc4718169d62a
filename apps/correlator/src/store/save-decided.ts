import type { Statement, Transaction } from '../database/transaction.js';
import type { Decided } from '../decide/decide.js';
import { idFrom } from '../decide/identity.js';
import type { Alert, Problem } from '../decide/state.js';
import { factRows } from '../outbox/facts.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import { ALERT_COLUMNS, alertJson } from './alert-row.js';
import { INCIDENT_COLUMNS, incidentJson } from './incident-row.js';
import { PROBLEM_COLUMNS, problemJson } from './problem-row.js';

/**
 * Writes all that was decided, and what is to be published because of it, which it returns. The inbox and the ledger are the
 * caller's. One statement a table. `traceOf`: the trace a problem's change belongs to.
 */
export function saveDecided(
  tx: Transaction,
  decided: Decided,
  now: string,
  traceOf?: (problemId: string) => string | undefined,
): readonly OutboxRow[] {
  let outbox: readonly OutboxRow[] = [];
  tx.send(statements());
  return outbox;

  function* statements(): Generator<Statement> {
    const { alerts, problems } = decided;
    yield* insert(
      'alerts_active',
      ALERT_COLUMNS,
      alerts.filter((alert) => !isArchived(alert)).map(alertJson),
      'id',
    );
    yield* archived(alerts.filter(isArchived));
    outbox = factRows(decided, now, traceOf);
    yield* outboxRows(outbox);
    yield* insert('problems', PROBLEM_COLUMNS, problems.map(problemJson), 'id');
    yield* insert('incidents', INCIDENT_COLUMNS, problems.flatMap(incidentRows), 'id');
    yield* insert('alert_actions', ACTION_COLUMNS, actionRows(decided, now));
  }
}

const ACTION_COLUMNS = 'id, at, alert_id, problem_id, action, actor, why, before, cause';

function isArchived({ archived }: Alert): boolean {
  return archived !== undefined;
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

function actionRows({ actions }: Decided, now: string): readonly Record<string, unknown>[] {
  return actions.map((action, index) => ({
    id: idFrom(now, 'action', action.cause, index),
    at: now,
    alert_id: action.alertId,
    problem_id: action.problemId,
    action: action.action,
    actor: action.actor,
    why: action.why,
    before: action.before,
    cause: action.cause,
  }));
}

function* outboxRows(rows: readonly OutboxRow[]): Generator<Statement> {
  if (rows.length === 0) return;
  // Each body is a parameter of its own: as an element of an array it would have to be escaped.
  const values = rows.map((_, index) => `($${3 * index + 1}, $${3 * index + 2}, $${3 * index + 3})`);
  yield {
    sql: `insert into outbox (id, subject, body) values ${values.join(', ')}`,
    parameters: rows.flatMap(({ id, subject, body }) => [id, subject, body]),
  };
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
