import { setTimeout as pause } from 'node:timers/promises';
import { Nats } from '@gomon/messaging';
import pg from 'pg';
import { distinctAlerts, grafanaDeliveries } from '../load/deliveries.js';
import { Sender } from '../load/sender.js';

/** Something that takes webhooks and writes what it decides to these. */
export interface Pipeline {
  readonly webhookUrl: string;
  readonly hmacSecret: string;
  readonly natsUrl: string;
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
    private readonly nats: Nats,
    private readonly database: pg.Client,
  ) {}

  static async open(pipeline: Pipeline): Promise<ThroughputBench> {
    const nats = await Nats.connect({ url: pipeline.natsUrl, name: 'bench', log: () => undefined });
    const database = new pg.Client({ connectionString: pipeline.databaseUrl });
    await database.connect();
    return new ThroughputBench(pipeline, nats, database);
  }

  async close(): Promise<void> {
    await this.database.end();
    await this.nats.drain();
  }

  async run(name: string, alerts: number, reportSize: number): Promise<Throughput> {
    const { webhookUrl, hmacSecret } = this.pipeline;
    const deliveries = grafanaDeliveries(distinctAlerts(name, alerts, 'warning'), reportSize, hmacSecret);
    const before = { committed: await this.committed(), published: await this.published() };
    const sender = new Sender(webhookUrl, CONNECTIONS);
    const beganAt = performance.now();
    const perSecond = () => Math.round(alerts / ((performance.now() - beganAt) / 1_000));
    const until = async (count: () => Promise<number>, wanted: number): Promise<number> => {
      while ((await count()) < wanted) {
        if (performance.now() - beganAt > PATIENCE_MS) throw new Error(`${name} does not come to its end`);
        await pause(LOOK_EVERY_MS);
      }
      return perSecond();
    };
    const [acceptedPerS, committedPerS, publishedPerS] = await Promise.all([
      sender.sendAll(deliveries).then(perSecond),
      until(() => this.committed(), before.committed + alerts),
      until(() => this.published(), before.published + alerts),
    ]);
    await sender.close();
    return { acceptedPerS, committedPerS, publishedPerS };
  }

  /** Resolves once nothing is left in the outbox: what comes next has the machine to itself. */
  async settled(): Promise<void> {
    const left = async () =>
      Number((await this.database.query<{ count: string }>('select count(*) from outbox')).rows[0]?.count);
    while ((await left()) > 0) await pause(LOOK_EVERY_MS);
  }

  private async committed(): Promise<number> {
    const { rows } = await this.database.query<{ count: string | null }>(
      'select sum(observations) as count from ledger',
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** Problems whose first fact the stream has acknowledged. */
  private async published(): Promise<number> {
    const manager = await this.nats.jetstreamManager();
    const info = await manager.streams.info('FACTS', { subjects_filter: 'gomon.problem.v1.*.opened' });
    return Object.values(info.state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  }
}
