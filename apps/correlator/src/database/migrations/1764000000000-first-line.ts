import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Columns that an alert has wherever it stands. */
const ALERT_COLUMNS = `
  id uuid not null,
  scope text not null,
  fingerprint text not null,
  source_kind text not null,
  source_instance text not null,
  episode integer not null,
  severity text not null check (severity in ('P0', 'P1', 'P2', 'P3', 'P4')),
  title text not null,
  labels jsonb not null,
  details jsonb not null,
  starts_at timestamptz,
  latest_starts_at timestamptz,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  updated_at timestamptz not null,
  observations integer not null,
  heard_at timestamptz not null,
  heard_seq bigint not null,
  acknowledged_at timestamptz,
  acknowledged jsonb,
  resolved_at timestamptz,
  resolved jsonb,
  ended_by_source_at timestamptz,
  ended_by_source_seq bigint,
  correlation_id uuid not null,
  due_at timestamptz`;

export class FirstLine1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create table alerts_active (${ALERT_COLUMNS}, primary key (id)) with (fillfactor = 80)`,
    );
    // The newest episode of a fingerprint is the first row of a backward walk.
    await runner.query(
      `create unique index alerts_active_episode on alerts_active (scope, fingerprint, episode)`,
    );
    await runner.query(`create index alerts_active_problem on alerts_active (correlation_id)`);
    // due_at is moved when it comes due and not with each repeat, so that repeats touch no index.
    await runner.query(`create index alerts_active_due on alerts_active (due_at) where due_at is not null`);

    await runner.query(`
      create table alerts_archive (${ALERT_COLUMNS},
        archived_at timestamptz not null,
        archived jsonb not null,
        primary key (id, archived_at)
      ) partition by range (archived_at)`);
    await runner.query(
      `create index alerts_archive_fingerprint on alerts_archive (scope, fingerprint, episode)`,
    );
    await runner.query(`create index alerts_archive_problem on alerts_archive (correlation_id)`);
    // A server that was built without lz4 keeps its default.
    await runner.query(`
      do $$ begin
        alter table alerts_archive alter column labels set compression lz4, alter column details set compression lz4;
      exception when feature_not_supported then null;
      end $$`);
    await runner.query(`create table alerts_archive_default partition of alerts_archive default`);

    await runner.query(`
      create table problems (
        id uuid primary key,
        scope text not null,
        version integer not null,
        severity text not null,
        title text not null,
        source_kind text not null,
        source_instance text not null,
        primary_alert_id uuid not null,
        starts_at timestamptz not null,
        opened_at timestamptz not null,
        updated_at timestamptz not null,
        acknowledged_at timestamptz,
        acknowledged jsonb,
        resolved_at timestamptz,
        resolved jsonb,
        archived_at timestamptz,
        archived jsonb,
        channel text not null,
        timeline jsonb not null,
        told jsonb not null,
        untold jsonb not null
      ) with (fillfactor = 80)`);
    await runner.query(
      `create index problems_open on problems (id) where resolved_at is null and archived_at is null`,
    );
    await runner.query(`create index problems_untold on problems (id) where untold <> '[]'::jsonb`);

    await runner.query(`
      create table alert_actions (
        id uuid not null,
        at timestamptz not null,
        alert_id uuid not null,
        problem_id uuid not null,
        action text not null,
        actor jsonb not null,
        why text not null,
        before text,
        cause text not null,
        primary key (id, at)
      ) partition by range (at)`);
    await runner.query(`create index alert_actions_alert on alert_actions (alert_id, at)`);
    await runner.query(`create table alert_actions_default partition of alert_actions default`);
    await runner.query(`
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
      end $$`);
    await runner.query(`
      create trigger alert_actions_append_only before update or delete on alert_actions
      for each row execute function refuse_change()`);
    await runner.query(`
      create trigger alert_actions_not_truncated before truncate on alert_actions
      for each statement execute function refuse_change()`);

    await runner.query(`
      create table reports (
        id text primary key,
        scope text not null,
        source_kind text not null,
        source_instance text not null,
        accepted_at timestamptz not null,
        decided_at timestamptz not null,
        seqs bigint[] not null,
        observations integer not null
      )`);
    await runner.query(`create index reports_decided on reports (decided_at)`);
    await runner.query(`
      create table decisions (
        cause text primary key,
        scope text not null,
        at timestamptz not null,
        decided jsonb not null
      )`);
    await runner.query(`create index decisions_at on decisions (at)`);
    await runner.query(`
      create table ledger (
        scope text primary key,
        reports bigint not null default 0,
        duplicates bigint not null default 0,
        observations bigint not null default 0,
        repeated bigint not null default 0,
        late bigint not null default 0,
        to_tell bigint not null default 0,
        watermark timestamptz not null
      ) with (fillfactor = 50)`);
    await runner.query(`
      create table dead_lettered (
        id text primary key,
        at timestamptz not null,
        origin text not null,
        report_id text,
        stream_seq bigint,
        observations integer not null,
        reason text not null
      )`);
    await runner.query(`
      create table commands (
        id text primary key,
        at timestamptz not null,
        outcome jsonb not null
      )`);
    await runner.query(`create index commands_at on commands (at)`);
    await runner.query(`
      create table outbox (
        id text primary key,
        created_at timestamptz not null default clock_timestamp(),
        subject text not null,
        body text not null
      )`);
    await runner.query(`create index outbox_created on outbox (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'outbox',
      'commands',
      'dead_lettered',
      'ledger',
      'decisions',
      'reports',
      'alert_actions',
      'problems',
      'alerts_archive',
      'alerts_active',
    ]) {
      await runner.query(`drop table ${table}`);
    }
    await runner.query(`drop function refuse_change()`);
  }
}
