import { describeError, PublishError, publishDeadLetter, type Log, type Publisher } from '@gomon/messaging';
import { Gauge } from 'prom-client';
import type { Database } from '../database/database.js';
import { isDatabaseAway } from '../database/database-error.js';
import { unpacked, type OutboxRow } from './outbox-row.js';
import { OUTBOX_COLUMNS, outboxRowOf, type StoredOutboxRow } from './outbox-table.js';

/** A row this old was not published by whoever committed it. */
const ORPHAN_AGE = '2 seconds';
const SWEEP_EVERY_MS = 1_000;
/** Some 10 MB at most: a row may hold 64 facts. */
const SWEEP_ROWS = 50;
const PUBLISH_TIMEOUT_MS = 5_000;
/** Length of what this process has committed and not published yet, above which a transaction waits for its own. */
const MOST_PENDING_LENGTH = 8_000_000;

const pending = new Gauge({
  name: 'gomon_outbox_pending',
  help: 'Messages committed by this process that the stream has not acknowledged yet',
});
const heldBack = new Gauge({
  name: 'gomon_outbox_held',
  help: 'Messages committed by this process whose time to be published has not come',
});

/**
 * Publishes what was committed: at once, by whoever committed it; rows of a process that died in between are swept up by
 * any replica. A row is deleted after the stream has it, so a message may go out twice, under one message id.
 */
export class Outbox {
  private readonly running = new Set<Promise<void>>();
  /** What must not be published yet. */
  private readonly held = new Map<NodeJS.Timeout, readonly OutboxRow[]>();
  private pendingLength = 0;
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep()
        .catch((error: unknown) => {
          this.log(isDatabaseAway(error) ? 'warn' : 'error', 'the outbox cannot be swept', {
            error: describeError(error),
          });
        })
        .finally(() => {
          this.sweeping = undefined;
          if (!this.isStopping) this.start();
        });
    }, SWEEP_EVERY_MS);
  }

  /** Resolves when everything this process committed is out, or given up to the sweep. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.sweeping;
    // A little early is better than by whoever finds it.
    for (const timer of this.held.keys()) this.release(timer);
    await Promise.all(this.running);
  }

  /** Called right after the commit. Waits only while too much is pending. */
  async publishCommitted(rows: readonly OutboxRow[]): Promise<void> {
    const now = Date.now();
    const waits = Map.groupBy(rows, ({ publishAt }) => Math.max(0, Date.parse(publishAt ?? '') - now || 0));
    for (const [ms, together] of waits) {
      if (ms === 0) continue;
      const timer = setTimeout(() => this.release(timer), ms);
      this.held.set(timer, together);
      heldBack.inc(together.length);
    }
    const run = this.publishInBackground(waits.get(0) ?? []);
    if (this.pendingLength > MOST_PENDING_LENGTH) await run;
  }

  private release(timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    const rows = this.held.get(timer) ?? [];
    this.held.delete(timer);
    heldBack.dec(rows.length);
    void this.publishInBackground(rows);
  }

  private publishInBackground(rows: readonly OutboxRow[]): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    const length = rows.reduce((sum, { body }) => sum + body.length, 0);
    pending.inc(rows.length);
    this.pendingLength += length;
    const run = this.publishAndDelete(rows)
      .catch((error: unknown) => {
        this.log('warn', 'facts stay in the outbox for the next sweep', { error: describeError(error) });
      })
      .finally(() => {
        pending.dec(rows.length);
        this.pendingLength -= length;
        this.running.delete(run);
      });
    this.running.add(run);
    return run;
  }

  /** Age of the oldest row in seconds; 0 when there is none. */
  async oldestSeconds(): Promise<number> {
    const [row] = await this.database.query<{ age: string | null }>(
      `select extract(epoch from clock_timestamp() - min(created_at)) as age from outbox`,
    );
    return Number(row?.age ?? 0);
  }

  private async publishAndDelete(rows: readonly OutboxRow[]): Promise<void> {
    const published = await this.publish(rows);
    if (published.length === 0) return;
    // Not synced: a row that comes back after a crash is published once more, under its message id.
    await this.database.query(
      `with gone as (delete from outbox where id = any($1::text[]))
       select set_config('synchronous_commit', 'off', true)`,
      [published],
    );
  }

  /** The locks make replicas sweep different rows; they are held until the stream has answered. */
  private async sweep(): Promise<void> {
    for (let more = true; more && !this.isStopping;) {
      more = await this.database.transaction([], async (tx) => {
        const stored = await tx.query<StoredOutboxRow>(
          `select ${OUTBOX_COLUMNS} from outbox where created_at < clock_timestamp() - interval '${ORPHAN_AGE}'
           order by created_at limit ${SWEEP_ROWS} for update skip locked`,
        );
        const published = await this.publish(stored.map(outboxRowOf));
        await tx.query(`delete from outbox where id = any($1::text[])`, [published]);
        return stored.length === SWEEP_ROWS && published.length > 0;
      });
    }
  }

  /** The ids of the rows that need no further try. */
  private async publish(rows: readonly OutboxRow[]): Promise<string[]> {
    const results = await Promise.all(rows.map((row) => this.publishOne(row)));
    return rows.filter((_, index) => results[index] === true).map(({ id }) => id);
  }

  private async publishOne(row: OutboxRow): Promise<boolean> {
    const { id, subject, body } = row;
    const bytes = Buffer.from(body);
    try {
      await this.publisher.publish({ subject, id, body: bytes, timeoutMs: PUBLISH_TIMEOUT_MS });
      return true;
    } catch (error) {
      if (!(error instanceof PublishError) || error.reason !== 'too-large') {
        this.log('warn', 'a fact is not published yet', { id, subject, error: describeError(error) });
        return false;
      }
      const events = unpacked(row);
      if (events.length > 1) return (await this.publish(events)).length === events.length;
      await publishDeadLetter(this.publisher, {
        id: `outbox.${id}`,
        source: 'gomon/correlator',
        time: new Date(),
        reason: error.message,
        origin: { kind: 'message', stream: 'FACTS', seq: 0, consumer: 'outbox', attempts: 1 },
        subject,
        headers: {},
        body: bytes,
      });
      this.log('error', 'a fact is too large to be published: dead letter', { id, subject });
      return true;
    }
  }
}
