import { ageMs, iso } from './times.js';
import type { Finding } from './verdict.js';

type Timed = Pick<Finding, 'state' | 'since' | 'changesAt'>;

/** A condition that holds since then: it fires once it has held for long enough. */
export function held(since: number, holdMs: number, now: number): Timed {
  if (ageMs(since, now) >= holdMs) return { state: 'firing', since: iso(since) };
  return undecided(since, since + holdMs);
}

/** A condition that is over since then. Undefined: it is over for long enough. */
export function ended(since: number, endMs: number, now: number): Timed | undefined {
  return ageMs(since, now) >= endMs ? undefined : undecided(since, since + endMs);
}

/** What cannot be said yet, until then or until its object changes. */
export function undecided(since: number, until?: number): Timed {
  return {
    state: 'undecided',
    since: iso(since),
    ...(until === undefined ? {} : { changesAt: iso(until) }),
  };
}
