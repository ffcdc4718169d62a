import { createHash } from 'node:crypto';
import type { Actor, FileFault, RulesVersion, RulesVersionRef } from '@gomon/contracts';
import { readRulesFile } from '@gomon/contracts/read-rules-file';
import type { Database } from '../database/database.js';
import type { Reader, Transaction } from '../database/transaction.js';
import { markForRules } from './mark-for-rules.js';

/** A text that is to be in force, and where it comes from. */
export interface NextRules {
  readonly content: string;
  readonly origin: RulesVersion['origin'];
  readonly actor: Actor;
  readonly note?: string | undefined;
}

export type Applied =
  | ({ readonly kind: 'applied' | 'unchanged' } & RulesVersionRef)
  | { readonly kind: 'refused'; readonly faults: readonly FileFault[] };

/** Enough to tell texts apart, short enough to be compared by eye. */
export function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}

/** Versions are made one after the other; who only reads them is not held up. */
export function lockRules(tx: Transaction): void {
  tx.send([{ sql: 'lock table rules in exclusive mode', parameters: [] }]);
}

/** Makes a text the rules in force, if it is a good one and another than those that are. `tx` holds the lock. */
export async function applyRules(tx: Transaction, next: NextRules): Promise<Applied> {
  const read = readRulesFile(next.content);
  if (!read.ok) return { kind: 'refused', faults: read.faults };
  const { content, origin, actor, note = null } = next;
  const hash = hashOf(content);
  const inForce = await newestRules(tx);
  if (inForce?.hash === hash) return { kind: 'unchanged', version: inForce.version, hash };
  const version = (inForce?.version ?? 0) + 1;
  await tx.query(
    `insert into rules (version, hash, content, origin, actor, note) values ($1, $2, $3, $4, $5, $6)`,
    [version, hash, content, origin, JSON.stringify(actor), note],
  );
  await markForRules(tx, read.rules);
  return { kind: 'applied', version, hash };
}

/**
 * Takes up the text of the rules file. What was taken up from the file before is not taken up again: after a rollback, a
 * restart does not undo it.
 */
export async function applyRulesFile(database: Database, content: string): Promise<Applied> {
  return database.transaction([], async (tx) => {
    lockRules(tx);
    const hash = hashOf(content);
    const last = await newestRules(tx, 'file');
    if (last?.hash === hash) return { kind: 'unchanged', version: last.version, hash };
    return applyRules(tx, { content, origin: 'file', actor: { kind: 'system', id: 'rules-file' } });
  });
}

async function newestRules(
  reader: Reader,
  origin?: RulesVersion['origin'],
): Promise<RulesVersionRef | undefined> {
  const [newest] = await reader.query<RulesVersionRef>(
    `select version, hash from rules where $1::text is null or origin = $1 order by version desc limit 1`,
    [origin ?? null],
  );
  return newest;
}

interface Row extends RulesVersionRef {
  readonly origin: RulesVersion['origin'];
  readonly actor: Actor;
  readonly note: string | null;
  readonly applied_at: Date;
}

const COLUMNS = 'version, hash, origin, actor, note, applied_at';

/** The newest first. */
export async function listRules(reader: Reader, limit: number): Promise<readonly RulesVersion[]> {
  const rows = await reader.query<Row>(`select ${COLUMNS} from rules order by version desc limit $1`, [
    limit,
  ]);
  return rows.map(versionOf);
}

/** Without a version: those in force. Undefined: there is no such version. */
export async function findRules(
  reader: Reader,
  version?: number,
): Promise<(RulesVersion & { readonly content: string }) | undefined> {
  const [row] = await reader.query<Row & { content: string }>(
    `select ${COLUMNS}, content from rules where $1::int is null or version = $1 order by version desc limit 1`,
    [version ?? null],
  );
  return row === undefined ? undefined : { ...versionOf(row), content: row.content };
}

function versionOf({ version, hash, origin, actor, note, applied_at: appliedAt }: Row): RulesVersion {
  return {
    version,
    hash,
    origin,
    actor,
    ...(note === null ? {} : { note }),
    appliedAt: appliedAt.toISOString(),
  };
}
