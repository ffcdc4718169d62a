/** How waits grow: `baseMs`, times `factor` with each further attempt, at most `capMs`. */
export interface Backoff {
  readonly baseMs: number;
  readonly factor: number;
  readonly capMs: number;
}

/**
 * The wait before attempt `attempt` (counted from 1), with jitter: between half of the nominal wait and all of it, so that
 * those who failed together do not come back together.
 * @param random from 0 up to but not including 1
 */
export function backoffMs(attempt: number, random: number, { baseMs, factor, capMs }: Backoff): number {
  return jittered(Math.min(capMs, baseMs * factor ** Math.max(0, attempt - 1)), random);
}

/** Between half of `waitMs` and all of it. */
export function jittered(waitMs: number, random: number): number {
  return Math.round(waitMs / 2 + (waitMs / 2) * random);
}
