import { z } from 'zod';
import { cloudEvent } from './cloud-event.js';
import { timestamp } from './timestamp.js';

const count = z.number().int().nonnegative();

/** How a Kubernetes cluster is, as counted by its watcher. */
export const clusterHealth = z.object({
  /** The cluster's name. */
  cluster: z.string().min(1),
  scope: z.string().min(1),
  at: timestamp,
  nodeCount: count,
  readyNodes: count,
  podCount: count,
  runningPods: count,
  failedPods: count,
  /** By namespace, of those that are watched. */
  namespaceData: z.record(z.string(), z.object({ pods: count, running: count, failed: count })),
  /** Use of the nodes in cores and bytes; absent where there is no metrics API. */
  resourceMetrics: z
    .object({
      cpuUsed: z.number().nonnegative(),
      cpuAllocatable: z.number().nonnegative(),
      memoryUsed: z.number().nonnegative(),
      memoryAllocatable: z.number().nonnegative(),
    })
    .optional(),
  /** Set while the API server cannot be seen: the counts are the last ones known. */
  blindSince: timestamp.optional(),
});
export type ClusterHealth = z.infer<typeof clusterHealth>;

/** What runs on what: by it alerts are put together. Names are those of Kubernetes. */
export const clusterTopology = z.object({
  cluster: z.string().min(1),
  scope: z.string().min(1),
  at: timestamp,
  /** A large graph is split; parts count from 0 and have the same `at`. */
  part: z.object({ index: count, of: z.number().int().positive() }).optional(),
  nodes: z.array(z.object({ name: z.string(), zone: z.string().optional() })),
  pods: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      node: z.string().optional(),
      /** E.g. `deployment/cart`. */
      workload: z.string().optional(),
      services: z.array(z.string()),
    }),
  ),
  ingresses: z.array(z.object({ namespace: z.string(), name: z.string(), services: z.array(z.string()) })),
  pvcs: z.array(z.object({ namespace: z.string(), name: z.string(), pods: z.array(z.string()) })),
});
export type ClusterTopology = z.infer<typeof clusterTopology>;

export const clusterHealthEvent = cloudEvent('gomon.cluster.v1.health', clusterHealth);
export type ClusterHealthEvent = z.infer<typeof clusterHealthEvent>;
export const clusterTopologyEvent = cloudEvent('gomon.cluster.v1.topology', clusterTopology);
export type ClusterTopologyEvent = z.infer<typeof clusterTopologyEvent>;
