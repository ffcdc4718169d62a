import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Problems that wait for their cause before they call somebody, and who was called of late. */
export class IncidentsWait1765252800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table problems add column incident_at timestamptz`);
    await runner.query(`create index incidents_opened on incidents (scope, opened_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index incidents_opened`);
    await runner.query(`alter table problems drop column incident_at`);
  }
}
