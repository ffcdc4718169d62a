import type { Labels, RulesFile } from '@gomon/contracts';
import { lockScopes } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { compileRules } from '../decide/compile-rules.js';
import { inhibitsOf } from '../decide/inhibition.js';
import { knownScopes } from '../ledger/known-scopes.js';
import { AT_ONCE } from '../store/save-decided.js';

const CHUNK = 2_000;

interface OpenRow {
  readonly id: string;
  readonly scope: string;
  readonly labels: Labels;
  readonly inhibits: readonly string[] | null;
}

/**
 * What is open is looked at by the rules that come into force: what mutes others is marked so, and what was muted, or is waited
 * for, is decided at once.
 */
export async function markForRules(tx: Transaction, file: RulesFile): Promise<void> {
  lockScopes(tx, await knownScopes(tx));
  tx.send([
    { sql: `update heartbeats set due_at = $1`, parameters: [AT_ONCE] },
    {
      sql: `update problems set due_at = $1 where mute_keys is not null and resolved_at is null`,
      parameters: [AT_ONCE],
    },
  ]);
  await markInhibitors(tx, file);
}

async function markInhibitors(tx: Transaction, file: RulesFile): Promise<void> {
  const rules = compileRules(file, []);
  for (let before: string | undefined; ;) {
    const rows: readonly OpenRow[] = await tx.query<OpenRow>(
      `select id, scope, labels, inhibits from alerts_active where resolved_at is null and ($1::uuid is null or id < $1)
       order by id desc limit ${CHUNK}`,
      [before ?? null],
    );
    const changed = rows.flatMap(({ id, scope, labels, inhibits }) => {
      const now = inhibitsOf({ scope, said: { labels } }, rules);
      return JSON.stringify(now) === JSON.stringify(inhibits ?? []) ? [] : [{ id, inhibits: now }];
    });
    if (changed.length > 0) {
      await tx.query(
        `update alerts_active set inhibits = case when cardinality(new.inhibits) = 0 then null else new.inhibits end
         from json_to_recordset($1::json) as new (id uuid, inhibits text[]) where alerts_active.id = new.id`,
        [JSON.stringify(changed)],
      );
    }
    before = rows.at(-1)?.id;
    if (rows.length < CHUNK) return;
  }
}
