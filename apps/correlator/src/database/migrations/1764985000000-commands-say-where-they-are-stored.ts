import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A command is found again in its stream, as a report is. */
export class CommandsSayWhereTheyAreStored1764985000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table commands add column seq bigint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table commands drop column seq`);
  }
}
