import { conditionOf, type Node } from '../cluster/objects.js';

/**
 * By the cluster autoscaler, Karpenter, whoever says that it is out of service, and notices of the clouds: those that
 * kubernetes-mixin leaves out of its alert for unreachable nodes (`kubeNodeUnreachableIgnoreKeys`), and the others by which
 * aws-node-termination-handler announces an end (its README, `TAINT_NODE`).
 */
const TAINTS = new Set([
  'ToBeDeletedByClusterAutoscaler',
  'karpenter.sh/disrupted',
  'node.kubernetes.io/out-of-service',
  'aws-node-termination-handler/spot-itn',
  'aws-node-termination-handler/scheduled-maintenance',
  'aws-node-termination-handler/asg-lifecycle-termination',
  'cloud.google.com/impending-node-termination',
]);
const CONDITIONS = ['DrainInProgress', 'MaintenanceInProgress', 'GracefulNodeShutdownInProgress'];

/** A node that is meant to go (k8s-rules G6). `DeletionCandidateOfClusterAutoscaler` means nothing by itself. */
export function isLeaving({ spec, status }: Node): boolean {
  return (
    spec.unschedulable ||
    spec.taints.some(({ key }) => TAINTS.has(key)) ||
    CONDITIONS.some((type) => conditionOf(status.conditions, type)?.status === 'True')
  );
}
