import type { ClusterHealth, clusterHealthAnswer, clusterHealthQuery } from '@gomon/contracts';
import type { z } from 'zod';
import type { Database } from '../database/database.js';

/** Keeps what a watcher has counted; the same count again changes nothing. */
export async function recordClusterHealth(database: Database, health: ClusterHealth): Promise<void> {
  await database.query(
    `insert into cluster_health (scope, cluster, at, node_count, ready_nodes, pod_count, running_pods, failed_pods,
       namespace_data, resource_metrics, blind_since)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
    [
      health.scope,
      health.cluster,
      health.at,
      health.nodeCount,
      health.readyNodes,
      health.podCount,
      health.runningPods,
      health.failedPods,
      JSON.stringify(health.namespaceData),
      health.resourceMetrics === undefined ? null : JSON.stringify(health.resourceMetrics),
      health.blindSince ?? null,
    ],
  );
}

interface HealthRow {
  readonly scope: string;
  readonly cluster: string;
  readonly at: Date;
  readonly node_count: number;
  readonly ready_nodes: number;
  readonly pod_count: number;
  readonly running_pods: number;
  readonly failed_pods: number;
  readonly namespace_data: ClusterHealth['namespaceData'];
  readonly resource_metrics: ClusterHealth['resourceMetrics'] | null;
  readonly blind_since: Date | null;
}

/** The newest of each cluster. */
export async function findClusterHealth(
  database: Database,
  { scope }: z.infer<typeof clusterHealthQuery>,
): Promise<z.infer<typeof clusterHealthAnswer>> {
  const rows = await database.query<HealthRow>(
    `select distinct on (scope, cluster) * from cluster_health
     where ($1::text is null or scope = $1) order by scope, cluster, at desc`,
    [scope ?? null],
  );
  return {
    items: rows.map((row) => ({
      cluster: row.cluster,
      scope: row.scope,
      at: row.at.toISOString(),
      nodeCount: row.node_count,
      readyNodes: row.ready_nodes,
      podCount: row.pod_count,
      runningPods: row.running_pods,
      failedPods: row.failed_pods,
      namespaceData: row.namespace_data,
      ...(row.resource_metrics === null ? {} : { resourceMetrics: row.resource_metrics }),
      ...(row.blind_since === null ? {} : { blindSince: row.blind_since.toISOString() }),
    })),
  };
}
