import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often each rule has matched, and when last, so that those which nobody needs are found. */
export class RuleMatches1764725000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create table rule_matches (
         section text not null,
         rule text not null,
         matches bigint not null,
         first_seen_at timestamptz not null,
         last_at timestamptz,
         primary key (section, rule)
       ) with (fillfactor = 50)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table rule_matches`);
  }
}
