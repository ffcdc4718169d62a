import { Gauge } from 'prom-client';

const waitingGauge = new Gauge({
  name: 'gomon_slack_waiting',
  help: 'Messages that wait for their turn with Slack',
});

interface Waiting {
  readonly priority: number;
  readonly order: number;
  readonly settle: (isItsTurn: boolean) => void;
}

interface Lane {
  readonly waiting: Waiting[];
  nextAt: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Lets calls of a lane through at the pace Slack takes, those that matter most first. A lane that was quiet lets a few
 * through at once.
 */
export class Pacer {
  private readonly lanes = new Map<string, Lane>();
  private order = 0;
  private isStopped = false;

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
   * Resolves with true when it is this call's turn; with false when that is not so within `maxWaitMs`, at once where this
   * is clear from the start.
   * @param priority the smaller, the sooner
   */
  turn(laneName: string, priority: number, maxWaitMs: number): Promise<boolean> {
    if (this.isStopped) return Promise.resolve(false);
    if (this.perSecond === 0) return Promise.resolve(true);
    const lane = this.laneOf(laneName);
    if (this.expectedMs(laneName, priority) > maxWaitMs) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.order += 1;
      const entry = {
        priority,
        order: this.order,
        settle: (isItsTurn: boolean) => {
          clearTimeout(timer);
          waitingGauge.dec();
          resolve(isItsTurn);
        },
      };
      // Others that matter more may keep coming.
      const timer = setTimeout(() => {
        lane.waiting.splice(lane.waiting.indexOf(entry), 1);
        entry.settle(false);
      }, maxWaitMs);
      waitingGauge.inc();
      lane.waiting.push(entry);
      lane.waiting.sort((a, b) => a.priority - b.priority || a.order - b.order);
      this.run(lane);
    });
  }

  /** How long a turn that is asked for now would take; 0 or less: it comes at once. */
  expectedMs(laneName: string, priority: number): number {
    if (this.perSecond === 0) return 0;
    const lane = this.laneOf(laneName);
    const before = lane.waiting.filter((other) => other.priority <= priority).length;
    return lane.nextAt - this.clock() + before * this.intervalMs;
  }

  /** Nobody's turn comes any more. */
  stop(): void {
    this.isStopped = true;
    for (const lane of this.lanes.values()) {
      clearTimeout(lane.timer);
      for (const { settle } of lane.waiting.splice(0)) settle(false);
    }
  }

  private get intervalMs(): number {
    return 1_000 / this.perSecond;
  }

  private laneOf(name: string): Lane {
    const known = this.lanes.get(name);
    if (known !== undefined) return known;
    const lane = { waiting: [], nextAt: this.clock() - this.burst * this.intervalMs, timer: undefined };
    this.lanes.set(name, lane);
    return lane;
  }

  private run(lane: Lane): void {
    if (lane.timer !== undefined) return;
    const now = this.clock();
    while (lane.waiting.length > 0 && lane.nextAt <= now) {
      lane.nextAt = Math.max(lane.nextAt, now - this.burst * this.intervalMs) + this.intervalMs;
      lane.waiting.shift()?.settle(true);
    }
    if (lane.waiting.length === 0) return;
    lane.timer = setTimeout(() => {
      lane.timer = undefined;
      this.run(lane);
    }, lane.nextAt - now);
  }
}
