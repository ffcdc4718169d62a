import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Incidents in a provider, snapshots of sources, and the health of clusters. */
export class IncidentsAndClusters1764090000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table incidents (
        id uuid primary key,
        scope text not null,
        problem_id uuid not null unique,
        opened_at timestamptz not null,
        opened_by jsonb not null,
        why text not null,
        resolved_at timestamptz,
        opsgenie_incident_id text,
        external_url text,
        provider_status text check (provider_status in ('open', 'resolved')),
        linked_at timestamptz,
        failure jsonb,
        updated_at timestamptz not null
      ) with (fillfactor = 80)`);
    // Adding a column with a constant default rewrites nothing.
    for (const table of ['alerts_active', 'alerts_archive']) {
      await runner.query(
        `alter table ${table} add column extent text, add column missed_looks integer not null default 0`,
      );
    }
    await runner.query(`
      create index alerts_active_extent on alerts_active (scope, source_kind, source_instance, extent)
      where extent is not null and resolved_at is null`);
    await runner.query(`
      create table cluster_health (
        scope text not null,
        cluster text not null,
        at timestamptz not null,
        node_count integer not null,
        ready_nodes integer not null,
        pod_count integer not null,
        running_pods integer not null,
        failed_pods integer not null,
        namespace_data jsonb not null,
        resource_metrics jsonb,
        blind_since timestamptz,
        primary key (scope, cluster, at)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table cluster_health`);
    await runner.query(`drop index alerts_active_extent`);
    for (const table of ['alerts_active', 'alerts_archive']) {
      await runner.query(`alter table ${table} drop column extent, drop column missed_looks`);
    }
    await runner.query(`drop table incidents`);
  }
}
