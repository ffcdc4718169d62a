import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People change the severity of a problem and make it somebody's; attention is asked for more than once. */
export class WhatPeopleDo1764360000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Columns without a default rewrite nothing.
    await runner.query(
      `alter table problems add column escalated_at timestamptz, add column escalated jsonb,
         add column assigned_to text, add column assigned jsonb, add column announced jsonb`,
    );
    for (const table of ['alerts_active', 'alerts_archive']) {
      await runner.query(`alter table ${table} add column assigned_to text, add column assigned jsonb`);
    }
    await runner.query(
      `create index alerts_active_assigned on alerts_active (assigned_to, id) where assigned_to is not null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index alerts_active_assigned`);
    for (const table of ['alerts_active', 'alerts_archive']) {
      await runner.query(`alter table ${table} drop column assigned_to, drop column assigned`);
    }
    await runner.query(
      `alter table problems drop column escalated_at, drop column escalated, drop column assigned_to, drop column assigned,
         drop column announced`,
    );
  }
}
