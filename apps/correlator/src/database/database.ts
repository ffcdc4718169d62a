import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, describeError, type Log } from '@gomon/messaging';
import type { PoolClient, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import { DatabaseAwayError, isConflict, isConnectionBroken } from './database-error.js';
import { migrations } from './migrations/migrations.js';
import { timed } from './query-times.js';
import { PipelinedTransaction, prepared, type Transaction } from './transaction.js';

/** What a lock is for: the first key of PostgreSQL's two-key advisory locks. */
const LOCKS = { scope: 1_001, migration: 1_002 };
const CONFLICT_TRIES = 5;
const RECONNECT = { baseMs: 200, factor: 2, capMs: 5_000 };

/** PostgreSQL, owned by this service alone. It may be away at any time, at the start as well. */
export class Database {
  private readonly stopping = new AbortController();
  private source: DataSource | undefined;
  private connecting: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    private readonly log: Log,
  ) {}

  /** Connects and migrates in the background, for as long as it takes. Resolves when that is done. */
  start(): Promise<void> {
    this.connecting ??= this.connect();
    return this.connecting;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.connecting;
    if (this.source?.isInitialized === true) await this.source.destroy();
    this.source = undefined;
  }

  /** @throws DatabaseAwayError while it was never reached */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.onConnection(async (client) => {
      const answered = timed(sql);
      try {
        return (await client.query<Row & QueryResultRow>(prepared(sql, parameters))).rows;
      } finally {
        answered();
      }
    });
  }

  /**
   * Runs `work` in one transaction that holds the locks of the scopes: nobody else decides anything about them meanwhile.
   * Tried again as a whole when PostgreSQL asks for that.
   */
  async transaction<T>(scopes: Iterable<string>, work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(scopes, work);
      } catch (error) {
        if (!isConflict(error) || attempt >= CONFLICT_TRIES) throw error;
        await sleep(backoffMs(attempt, Math.random(), { baseMs: 10, factor: 2, capMs: 200 }));
      }
    }
  }

  private async once<T>(scopes: Iterable<string>, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.onConnection(async (client) => {
      const tx = new PipelinedTransaction(client);
      tx.begin();
      lockScopes(tx, scopes);
      try {
        const result = await work(tx);
        await tx.commit();
        return result;
      } catch (error) {
        const first = tx.firstFailure(error);
        if (!isConnectionBroken(first)) await tx.rollback();
        throw first;
      }
    });
  }

  /** A connection that broke, or on which nothing comes back, is closed for good: the pool would give it out again. */
  private async onConnection<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const runner = this.present().createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient & { end(): Promise<void> };
      try {
        return await work(client);
      } catch (error) {
        if (isConnectionBroken(error)) void client.end().catch(() => undefined);
        throw error;
      }
    } finally {
      await runner.release();
    }
  }

  private present(): DataSource {
    if (this.source === undefined) throw new DatabaseAwayError('PostgreSQL has not been reached yet');
    return this.source;
  }

  private async connect(): Promise<void> {
    const { signal } = this.stopping;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const source = dataSourceOf(this.url, this.log);
      try {
        await source.initialize();
        await migrate(source);
        this.source = source;
        return;
      } catch (error) {
        this.log('error', 'PostgreSQL cannot be used yet; trying on', {
          error: describeError(error),
          attempt,
        });
        if (source.isInitialized) await source.destroy().catch(() => undefined);
        await sleep(backoffMs(attempt, Math.random(), RECONNECT), undefined, { signal }).catch(
          () => undefined,
        );
      }
    }
  }
}

/** One after the other in one order, so that two transactions cannot wait for each other. */
export function lockScopes(tx: Transaction, scopes: Iterable<string>): void {
  const sql = `select pg_advisory_xact_lock(${LOCKS.scope}, hashtext($1))`;
  tx.send([...new Set(scopes)].sort().map((scope) => ({ sql, parameters: [scope] })));
}

function dataSourceOf(url: string, log: Log): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'gomon-correlator',
    migrations: [...migrations],
    migrationsTransactionMode: 'all',
    poolSize: 10,
    poolErrorHandler: (error: unknown) => {
      log('warn', 'a database connection broke', { error: describeError(error) });
    },
    // A connection that is black-holed never answers by itself.
    extra: {
      pipeline: true,
      // All is looked up by its keys. PostgreSQL would read the whole of a table that has grown since it last counted its rows,
      // which in a storm is every table.
      options: '-c enable_seqscan=off',
      connectionTimeoutMillis: 5_000,
      statement_timeout: 10_000,
      query_timeout: 12_000,
      idle_in_transaction_session_timeout: 30_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    },
  });
}

/** Replicas that start at once migrate one after the other. */
async function migrate(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    await runner.query(`select pg_advisory_lock(${LOCKS.migration}, 0)`);
    await source.runMigrations();
  } finally {
    await runner.query(`select pg_advisory_unlock(${LOCKS.migration}, 0)`).catch(() => undefined);
    await runner.release();
  }
}
