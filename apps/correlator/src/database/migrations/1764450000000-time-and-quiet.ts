import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happens because time passes, and what is kept quiet: holds, reminders, mutes, flapping, heartbeats; what alerts are about. */
export class TimeAndQuiet1764450000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['alerts_active', 'alerts_archive']) {
      // Columns with no default, or a constant one, rewrite nothing.
      await runner.query(
        `alter table ${table} add column about jsonb not null default '{}', add column inhibits text[],
           add column changes jsonb, add column flapping_since timestamptz, add column muted jsonb`,
      );
    }
    await runner.query(
      `create index alerts_active_inhibits on alerts_active using gin (inhibits)
       where inhibits is not null and resolved_at is null`,
    );
    await runner.query(`create index alerts_active_muted on alerts_active (id) where muted is not null`);
    await runner.query(
      `alter table problems add column asking jsonb, add column held_until timestamptz, add column muted jsonb,
         add column mute_keys text[], add column due_at timestamptz`,
    );
    await runner.query(`create index problems_due on problems (due_at) where due_at is not null`);
    await runner.query(
      `create index problems_mute_keys on problems using gin (mute_keys) where mute_keys is not null`,
    );
    await runner.query(`alter table ledger add column muted bigint not null default 0`);
    await runner.query(`alter table alert_actions add column rules_version integer`);
    await runner.query(
      `create table silences (
         id uuid primary key,
         data jsonb not null,
         starts_at timestamptz not null,
         ends_at timestamptz,
         expired_at timestamptz,
         next_at timestamptz,
         alert_fingerprint text,
         revision bigint not null,
         muted bigint not null default 0,
         last_muted_at timestamptz
       )`,
    );
    await runner.query(`create index silences_next on silences (next_at) where next_at is not null`);
    await runner.query(`create index silences_revision on silences (revision)`);
    await runner.query(
      `create table heartbeats (
         id uuid primary key,
         scope text not null,
         name text not null,
         source_kind text not null,
         source_instance text not null,
         last_seen_at timestamptz not null,
         missing_since timestamptz,
         due_at timestamptz
       ) with (fillfactor = 50)`,
    );
    await runner.query(`create index heartbeats_due on heartbeats (due_at) where due_at is not null`);
    await runner.query(
      `create table tokens (
         name text primary key,
         role text not null check (role in ('viewer', 'responder', 'admin')),
         hash text not null unique,
         created_at timestamptz not null,
         created_by jsonb not null,
         last_used_at timestamptz,
         revoked_at timestamptz,
         revoked_by jsonb
       )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table tokens`);
    await runner.query(`drop table heartbeats`);
    await runner.query(`drop table silences`);
    await runner.query(`alter table alert_actions drop column rules_version`);
    await runner.query(`alter table ledger drop column muted`);
    await runner.query(
      `alter table problems drop column asking, drop column held_until, drop column muted, drop column mute_keys,
         drop column due_at`,
    );
    await runner.query(`drop index alerts_active_muted`);
    await runner.query(`drop index alerts_active_inhibits`);
    for (const table of ['alerts_active', 'alerts_archive']) {
      await runner.query(
        `alter table ${table} drop column about, drop column inhibits, drop column changes, drop column flapping_since,
           drop column muted`,
      );
    }
  }
}
