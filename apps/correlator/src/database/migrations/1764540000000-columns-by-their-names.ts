import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATUS = `case when resolved_at is not null then 'resolved' when acknowledged_at is not null then 'acknowledged'
  when escalated_at is not null then 'escalated' else 'firing' end`;

/** What operators' queries call columns that are kept under other names, or inside others. */
const NAMES: readonly (readonly [string, string, string])[] = [
  ['status', 'text', STATUS],
  ['source', 'text', 'source_kind'],
  ['namespace', 'text', `about ->> 'namespace'`],
  ['description', 'text', `details -> 'annotations' ->> 'description'`],
  ['annotations', 'jsonb', `details -> 'annotations'`],
  ['jaeger_trace_id', 'text', `about ->> 'traceId'`],
  ['created_at', 'timestamptz', 'first_seen_at'],
];

/** Alerts can be escalated, and are looked for by state, place, time, title and labels. */
export class ColumnsByTheirNames1764540000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A virtual column costs nothing and rewrites nothing; before PostgreSQL 18 there are stored ones alone.
    const [{ version }] = (await runner.query(
      `select current_setting('server_version_num')::int as version`,
    )) as [{ version: number }];
    const kind = version >= 180_000 ? 'virtual' : 'stored';
    for (const table of ['alerts_active', 'alerts_archive']) {
      await runner.query(
        `alter table ${table} add column escalated_at timestamptz, add column escalated jsonb,
           add column incident_id uuid, add column lease_until timestamptz`,
      );
      const columns = NAMES.map(
        ([name, type, expression]) =>
          `add column ${name} ${type} generated always as (${table === 'alerts_archive' && name === 'status' ? `'archived'` : expression}) ${kind}`,
      );
      await runner.query(`alter table ${table} ${columns.join(', ')}`);
    }
    // By expressions: a virtual column has no index of its own, and a query for it finds these.
    await runner.query(
      `create index alerts_active_status on alerts_active ((${STATUS}), severity, first_seen_at)`,
    );
    await runner.query(
      `create index alerts_active_namespace on alerts_active ((about ->> 'namespace'), (${STATUS}))`,
    );
    await runner.query(`create index alerts_active_times on alerts_active (first_seen_at, updated_at)`);
    await runner.query(`create index alerts_active_title on alerts_active (title)`);
    await runner.query(
      `create index alerts_active_labels on alerts_active using gin (labels jsonb_path_ops)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['labels', 'title', 'times', 'namespace', 'status'])
      await runner.query(`drop index alerts_active_${index}`);
    for (const table of ['alerts_active', 'alerts_archive']) {
      const columns = [
        ...NAMES.map(([name]) => name),
        'escalated_at',
        'escalated',
        'incident_id',
        'lease_until',
      ];
      await runner.query(`alter table ${table} ${columns.map((name) => `drop column ${name}`).join(', ')}`);
    }
  }
}
