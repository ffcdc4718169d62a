import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People decide which alerts are one problem, and the rules leave those alerts alone. */
export class WhatPeoplePlaced1764990000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['alerts_active', 'alerts_archive'])
      await runner.query(`alter table ${table} add column placed jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['alerts_active', 'alerts_archive'])
      await runner.query(`alter table ${table} drop column placed`);
  }
}
