import type { ClusterTopology } from '@gomon/contracts';
import { z } from 'zod';
import { TopologyGraph } from '../correlate/topology-graph.js';
import type { Topology } from '../decide/about.js';
import { START } from './moment.js';

/** All that happens in a scenario happens in one cluster. */
export const SCOPE = 'default';

const namespace = z.string().default('');
const names = z.array(z.string()).default([]);

/** What the watcher of a cluster would publish. */
export const topology = z
  .strictObject({
    nodes: z.array(z.strictObject({ name: z.string(), zone: z.string().optional() })).default([]),
    pods: z
      .array(
        z.strictObject({
          namespace,
          name: z.string(),
          node: z.string().optional(),
          workload: z.string().optional(),
          services: names,
        }),
      )
      .default([]),
    ingresses: z.array(z.strictObject({ namespace, name: z.string(), services: names })).default([]),
    pvcs: z.array(z.strictObject({ namespace, name: z.string(), pods: names })).default([]),
  })
  .transform((graph): ClusterTopology => ({ cluster: 'scenario', scope: SCOPE, at: START, ...graph }));

/** The graph of a cluster, as `decide` asks about it. */
export function topologyOf(told: ClusterTopology): Topology {
  const graph = new TopologyGraph();
  graph.add(told);
  return graph;
}
