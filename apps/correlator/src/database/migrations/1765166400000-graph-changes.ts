import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What each transaction has changed of a graph, so that other processes take up that and not all that is open. Lost in a crash,
 * which costs no more than a graph that is made anew: it is not logged.
 */
export class GraphChanges1765166400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create unlogged table graph_changes (
      revision uuid primary key,
      follows uuid,
      scope text not null,
      at timestamptz not null default clock_timestamp(),
      changed uuid[] not null,
      over uuid[] not null)`);
    await runner.query(`create index graph_changes_at on graph_changes (scope, at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table graph_changes`);
  }
}
