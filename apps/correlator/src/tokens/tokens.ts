import type { Actor, Role, TokenView } from '@gomon/contracts';
import type { Database } from '../database/database.js';
import type { Reader } from '../database/transaction.js';

interface TokenRow {
  readonly name: string;
  readonly role: Role;
  readonly created_at: Date;
  readonly created_by: Actor;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
  readonly revoked_by: Actor | null;
}

const COLUMNS = 'name, role, created_at, created_by, last_used_at, revoked_at, revoked_by';

/** All of them, the newest first. */
export async function listTokens(reader: Reader): Promise<TokenView[]> {
  const rows = await reader.query<TokenRow>(`select ${COLUMNS} from tokens order by created_at desc, name`);
  return rows.map(tokenOf);
}

/** Whose a token is, and that it was used. Undefined: it opens nothing. */
export async function findToken(
  database: Database,
  hash: string,
): Promise<{ readonly name: string; readonly role: Role } | undefined> {
  const [token] = await database.query<{ name: string; role: Role; is_noted: boolean }>(
    `select name, role, coalesce(last_used_at > clock_timestamp() - interval '1 minute', false) as is_noted
     from tokens where hash = $1 and revoked_at is null`,
    [hash],
  );
  if (token === undefined) return undefined;
  const { name, role, is_noted: isNoted } = token;
  if (!isNoted)
    await database.query(`update tokens set last_used_at = clock_timestamp() where name = $1`, [name]);
  return { name, role };
}

/** Undefined: there is one of this name, or of this hash. */
export async function insertToken(
  tx: Reader,
  { name, role, hash, actor }: { name: string; role: Role; hash: string; actor: Actor },
  now: string,
): Promise<TokenView | undefined> {
  const [row] = await tx.query<TokenRow>(
    `insert into tokens (name, role, hash, created_at, created_by) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning ${COLUMNS}`,
    [name, role, hash, now, JSON.stringify(actor)],
  );
  return row === undefined ? undefined : tokenOf(row);
}

/** Undefined: there is none of this name that opens anything. */
export async function revokeToken(
  tx: Reader,
  name: string,
  actor: Actor,
  now: string,
): Promise<TokenView | undefined> {
  const [row] = await tx.query<TokenRow>(
    `update tokens set revoked_at = $2, revoked_by = $3 where name = $1 and revoked_at is null returning ${COLUMNS}`,
    [name, now, JSON.stringify(actor)],
  );
  return row === undefined ? undefined : tokenOf(row);
}

function tokenOf(row: TokenRow): TokenView {
  const { name, role, created_at: createdAt, created_by: createdBy } = row;
  const { last_used_at: lastUsedAt, revoked_at: revokedAt, revoked_by: revokedBy } = row;
  return {
    name,
    role,
    createdAt: createdAt.toISOString(),
    createdBy,
    ...(lastUsedAt === null ? {} : { lastUsedAt: lastUsedAt.toISOString() }),
    ...(revokedAt === null || revokedBy === null
      ? {}
      : { revoked: { at: revokedAt.toISOString(), by: revokedBy } }),
  };
}
