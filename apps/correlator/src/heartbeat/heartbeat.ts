import { CONSUMERS, describeError, type ConsumerDeclaration, type Log, type Nats } from '@gomon/messaging';
import { Gauge } from 'prom-client';
import type { Outbox } from '../outbox/outbox.js';
import type { Listening } from '../ticks/listening.js';
import { faultsOf, stuckAfter, type LineLook, type Stuck } from './whole-line.js';

const TIMEOUT_MS = 10_000;

const lineWorks = new Gauge({
  name: 'gomon_line_works',
  help: '1 while the whole line works from webhook to Slack, else 0',
});

/**
 * Pings an outside watcher while the whole line works. When the pings stop, somebody else rings: about a silent GoMon
 * nobody else would.
 */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> | undefined;
  private stuck: Stuck = new Map();
  private faults: readonly string[] = [];
  private isStopping = false;

  constructor(
    private readonly nats: Nats,
    private readonly outbox: Outbox,
    private readonly listening: Listening,
    private readonly log: Log,
    private readonly settings: { readonly url: string | undefined; readonly everyMs: number },
  ) {}

  /** What keeps the line from working, as of the last look. */
  get lastFaults(): readonly string[] {
    return this.faults;
  }

  start(): void {
    this.timer = setTimeout(() => {
      this.beating = this.beat().finally(() => {
        if (!this.isStopping) this.start();
      });
    }, this.settings.everyMs);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.beating;
  }

  private async beat(): Promise<void> {
    const before = this.faults.join('; ');
    this.faults = await this.examine();
    const now = this.faults.join('; ');
    lineWorks.set(now === '' ? 1 : 0);
    if (now !== before) {
      this.log(
        now === '' ? 'info' : 'error',
        now === '' ? 'the whole line works' : `the line is broken: ${now}`,
      );
    }
    if (now === '') await this.ping();
  }

  private async examine(): Promise<readonly string[]> {
    try {
      const look = await this.look();
      this.stuck = stuckAfter(this.stuck, look);
      return faultsOf(look, this.stuck);
    } catch (error) {
      return [describeError(error)];
    }
  }

  private async look(): Promise<LineLook> {
    const manager = await this.nats.jetstreamManager();
    const consumers = await Promise.all(
      Object.values<ConsumerDeclaration>(CONSUMERS).map(async ({ name, stream }) => {
        const info = await manager.consumers.info(stream.name, name);
        return {
          name,
          isServed: info.num_waiting + info.num_ack_pending > 0,
          unacknowledged: info.num_pending + info.num_ack_pending,
          ackFloor: info.ack_floor.consumer_seq,
        };
      }),
    );
    return {
      at: Date.now(),
      hearsIngest: this.listening.hearsIngest(),
      oldestOutboxSeconds: await this.outbox.oldestSeconds(),
      consumers,
    };
  }

  private async ping(): Promise<void> {
    if (this.settings.url === undefined) return;
    try {
      const response = await fetch(this.settings.url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      await response.body?.cancel();
      if (!response.ok) this.log('warn', 'the heartbeat was refused', { status: response.status });
    } catch (error) {
      // The address may hold a secret: the error's words do, the log does not.
      this.log('warn', 'the heartbeat did not arrive', {
        error: error instanceof Error ? error.name : 'unknown',
      });
    }
  }
}
