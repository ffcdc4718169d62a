import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Several reports may come in one message: who counts messages has to know how many more reports its first one announced, and
 * how many of those have followed.
 */
export class ReportsShareMessages1764180000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Adding a column with a constant default rewrites nothing.
    await runner.query(
      `alter table ledger add column announced bigint not null default 0,
         add column followed bigint not null default 0`,
    );
    await runner.query(`alter table reports add column announced integer not null default 0`);
    await runner.query(
      `alter table dead_lettered add column reports integer not null default 1,
         add column announced integer not null default 0, add column followed integer not null default 0`,
    );
    // For the messages that a consumer is busy with.
    await runner.query(`create index dead_lettered_seq on dead_lettered (stream_seq)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index dead_lettered_seq`);
    await runner.query(
      `alter table dead_lettered drop column reports, drop column announced, drop column followed`,
    );
    await runner.query(`alter table reports drop column announced`);
    await runner.query(`alter table ledger drop column announced, drop column followed`);
  }
}
