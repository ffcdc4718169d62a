import {
  compileMatchers,
  cursorOf,
  idOfCursor,
  type listAlertsAnswer,
  type listAlertsQuery,
} from '@gomon/contracts';
import type { z } from 'zod';
import type { Database } from '../database/database.js';
import { alertView } from '../decide/views.js';
import { ALERT_COLUMNS, alertOf, type AlertRow } from '../store/alert-row.js';
import { alertsWhere } from '../store/load-state.js';

/** Rows read at once, and at most read for one page: a filter that matches hardly anything must not read everything. */
const CHUNK = 500;
const MOST_ROWS = 10_000;

/**
 * Alerts, the newest first (ids sort by acceptance). Without a status the archive is left out. Label matchers are judged
 * here, with RE2 semantics; a page may therefore be short, or empty, and still have a next one.
 */
export async function findAlerts(
  database: Database,
  query: z.infer<typeof listAlertsQuery>,
): Promise<z.infer<typeof listAlertsAnswer>> {
  const found: AlertRow[] = [];
  const matches = compileMatchers(query.filter ?? []);
  let before = idOfCursor(query.cursor);
  for (let read = 0; read < MOST_ROWS;) {
    const rows = await readBefore(database, query, before);
    for (const row of rows) {
      before = row.id;
      if (matches(row.labels)) found.push(row);
      if (found.length === query.limit) return { items: found.map(viewOf), nextCursor: cursorOf(before) };
    }
    if (rows.length < CHUNK) return { items: found.map(viewOf) };
    read += rows.length;
  }
  return { items: found.map(viewOf), ...(before === undefined ? {} : { nextCursor: cursorOf(before) }) };
}

export async function findAlert(database: Database, id: string) {
  const [alert] = await alertsWhere(database, 'id', [id]);
  return { alert: alert === undefined ? null : alertView(alert) };
}

async function readBefore(
  database: Database,
  query: z.infer<typeof listAlertsQuery>,
  before: string | undefined,
): Promise<AlertRow[]> {
  const conditions: string[] = [];
  const parameters: unknown[] = [];
  const where = (sql: (parameter: string) => string, value: unknown) => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(sql(`$${parameters.length}`));
  };
  where((p) => `id < ${p}::uuid`, before);
  where((p) => `severity = any(${p}::text[])`, query.severity);
  where((p) => `source_kind = ${p}`, query.source);
  where((p) => `scope = ${p}`, query.scope);
  where((p) => `correlation_id = ${p}::uuid`, query.problemId);
  where((p) => `fingerprint = ${p}`, query.fingerprint);
  where((p) => `assigned_to = ${p}`, query.assignee);
  where((p) => `namespace = ${p}`, query.namespace);
  if (query.muted !== undefined) conditions.push(`muted is ${query.muted ? 'not ' : ''}null`);
  where((p) => `first_seen_at >= ${p}::timestamptz`, query.since);
  where((p) => `first_seen_at < ${p}::timestamptz`, query.until);
  for (const { name, operator, value } of query.filter ?? []) {
    // A missing label equals the empty one, which no index tells.
    if (operator === '=' && value !== '')
      where((p) => `labels @> ${p}::jsonb`, JSON.stringify({ [name]: value }));
  }
  const active = [...conditions];
  if (query.status !== undefined) {
    parameters.push(query.status);
    active.push(`status = any($${parameters.length}::text[])`);
  }
  const page = `order by id desc limit ${CHUNK}`;
  const select = (columns: string, table: string, all: readonly string[]) =>
    `(select ${ALERT_COLUMNS}, ${columns} from ${table} ${all.length === 0 ? '' : `where ${all.join(' and ')}`} ${page})`;
  const fromActive = select('null::jsonb as archived', 'alerts_active', active);
  if (query.status?.includes('archived') !== true) return database.query<AlertRow>(fromActive, parameters);
  const fromArchive = select('archived', 'alerts_archive', conditions);
  return database.query<AlertRow>(`${fromActive} union all ${fromArchive} ${page}`, parameters);
}

function viewOf(row: AlertRow) {
  return alertView(alertOf(row));
}
