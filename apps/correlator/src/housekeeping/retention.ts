import type { Database } from '../database/database.js';
import { ALERT_COLUMNS } from '../store/alert-row.js';

/** Everything that is kept for a time is kept for so long. */
const KEPT = '30 days';
const ROWS_AT_ONCE = 1_000;

const ARCHIVED = { by: { kind: 'system', id: 'retention' }, reason: `ended ${KEPT} ago` } as const;

/** Moves alerts that ended long ago to the archive. Returns how many. */
export async function archiveOldAlerts(database: Database, scope: string, now: Date): Promise<number> {
  const archived = { at: now.toISOString(), ...ARCHIVED };
  return database.transaction([scope], async (tx) => {
    const rows = await tx.query<{ id: string }>(
      `select id from alerts_active where scope = $1 and resolved_at < $2::timestamptz - interval '${KEPT}'
       order by id limit ${ROWS_AT_ONCE}`,
      [scope, archived.at],
    );
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await tx.query(
      `insert into alerts_archive (${ALERT_COLUMNS}, archived_at, archived)
       select ${ALERT_COLUMNS}, $2, $3 from alerts_active where id = any($1::uuid[])`,
      [ids, archived.at, JSON.stringify(archived)],
    );
    await tx.query(`delete from alerts_active where id = any($1::uuid[])`, [ids]);
    return ids.length;
  });
}

/** Forgets inbox entries, explanations and the past of clusters; the audit stays. Returns how many rows went. */
export async function deleteOld(database: Database, now: Date): Promise<number> {
  let deleted = 0;
  for (const [table, column] of [
    ['reports', 'decided_at'],
    ['decisions', 'at'],
    ['commands', 'at'],
    ['cluster_health', 'at'],
  ] as const) {
    const [row] = await database.query<{ count: string }>(
      `with gone as (
         delete from ${table} where ctid in (
           select ctid from ${table} where ${column} < $1::timestamptz - interval '${KEPT}' limit ${ROWS_AT_ONCE})
         returning 1)
       select count(*) from gone`,
      [now.toISOString()],
    );
    deleted += Number(row?.count ?? 0);
  }
  return deleted;
}
