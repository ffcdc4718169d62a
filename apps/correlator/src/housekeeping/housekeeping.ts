import { describeError, trimConsumed, type Log, type Nats } from '@gomon/messaging';
import type { Database } from '../database/database.js';
import { knownScopes } from '../ledger/known-scopes.js';
import { makePartitions } from './partitions.js';
import { archiveOldAlerts, deleteOld } from './retention.js';

const EVERY_MS = 10 * 60_000;

/** Keeps tables and streams at their size, and next month's partitions ready. */
export class Housekeeping {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly nats: Nats,
    private readonly log: Log,
    /** What was decided stays in its stream for so long. */
    private readonly historyMs: number,
  ) {}

  start(): void {
    this.running = this.keep().finally(() => {
      if (!this.isStopping) this.timer = setTimeout(() => this.start(), EVERY_MS);
    });
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async keep(): Promise<void> {
    await this.attempt('partitions', () => makePartitions(this.database, new Date()));
    await this.attempt('retention', () => this.retain());
    await this.attempt('trimming of streams', () => trimConsumed(this.nats, { keptMs: this.historyMs }));
  }

  private async retain(): Promise<void> {
    for (const scope of await knownScopes(this.database)) {
      while (!this.isStopping && (await archiveOldAlerts(this.database, scope, new Date())) > 0);
    }
    while (!this.isStopping && (await deleteOld(this.database, new Date())) > 0);
  }

  private async attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log('warn', `${what} has to wait`, { error: describeError(error) });
    }
  }
}
