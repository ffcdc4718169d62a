import { setTimeout as sleep } from 'node:timers/promises';

/** Nobody knows the limits of an account: this is surely not below them. */
const FASTEST_PER_S = 100;
const SLOWEST_PER_S = 0.5;
const SLOWER = 0.7;
/** A twentieth in a second, whatever the pace. */
const FASTER_EACH = 0.05;
/** Whatever is further away is waited for by redelivery. */
const LONGEST_WAIT_MS = 10_000;

/**
 * How fast writes go to Opsgenie, whose limits differ by plan and are not published: a little faster with each that is taken,
 * much slower with each time that it limits us. Else a storm of incidents would be refused and tried again, over and over.
 */
export class Pace {
  private perSecond = FASTEST_PER_S;
  private nextAt = 0;
  private limitedUntil = 0;

  constructor(
    private readonly clock: () => number = Date.now,
    private readonly wait: (ms: number) => Promise<unknown> = sleep,
  ) {}

  /** Resolves with undefined when it is one's turn, or at once with the milliseconds it would take. */
  async turn(): Promise<number | undefined> {
    const now = this.clock();
    const at = Math.max(now, this.nextAt, this.limitedUntil);
    if (at - now > LONGEST_WAIT_MS) return at - now;
    this.nextAt = at + 1_000 / this.perSecond;
    if (at > now) await this.wait(at - now);
    return undefined;
  }

  /** Milliseconds for which Opsgenie takes no call at all; 0: none. */
  get limitedMs(): number {
    return Math.max(0, this.limitedUntil - this.clock());
  }

  taken(): void {
    this.perSecond = Math.min(FASTEST_PER_S, this.perSecond + FASTER_EACH);
  }

  /** It wants no calls for so long. Calls that were on their way then say the same: that counts once. */
  limited(ms: number): void {
    if (this.limitedMs === 0) this.perSecond = Math.max(SLOWEST_PER_S, this.perSecond * SLOWER);
    this.limitedUntil = Math.max(this.limitedUntil, this.clock() + ms);
  }
}
