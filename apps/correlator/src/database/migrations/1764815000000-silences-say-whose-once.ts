import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which alert a silence is for stands in its `data`: the column beside it was never written, and nobody reads it. */
export class SilencesSayWhoseOnce1764815000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table silences drop column alert_fingerprint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table silences add column alert_fingerprint text`);
  }
}
