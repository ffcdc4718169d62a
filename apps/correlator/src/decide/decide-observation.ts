import type { Changes } from './changes.js';
import { end, recordUnheardEnd } from './decide-end.js';
import { fire, open } from './decide-firing.js';
import type { ObservationInput } from './episode.js';
import { fingerprintsOf } from './identity.js';
import type { Rules } from './rules.js';
import { newestOf, type State } from './state.js';

/**
 * What one observation changes.
 *
 * Late is a firing of an episode that its source itself has ended: its `startsAt` is not after that of the episode, or it
 * was accepted before the end and began before it. An end made by us (a person, a timeout) is provisional.
 */
export function decideObservation(state: State, input: ObservationInput, rules: Rules, now: string): Changes {
  const { observation, scope, source } = input;
  const [fingerprint, ...earlier] = fingerprintsOf(scope, source, observation.labels, rules);
  const known =
    earlier.map((one) => newestOf(state, one)).find((alert) => alert?.resolved === undefined && alert) ??
    newestOf(state, fingerprint);
  if (observation.status === 'firing') {
    if (known === undefined) return open(input, fingerprint, 1, rules, now, 'first report');
    return fire(state, known, input, rules, now);
  }
  return known === undefined
    ? recordUnheardEnd(input, fingerprint, rules, now)
    : end(state, known, input, now);
}
