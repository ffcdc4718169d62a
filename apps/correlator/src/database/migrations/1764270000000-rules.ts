import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The versions of the rules file; the newest is in force. */
export class Rules1764270000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create table rules (
         version integer primary key,
         hash text not null,
         content text not null,
         origin text not null check (origin in ('file', 'api', 'rollback')),
         actor jsonb not null,
         note text,
         applied_at timestamptz not null default clock_timestamp()
       )`,
    );
    await runner.query(
      `create trigger rules_append_only before update or delete on rules
       for each row execute function refuse_change()`,
    );
    await runner.query(
      `create trigger rules_not_truncated before truncate on rules
       for each statement execute function refuse_change()`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table rules`);
  }
}
