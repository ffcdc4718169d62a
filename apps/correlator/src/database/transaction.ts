import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { timed } from './query-times.js';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Reads rows. */
export interface Reader {
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** Statements of one transaction, in the order in which they are given. */
export interface Transaction extends Reader {
  /** Sends statements without waiting for them: PostgreSQL is at work while the next one is made. If one fails, all fails. */
  send(statements: Iterable<Statement>): void;
}

/**
 * A transaction on a connection that pipelines (https://node-postgres.com/features/pipelining): a statement does not wait for
 * the answer to the one before it.
 */
export class PipelinedTransaction implements Transaction {
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly client: PoolClient) {}

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.run<Row & QueryResultRow>(sql, parameters)).rows;
  }

  send(statements: Iterable<Statement>): void {
    // A failure is kept, and told at the end.
    for (const { sql, parameters } of statements) this.run(sql, parameters).catch(() => undefined);
  }

  begin(): void {
    this.send([{ sql: 'begin', parameters: [] }]);
  }

  /** @throws the first failure of any of its statements: PostgreSQL answers the commit with a rollback then */
  async commit(): Promise<void> {
    await this.run('commit');
    if (this.failure !== undefined) throw this.failure.error;
  }

  async rollback(): Promise<void> {
    await this.run('rollback');
  }

  /** What went wrong first: later statements only say that the transaction is aborted. */
  firstFailure(otherwise: unknown): unknown {
    return this.failure === undefined ? otherwise : this.failure.error;
  }

  private async run<Row extends QueryResultRow>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<QueryResult<Row>> {
    const answered = timed(sql);
    try {
      return await this.client.query<Row>(prepared(sql, parameters));
    } catch (error) {
      this.failure ??= { error };
      throw error;
    } finally {
      answered();
    }
  }
}

/** Statements that are made of so many parts that each is another one are not worth a name. */
const MOST_NAMES = 200;
const names = new Map<string, string>();

/** Parsed and planned once for each connection: planning is a good part of what a small transaction costs. */
export function prepared(sql: string, parameters: readonly unknown[]): QueryConfig {
  if (!names.has(sql) && names.size < MOST_NAMES) names.set(sql, `gomon_${names.size}`);
  const name = names.get(sql);
  return { text: sql, values: [...parameters], ...(name === undefined ? {} : { name }) };
}
