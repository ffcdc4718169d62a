import { subjects, type SpoolState } from '@gomon/contracts';
import type { Nats } from '@gomon/messaging';
import type { Spool } from './spool.js';

const EVERY_MS = 5_000;

/** Tells whoever listens what waits in the spool: while something does, no time passes for what is decided. */
export class SpoolTeller {
  private timer: NodeJS.Timeout | undefined;
  private lastTold = -1;

  constructor(
    private readonly spool: Spool,
    private readonly nats: Nats,
    private readonly instance: string,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.tell();
    }, EVERY_MS);
    this.nats.onConnection(() => {
      this.tell();
    });
    this.spool.onChange(() => {
      if ((this.spool.undrained === 0) !== (this.lastTold === 0)) this.tell();
    });
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tell(): void {
    if (!this.nats.isConnected()) return;
    const { undrained } = this.spool;
    const state: SpoolState = { instance: this.instance, undrained };
    try {
      this.nats.connection.publish(subjects.spoolState, JSON.stringify(state));
      this.lastTold = undrained;
    } catch {
      // The connection is just being closed: it is told over the next one, or in a few seconds.
    }
  }
}
