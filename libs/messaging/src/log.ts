/** Where this library says what happens; a service passes its logger. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, context?: object) => void;

/** An error in one line for a log or a reason: its name and message, with the causes that add something. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) {
    const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
    return typeof message === 'string' ? message : JSON.stringify(message);
  }
  const own = error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
  if (error.cause === undefined || error.cause === error) return own;
  const cause = describeError(error.cause);
  return own.includes(cause) ? own : `${own} (${cause})`;
}
