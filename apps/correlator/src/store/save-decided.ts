import type { Transaction } from '../database/database.js';
import type { Decided } from '../decide/decide.js';
import { idFrom } from '../decide/identity.js';
import type { Alert, Problem } from '../decide/state.js';
import type { OutboxRow } from '../outbox/facts.js';
import { ALERT_COLUMNS, alertJson } from './alert-row.js';
import { INCIDENT_COLUMNS, incidentJson } from './incident-row.js';
import { PROBLEM_COLUMNS, problemJson } from './problem-row.js';

/** Writes all that was decided; the inbox and the ledger are the caller's. One statement a table. */
export async function saveDecided(
  tx: Transaction,
  decided: Decided,
  written: { readonly now: string; readonly outbox: readonly OutboxRow[] },
): Promise<void> {
  await saveAlerts(
    tx,
    decided.alerts.filter(({ archived }) => archived === undefined),
  );
  await archiveAlerts(
    tx,
    decided.alerts.filter(({ archived }) => archived !== undefined),
  );
  await saveProblems(tx, decided.problems);
  await saveIncidents(tx, decided.problems);
  await saveActions(tx, decided, written.now);
  await saveOutbox(tx, written.outbox);
}

async function saveAlerts(tx: Transaction, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return;
  await tx.query(
    `insert into alerts_active (${ALERT_COLUMNS})
     select ${ALERT_COLUMNS} from json_populate_recordset(null::alerts_active, $1::json)
     on conflict (id) do update set ${assignments(ALERT_COLUMNS)}`,
    [JSON.stringify(alerts.map(alertJson))],
  );
}

async function archiveAlerts(tx: Transaction, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return;
  await tx.query(`delete from alerts_active where id = any($1::uuid[])`, [alerts.map(({ id }) => id)]);
  const columns = `${ALERT_COLUMNS}, archived_at, archived`;
  await tx.query(
    `insert into alerts_archive (${columns})
     select ${columns} from json_populate_recordset(null::alerts_archive, $1::json)
     on conflict (id, archived_at) do update set ${assignments(ALERT_COLUMNS)}`,
    [JSON.stringify(alerts.map(alertJson))],
  );
}

async function saveProblems(tx: Transaction, problems: readonly Problem[]): Promise<void> {
  if (problems.length === 0) return;
  await tx.query(
    `insert into problems (${PROBLEM_COLUMNS})
     select ${PROBLEM_COLUMNS} from json_populate_recordset(null::problems, $1::json)
     on conflict (id) do update set ${assignments(PROBLEM_COLUMNS)}`,
    [JSON.stringify(problems.map(problemJson))],
  );
}

async function saveIncidents(tx: Transaction, problems: readonly Problem[]): Promise<void> {
  const rows = problems.flatMap((problem) =>
    problem.incident === undefined ? [] : [incidentJson(problem, problem.incident)],
  );
  if (rows.length === 0) return;
  await tx.query(
    `insert into incidents (${INCIDENT_COLUMNS})
     select ${INCIDENT_COLUMNS} from json_populate_recordset(null::incidents, $1::json)
     on conflict (id) do update set ${assignments(INCIDENT_COLUMNS)}`,
    [JSON.stringify(rows)],
  );
}

async function saveActions(tx: Transaction, { actions }: Decided, now: string): Promise<void> {
  if (actions.length === 0) return;
  const rows = actions.map((action, index) => ({
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
  const columns = 'id, at, alert_id, problem_id, action, actor, why, before, cause';
  await tx.query(
    `insert into alert_actions (${columns})
     select ${columns} from json_populate_recordset(null::alert_actions, $1::json)`,
    [JSON.stringify(rows)],
  );
}

async function saveOutbox(tx: Transaction, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into outbox (id, subject, body) select * from unnest($1::text[], $2::text[], $3::text[])`,
    [rows.map(({ id }) => id), rows.map(({ subject }) => subject), rows.map(({ body }) => body)],
  );
}

function assignments(columns: string): string {
  return columns
    .split(',')
    .map((column) => column.trim())
    .filter((column) => column !== 'id')
    .map((column) => `${column} = excluded.${column}`)
    .join(', ');
}
