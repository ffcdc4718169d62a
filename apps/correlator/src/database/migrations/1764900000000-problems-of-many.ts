import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Problems have many alerts: how many, why one is taken for their cause, and into which other one a problem was merged. */
export class ProblemsOfMany1764900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table problems
      add column alerts_total integer not null default 1,
      add column alerts_firing integer not null default 1,
      add column likely_cause jsonb,
      add column merged jsonb`);
    await runner.query(`update problems set alerts_firing = 0 where resolved_at is not null`);
    await runner.query(`alter table ledger add column merged bigint not null default 0`);
    await runner.query(`create table graphs (scope text primary key, revision uuid not null)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table graphs`);
    await runner.query(`alter table ledger drop column merged`);
    await runner.query(`alter table problems
      drop column merged,
      drop column likely_cause,
      drop column alerts_firing,
      drop column alerts_total`);
  }
}
