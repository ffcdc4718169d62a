import type { Rules } from './rules.js';
import type { Alert } from './state.js';
import { clock, later, plusMs, span } from './time.js';

/**
 * When an alert that fires ends because its source is silent, and in which words; undefined: never. What its source
 * itself gave it goes before the timeout of its kind. Silence counts from when we listen; `''`: we always did.
 */
export function endByTime(
  { leaseUntil, lastSeenAt, source }: Pick<Alert, 'leaseUntil' | 'lastSeenAt' | 'source'>,
  listeningSince: string,
  { resolveTimeoutMs }: Pick<Rules, 'resolveTimeoutMs'>,
): { readonly at: string; readonly why: string } | undefined {
  if (leaseUntil !== undefined) {
    const leaseMs = Date.parse(leaseUntil) - Date.parse(lastSeenAt);
    const at = later(leaseUntil, listeningSince === '' ? '' : plusMs(listeningSince, leaseMs));
    return { at, why: `its source said that it fires until ${clock(leaseUntil)}, and did not say so again` };
  }
  const timeoutMs = resolveTimeoutMs.get(source.kind);
  if (timeoutMs === undefined) return undefined;
  const at = plusMs(later(lastSeenAt, listeningSince), timeoutMs);
  return { at, why: `its source has not repeated it for ${span(timeoutMs)}` };
}
