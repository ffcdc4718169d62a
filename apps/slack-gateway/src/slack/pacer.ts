interface Waiting {
  readonly priority: number;
  readonly order: number;
  readonly go: () => void;
}

interface Lane {
  readonly waiting: Waiting[];
  nextAt: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Lets calls to a channel through at the pace Slack takes, those that matter most first. A lane that was quiet lets a few
 * through at once.
 */
export class Pacer {
  private readonly lanes = new Map<string, Lane>();
  private order = 0;

  constructor(
    private readonly perSecond: number,
    private readonly burst = 3,
    private readonly clock: () => number = Date.now,
  ) {}

  /** How many wait. */
  get waiting(): number {
    return [...this.lanes.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  /**
   * Resolves with true when it is this call's turn, with false at once when that would take longer than `maxWaitMs`.
   * @param priority the smaller, the sooner
   */
  turn(channel: string, priority: number, maxWaitMs: number): Promise<boolean> {
    if (this.perSecond === 0) return Promise.resolve(true);
    const lane = this.laneOf(channel);
    const before = lane.waiting.filter((other) => other.priority <= priority).length;
    const expected = lane.nextAt - this.clock() + before * this.intervalMs;
    if (expected > maxWaitMs) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.order += 1;
      lane.waiting.push({ priority, order: this.order, go: () => resolve(true) });
      lane.waiting.sort((a, b) => a.priority - b.priority || a.order - b.order);
      this.run(channel, lane);
    });
  }

  private get intervalMs(): number {
    return 1_000 / this.perSecond;
  }

  private laneOf(channel: string): Lane {
    const known = this.lanes.get(channel);
    if (known !== undefined) return known;
    const lane = { waiting: [], nextAt: this.clock() - this.burst * this.intervalMs, timer: undefined };
    this.lanes.set(channel, lane);
    return lane;
  }

  private run(channel: string, lane: Lane): void {
    if (lane.timer !== undefined) return;
    const now = this.clock();
    while (lane.waiting.length > 0 && lane.nextAt <= now) {
      lane.nextAt = Math.max(lane.nextAt, now - this.burst * this.intervalMs) + this.intervalMs;
      lane.waiting.shift()?.go();
    }
    if (lane.waiting.length === 0) return;
    lane.timer = setTimeout(() => {
      lane.timer = undefined;
      this.run(channel, lane);
    }, lane.nextAt - now);
  }
}
