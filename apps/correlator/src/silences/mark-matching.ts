import { silence as silenceSchema } from '@gomon/contracts';
import type { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { compileSilence, type Silence } from '../decide/silences.js';
import { knownScopes } from '../ledger/known-scopes.js';
import { AT_ONCE } from '../store/save-decided.js';
import { openAlertsOf } from './open-alerts.js';
import { nextBeginning } from './silence-row.js';

/**
 * What a silence that comes into force is for is looked at at once: it is muted, and shown so. The transaction holds the locks
 * of all scopes: whoever decides meanwhile by the silences of before would not be marked, or take the mark away.
 */
export async function markMatching(tx: Transaction, silences: readonly Silence[]): Promise<boolean> {
  const problemIds = new Set<string>();
  for (const silence of silences)
    for await (const { problemId } of openAlertsOf(tx, silence)) problemIds.add(problemId);
  if (problemIds.size === 0) return false;
  tx.send([
    {
      sql: `update problems set due_at = $2 where id = any($1::uuid[]) and resolved_at is null`,
      parameters: [[...problemIds], AT_ONCE],
    },
  ]);
  return true;
}

/** Silences that begin by now, or whose next window does. Answers whether something is to be looked at. */
export async function beginSilences(database: Database, now: string): Promise<boolean> {
  const [any] = await database.query(`select 1 from silences where next_at <= $1 limit 1`, [now]);
  if (any === undefined) return false;
  return database.transaction(await knownScopes(database), async (tx) => {
    const rows = await tx.query<{ data: unknown }>(
      `select data from silences where next_at <= $1 for update skip locked`,
      [now],
    );
    const silences = rows.map(({ data }) => compileSilence(silenceSchema.parse(data)));
    tx.send(
      silences.map((silence) => ({
        sql: `update silences set next_at = $2 where id = $1`,
        parameters: [silence.data.id, nextBeginning(silence, now) ?? null],
      })),
    );
    return markMatching(tx, silences);
  });
}
