import { setTimeout as sleep } from 'node:timers/promises';
import {
  describeError,
  PublishError,
  publishDeadLetter,
  type Log,
  type Nats,
  type Publisher,
} from '@gomon/messaging';
import type { StreamMessage } from '../report/report-messages.js';
import { drained } from './spool-metrics.js';
import type { Spool } from './spool.js';

const BATCH = 64;
const PUBLISH_TIMEOUT_MS = 2_000;
const PAUSE_MS = 1_000;

/** Moves the spool into the streams, the oldest first, whenever they are there. */
export class Drain {
  private readonly stopping = new AbortController();
  private wake: () => void = () => undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly spool: Spool,
    private readonly nats: Nats,
    private readonly publisher: Publisher,
    private readonly log: Log,
  ) {}

  start(): void {
    this.spool.onChange(() => {
      this.wake();
    });
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let isWaiting = false;
    while (!signal.aborted) {
      if (this.spool.undrained === 0) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        continue;
      }
      try {
        await this.nats.whenConnected(PAUSE_MS);
        await this.drainBatch();
        isWaiting = false;
      } catch (error) {
        if (!isWaiting) {
          this.log('warn', 'the spool waits for the stream', {
            undrained: this.spool.undrained,
            error: describeError(error),
          });
        }
        isWaiting = true;
        await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async drainBatch(): Promise<void> {
    const batch = await this.spool.oldest(BATCH);
    if (batch === undefined) return;
    await Promise.all(batch.messages.map((message) => this.publish(message)));
    await batch.done();
    drained.inc(batch.messages.length);
    if (this.spool.undrained === 0) this.log('info', 'the spool is drained');
  }

  private async publish(message: StreamMessage): Promise<void> {
    try {
      await this.publisher.publish({ ...message, timeoutMs: PUBLISH_TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof PublishError) || error.reason !== 'too-large') throw error;
      const { subject, id, headers, body } = message;
      const origin = {
        kind: 'message',
        stream: 'OBSERVATIONS',
        seq: 0,
        consumer: 'spool',
        attempts: 1,
      } as const;
      await publishDeadLetter(this.publisher, {
        id: `spool.${id}`,
        source: 'gomon/ingest',
        time: new Date(),
        reason: error.message,
        origin,
        subject,
        headers,
        body,
      });
    }
  }
}
