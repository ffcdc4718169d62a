import type { ClusterHealth } from '@gomon/contracts';
import { z } from 'zod';
import type { ClusterView } from './cluster.js';
import { conditionOf } from './objects.js';
import { quantityOf } from './quantity.js';

type Counts = Omit<ClusterHealth, 'cluster' | 'scope' | 'at' | 'blindSince'>;

/** Of metrics.k8s.io/v1beta1. */
export const nodeMetrics = z.object({
  items: z.array(z.object({ usage: z.object({ cpu: z.string(), memory: z.string() }) })),
});
export type NodeMetrics = z.infer<typeof nodeMetrics>;

/** Counts a cluster. `metrics`: undefined where there is no metrics API. */
export function healthOf(view: ClusterView, metrics: NodeMetrics | undefined): Counts {
  const namespaceData: Counts['namespaceData'] = {};
  for (const { metadata, status } of view.pods) {
    const counts = (namespaceData[metadata.namespace] ??= { pods: 0, running: 0, failed: 0 });
    counts.pods += 1;
    if (status.phase === 'Running') counts.running += 1;
    if (status.phase === 'Failed') counts.failed += 1;
  }
  const count = (phase: string) => view.pods.filter(({ status }) => status.phase === phase).length;
  return {
    nodeCount: view.nodes.length,
    readyNodes: view.nodes.filter(({ status }) => conditionOf(status.conditions, 'Ready')?.status === 'True')
      .length,
    podCount: view.pods.length,
    runningPods: count('Running'),
    failedPods: count('Failed'),
    namespaceData,
    ...(metrics === undefined ? {} : { resourceMetrics: resourcesOf(view, metrics) }),
  };
}

function resourcesOf(view: ClusterView, metrics: NodeMetrics): NonNullable<Counts['resourceMetrics']> {
  const sum = (texts: readonly (string | undefined)[]) =>
    texts.reduce((total, text) => total + (quantityOf(text ?? '') ?? 0), 0);
  return {
    cpuUsed: sum(metrics.items.map(({ usage }) => usage.cpu)),
    cpuAllocatable: sum(view.nodes.map(({ status }) => status.allocatable['cpu'])),
    memoryUsed: sum(metrics.items.map(({ usage }) => usage.memory)),
    memoryAllocatable: sum(view.nodes.map(({ status }) => status.allocatable['memory'])),
  };
}
