import { decideAll, type Decided } from '../decide/decide-all.js';
import type { Input } from '../decide/decide.js';
import type { TickInput } from '../decide/decide-tick.js';
import type { Rules } from '../decide/rules.js';
import { later } from '../decide/time.js';
import type { Due } from './due-times.js';
import type { World } from './world.js';

/** Keeps what comes of it, before the world is changed by it. */
export interface Witness {
  take(decided: Decided, inputs: readonly Input[], now: string): void;
}

/** What happens in a world, one transaction after another, in a time of its own. */
export class Course {
  /** When something happened last: time does not go back. */
  private last = '';

  constructor(
    private rules: Rules,
    private readonly world: World,
    private readonly witness: Witness,
    /** Since when sources are listened to. */
    private readonly since: string,
  ) {}

  /** What is due before a time is looked at; at the time itself what happens goes before. */
  passUntil(time: string): void {
    const { due } = this.world;
    for (let next = due.next(); next !== undefined && next < time; next = due.next()) {
      const now = later(next, this.last);
      const all = due.take();
      const ticks = this.ticksOf(all, now);
      if (ticks.length > 0) this.transaction(now, ticks);
      this.lookAt(this.world.begun(all, now), now);
    }
  }

  transaction(now: string, inputs: readonly Input[]): void {
    this.last = now;
    const decided = decideAll(this.world.state(), inputs, this.rules, now);
    this.witness.take(decided, inputs, now);
    this.lookAt(this.world.apply(decided, now), now);
  }

  /** Other rules come into force. */
  decideBy(rules: Rules, now: string): void {
    this.rules = rules;
    this.lookAt(this.world.markFor(rules, now), now);
  }

  private lookAt(problemIds: readonly string[], now: string): void {
    if (problemIds.length === 0) return;
    this.transaction(
      now,
      this.ticksOf(
        problemIds.map((id): Due => ({ kind: 'problem', id })),
        now,
      ),
    );
  }

  private ticksOf(due: readonly Due[], watermark: string): readonly TickInput[] {
    return KINDS.flatMap((kind) =>
      due
        .filter((one) => one.kind === kind)
        .map(({ id }): TickInput => ({
          kind: 'tick',
          target: { kind, id },
          watermark,
          listeningSince: this.since,
        })),
    );
  }
}

/** In the order in which the correlator takes them. */
const KINDS = ['alert', 'problem', 'heartbeat'] as const;
