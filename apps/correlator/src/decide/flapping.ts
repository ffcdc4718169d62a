import type { Rules } from './rules.js';
import type { Alert } from './state.js';
import { plusMs, span } from './time.js';

/** Without `changes`, its beginning was the only one. */
type Changing = Pick<Alert, 'changes' | 'flappingSince'>;

/** An alert has changed between firing and resolved. */
export function changed(
  known: Changing & Pick<Alert, 'firstSeenAt'>,
  { flapping }: Pick<Rules, 'flapping'>,
  at: string,
): Changing {
  const before = known.changes ?? [known.firstSeenAt];
  const since = plusMs(at, -flapping.windowMs);
  const changes = [...before.filter((one) => one > since), at].slice(-flapping.changes);
  const flappingSince = known.flappingSince ?? (changes.length >= flapping.changes ? at : undefined);
  return { changes, ...(flappingSince === undefined ? {} : { flappingSince }) };
}

export function beginsToFlap(before: Changing | undefined, after: Changing): boolean {
  return before?.flappingSince === undefined && after.flappingSince !== undefined;
}

/** When so few changes are left in the window that it is stable, if none is added. Undefined: it does not flap. */
export function stableAt(
  { changes = [], flappingSince }: Changing,
  { flapping }: Pick<Rules, 'flapping'>,
): string | undefined {
  if (flappingSince === undefined) return undefined;
  const last = changes.at(-1 - flapping.calm);
  return last === undefined ? flappingSince : plusMs(last, flapping.windowMs);
}

export function flappingWords({ changes = [] }: Changing, { flapping }: Pick<Rules, 'flapping'>): string {
  return `flapping: ${changes.length} changes in ${span(flapping.windowMs)}; quiet until it is stable`;
}
