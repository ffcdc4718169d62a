import type { Reader } from '../database/transaction.js';

/** Every scope of which anything was ever decided. Who changes what may be of any of them takes all of their locks. */
export async function knownScopes(reader: Reader): Promise<readonly string[]> {
  const rows = await reader.query<{ scope: string }>(`select scope from ledger`);
  return rows.map(({ scope }) => scope);
}
