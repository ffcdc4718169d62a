import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { distinctAlerts, grafanaDeliveries } from '../load/deliveries.js';
import { Sender } from '../load/sender.js';

/** Something that takes webhooks and writes what it decides to these. */
export interface Pipeline {
  readonly webhookUrl: string;
  readonly hmacSecret: string;
  readonly databaseUrl: string;
}

/** Alerts a second, until all of them were there. */
export interface Throughput {
  readonly acceptedPerS: number;
  readonly committedPerS: number;
  readonly publishedPerS: number;
}

export const CONNECTIONS = 64;
const LOOK_EVERY_MS = 25;
const PATIENCE_MS = 180_000;

/** Sends distinct alerts in reports of a size as fast as they are taken, and watches them come out. */
export class ThroughputBench {
  private constructor(
    private readonly pipeline: Pipeline,
    private readonly database: pg.Client,
  ) {}

  static async open(pipeline: Pipeline): Promise<ThroughputBench> {
    const database = new pg.Client({ connectionString: pipeline.databaseUrl });
    await database.connect();
    return new ThroughputBench(pipeline, database);
  }

  async close(): Promise<void> {
    await this.database.end();
  }

  async run(name: string, alerts: number, reportSize: number): Promise<Throughput> {
    const { webhookUrl, hmacSecret } = this.pipeline;
    const deliveries = grafanaDeliveries(distinctAlerts(name, alerts, 'warning'), reportSize, hmacSecret);
    const wanted = (await this.committed()) + alerts;
    const sender = new Sender(webhookUrl, CONNECTIONS);
    const beganAt = performance.now();
    const perSecond = () => Math.round(alerts / ((performance.now() - beganAt) / 1_000));
    const committed = this.whenCommitted(wanted);
    const [acceptedPerS, committedPerS, publishedPerS] = await Promise.all([
      sender.sendAll(deliveries).then(perSecond),
      committed.then(perSecond),
      committed.then(() => this.whenOutboxEmpty()).then(perSecond),
    ]);
    await sender.close();
    return { acceptedPerS, committedPerS, publishedPerS };
  }

  /** Resolves when so many observations were ever committed. */
  async whenCommitted(wanted: number): Promise<void> {
    await until(async () => (await this.committed()) >= wanted);
  }

  /** The same, and everything is acknowledged by the stream. */
  async whenPublished(wanted: number): Promise<void> {
    await this.whenCommitted(wanted);
    await this.whenOutboxEmpty();
  }

  /** Only what the stream has acknowledged leaves the outbox. */
  private async whenOutboxEmpty(): Promise<void> {
    await until(async () => (await this.database.query('select from outbox limit 1')).rowCount === 0);
  }

  /** Problems that asked for attention so far: each has a parent message. */
  async problemsTold(): Promise<number> {
    const { rows } = await this.database.query<{ count: string }>(
      'select count(*) as count from problems where announced is not null',
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** Observations committed so far. */
  async committed(): Promise<number> {
    const { rows } = await this.database.query<{ count: string | null }>(
      'select sum(observations) as count from ledger',
    );
    return Number(rows[0]?.count ?? 0);
  }
}

async function until(isThere: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isThere())) {
    if (performance.now() > deadline) throw new Error('the run does not come to its end');
    await pause(LOOK_EVERY_MS);
  }
}
