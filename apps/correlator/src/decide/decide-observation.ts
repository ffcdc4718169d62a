import type { Changes } from './changes.js';
import { end, recordUnheardEnd } from './decide-end.js';
import { fire, isLate, open } from './decide-firing.js';
import type { ObservationInput } from './episode.js';
import { fingerprintsOf } from './identity.js';
import type { Rules } from './rules.js';
import { newestOf, type Alert, type State } from './state.js';

/**
 * What one observation changes.
 *
 * Late is a firing of an episode that its source itself has ended: its `startsAt` is not after that of the episode, or it
 * was accepted before the end and began before it. An end made by us (a person, a timeout) is provisional.
 */
export function decideObservation(state: State, input: ObservationInput, rules: Rules, now: string): Changes {
  const { observation, scope, source } = input;
  const [fingerprint, ...earlier] = fingerprintsOf(scope, source, observation.labels, rules);
  const known = knownBefore(state, earlier, input, newestOf(state, fingerprint));
  if (observation.status === 'firing') {
    if (known === undefined) return open(state, { input, fingerprint }, rules, now, 'first report');
    return fire(state, known, input, rules, now);
  }
  return known === undefined
    ? recordUnheardEnd(state, { input, fingerprint }, rules, now)
    : end(state, known, input, rules, now);
}

/**
 * The alert that an observation is of. One that was open when the rules of identity changed goes on under the identity that it
 * began with; one that had ended is what is heard late of it, or once more.
 */
function knownBefore(
  state: State,
  earlier: readonly string[],
  input: ObservationInput,
  present: Alert | undefined,
): Alert | undefined {
  const before = earlier.flatMap((fingerprint) => newestOf(state, fingerprint) ?? []);
  return (
    before.find(({ resolved }) => resolved === undefined) ??
    present ??
    before.find((alert) => input.observation.status === 'resolved' || isLate(alert, input))
  );
}
