import { setImmediate } from 'node:timers/promises';
import type { Graph } from '../correlate/graph.js';
import type { Traits } from '../correlate/traits.js';
import { traitsOf } from '../correlate/traits-of.js';
import type { Topology } from '../decide/about.js';
import type { SnapshotInput } from '../decide/decide-snapshot.js';
import { first, type ObservationInput } from '../decide/episode.js';
import { fingerprintsOf } from '../decide/identity.js';
import type { Rules } from '../decide/rules.js';

/** So many are read before what else is to be done gets its turn. */
const PIECE = 8;

interface KnownAlready {
  /** The alerts of a scope as they were last known: what is among them does not begin. */
  readonly graphOf: (scope: string) => Graph | undefined;
  readonly topology: Topology;
}

/**
 * Reads what correlation needs to know of alerts that may begin, until something else has come that was waited for: what is left
 * is read when it is decided. Answers what was read, by the alert's id.
 */
export async function readAhead(
  inputs: readonly (ObservationInput | SnapshotInput)[],
  rules: Rules,
  { graphOf, topology }: KnownAlready,
  until: Promise<unknown>,
): Promise<ReadonlyMap<string, Traits>> {
  const read = new Map<string, Traits>();
  if (!rules.pack.enabled) return read;
  const waiting = { isOver: false };
  void until.catch(() => undefined).finally(() => (waiting.isOver = true));
  for (const [index, input] of inputs.entries()) {
    if (index % PIECE === 0) await setImmediate();
    if (waiting.isOver) break;
    if (input.kind !== 'observation' || input.observation.status !== 'firing') continue;
    const { scope, source, observation } = input;
    const [fingerprint] = fingerprintsOf(scope, source, observation.labels, rules);
    if (graphOf(scope)?.alikeBy(fingerprint).length !== 0) continue;
    const begun = first({ input, fingerprint }, rules, topology);
    read.set(begun.id, traitsOf(begun, rules.pack, topology));
  }
  return read;
}
