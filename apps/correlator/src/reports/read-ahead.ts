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

/** What correlation needs to know of alerts that may begin, read while something else is waited for. */
export class ReadAhead {
  private readonly done = new Map<string, Traits>();
  private next = 0;

  constructor(
    private readonly inputs: readonly (ObservationInput | SnapshotInput)[],
    private readonly rules: Rules,
    private readonly known: KnownAlready,
  ) {}

  /** What was read by these rules in that topology, by the alert's id. */
  readBy(rules: Rules, topology: Topology): ReadonlyMap<string, Traits> {
    return rules === this.rules && topology === this.known.topology ? this.done : new Map<string, Traits>();
  }

  /** Reads on until that has come, or has failed, or all is read; what is left is read when it is decided. */
  async until(awaited: Promise<unknown>): Promise<void> {
    if (!this.rules.pack.enabled) return;
    const waiting = { isOver: false };
    void awaited.catch(() => undefined).finally(() => (waiting.isOver = true));
    for (; this.next < this.inputs.length; this.next += 1) {
      if (this.next % PIECE === 0) await setImmediate();
      if (waiting.isOver) return;
      this.take(this.inputs[this.next]);
    }
  }

  private take(input: ObservationInput | SnapshotInput | undefined): void {
    if (input?.kind !== 'observation' || input.observation.status !== 'firing') return;
    const { rules } = this;
    const { graphOf, topology } = this.known;
    const { scope, source, observation } = input;
    const [fingerprint] = fingerprintsOf(scope, source, observation.labels, rules);
    if (graphOf(scope)?.alikeBy(fingerprint).length !== 0) return;
    const begun = first({ input, fingerprint }, rules, topology);
    this.done.set(begun.id, traitsOf(begun, rules.pack, topology));
  }
}
