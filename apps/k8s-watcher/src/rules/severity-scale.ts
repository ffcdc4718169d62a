import type { Severity } from '@gomon/contracts';
import type { ClusterIndex } from '../cluster/cluster.js';
import type { RuleSettings } from './rule-settings.js';
import type { Finding } from './verdict.js';

const STEPS: readonly Severity[] = ['P0', 'P1', 'P2', 'P3', 'P4'];
const MILDER = { production: 0, staging: 1, dev: 2 } as const;

/** One step is one severity; P0 only where a rule says so itself. */
function stepped(severity: Severity, by: number): Severity {
  const at = STEPS.indexOf(severity) + by;
  const worst = severity === 'P0' ? 0 : 1;
  return STEPS[Math.min(STEPS.length - 1, Math.max(worst, at))] ?? severity;
}

/**
 * The scales that hold for all rules (k8s-rules §1.0): worse where the cluster itself stands on it, and when it is all of a
 * workload; milder outside of production. The one pod of a workload of one is never above P2. A note stays a note.
 *
 * @param affected how many pods it holds of; undefined: their number says nothing
 */
export function scaled(
  severity: Severity,
  { subject, isCritical = false }: Pick<Finding, 'subject' | 'isCritical'>,
  affected: number | undefined,
  index: ClusterIndex,
  settings: RuleSettings,
): Severity {
  const { kind, namespace, name } = subject;
  const milder = MILDER[settings.profile];
  if (severity === 'P4') return severity;
  if (namespace === undefined) return stepped(severity, milder);
  const owner = { kind, namespace, name };
  const replicas = index.replicasOf(owner) ?? 0;
  const isSystem = isCritical || settings.systemNamespaces.has(namespace);
  // Also of those that a rollout has yet to remove: as long as one of them is well it is not all.
  const isAll =
    replicas > 0 && affected !== undefined && affected >= Math.max(replicas, livePodsOf(owner, index));
  const worse = stepped(severity, milder - (isSystem ? 1 : 0) - (isAll ? 1 : 0));
  return affected !== undefined && replicas === 1 && worse < 'P2' ? 'P2' : worse;
}

function livePodsOf(owner: Parameters<ClusterIndex['podsOf']>[0], index: ClusterIndex): number {
  return index
    .podsOf(owner)
    .filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined && status.phase !== 'Succeeded' && status.phase !== 'Failed',
    ).length;
}
