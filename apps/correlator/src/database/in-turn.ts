import type { Transaction } from './database.js';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Runs statements one after the other. Each is made while PostgreSQL is busy with the one before it. */
export async function inTurn(tx: Transaction, statements: Iterable<Statement>): Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  try {
    for (const { sql, parameters } of statements) {
      await running;
      running = tx.query(sql, parameters);
    }
  } finally {
    await running;
  }
}
