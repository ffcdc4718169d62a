import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Problems that many alerts join at once: how many of late, the storm, its newest digest, and what ended in one. */
export class Storms1765080000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table problems
      add column joins jsonb,
      add column storm jsonb,
      add column digest jsonb`);
    await runner.query(`create index problems_in_storm on problems (scope) where storm is not null`);
    await runner.query(`alter table ledger add column digested bigint not null default 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table ledger drop column digested`);
    await runner.query(`drop index problems_in_storm`);
    await runner.query(`alter table problems
      drop column digest,
      drop column storm,
      drop column joins`);
  }
}
