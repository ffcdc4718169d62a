/** The database cannot be used at the moment; nothing is wrong with what was asked of it. */
export class DatabaseAwayError extends Error {
  override readonly name = 'DatabaseAwayError';
}

/** Concurrent transactions got in each other's way: the whole transaction may be tried again. */
export function isConflict(error: unknown): boolean {
  const code = sqlState(error);
  return code === '40001' || code === '40P01';
}

/**
 * Classes of SQLSTATE that say that the data itself is at fault: data exception, integrity constraint violation, program
 * limit exceeded (https://www.postgresql.org/docs/18/errcodes-appendix.html).
 */
const FAULTS_OF_DATA = new Set(['22', '23', '54']);

/**
 * Whether trying again later may help. Everything the server or the network says, except a fault of the data: a missing
 * table or a full disk is mended by an operator, and no message must become a dead letter for it.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseAwayError) return true;
  const code = sqlState(error);
  if (code !== undefined) return !FAULTS_OF_DATA.has(code.slice(0, 2));
  return isFromDriver(error);
}

/** Nothing more can be said over the connection: it ended, or does not answer. What the server itself says leaves it usable. */
export function isConnectionBroken(error: unknown): boolean {
  return sqlState(error) === undefined && isFromDriver(error);
}

/** Five characters, as PostgreSQL sends it. */
function sqlState(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

const SYSTEM_CODES = /^E[A-Z]+$/;
/** What `pg` and TypeORM say, without a code, of a connection that broke, timed out or was never there. */
const DRIVER_WORDS =
  /connection terminated|connection error|timeout exceeded|query read timeout|client was closed|not queryable|driver not connected|query ?runner already released|queryrunneralreadyreleased|cannot use a pool/i;

function isFromDriver(error: unknown): boolean {
  if (SYSTEM_CODES.test(codeOf(error) ?? '')) return true;
  if (typeof error !== 'object' || error === null || !('message' in error)) return false;
  return DRIVER_WORDS.test(String(error.message));
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'driverError' in error ? codeOf(error.driverError) : undefined;
}
