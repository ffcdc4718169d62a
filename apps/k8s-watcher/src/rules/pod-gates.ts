import { controllerOf } from '../cluster/owner.js';
import { conditionOf, type Pod } from '../cluster/objects.js';
import type { Context } from './context.js';
import { ageMs, iso, msOf, SECOND_MS } from './times.js';
import type { Finding } from './verdict.js';

/** A pod that has just come may still be settling (k8s-rules G5). */
const GRACE_MS = 30 * SECOND_MS;

/** Priority classes of Kubernetes itself (k8s-rules §1.0, severity). */
const CRITICAL_CLASSES = new Set(['system-cluster-critical', 'system-node-critical']);

type Judge = (pod: Pod, context: Context) => readonly Finding[];

/**
 * A rule for every pod, behind the gates that hold for all of them (k8s-rules §1.0): none is told of a pod that is deleted,
 * finished or disrupted. What is found of one that has just come, or whose node does not answer, stays undecided: the node
 * tells it.
 */
export function ofPods(judge: Judge, isJudged = isAlive): (context: Context) => readonly Finding[] {
  return (context) =>
    context.view.pods
      .filter((pod) => !isGoing(pod) && isJudged(pod))
      .flatMap((pod) => {
        const isCritical = CRITICAL_CLASSES.has(pod.spec.priorityClassName ?? '');
        return judge(pod, context).map((finding) => waiting({ ...finding, isCritical }, pod, context));
      });
}

/** G1 and G3. */
function isGoing({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp !== undefined ||
    conditionOf(status.conditions, 'DisruptionTarget')?.status === 'True'
  );
}

/** G2. */
export function isAlive({ status }: Pod): boolean {
  return (
    status.phase !== 'Succeeded' &&
    status.phase !== 'Failed' &&
    conditionOf(status.conditions, 'Ready')?.reason !== 'PodCompleted'
  );
}

/** Also what has failed, but for pods of a Job: its retries belong to it (k8s-rules G2). */
export function isAliveOrFailed(pod: Pod): boolean {
  return isAlive(pod) || (pod.status.phase === 'Failed' && !isOfJob(pod));
}

export function isOfJob(pod: Pod): boolean {
  return controllerOf(pod)?.kind === 'Job';
}

function waiting(finding: Finding, pod: Pod, context: Context): Finding {
  const cause = lostNodeOf(pod, context);
  if (cause !== undefined) {
    return { ...finding, state: 'undecided', labels: { ...finding.labels, secondary: 'true', cause } };
  }
  const startedAt = msOf(pod.status.startTime ?? pod.metadata.creationTimestamp);
  if (finding.state !== 'firing' || startedAt === undefined) return finding;
  if (ageMs(startedAt, context.now) >= GRACE_MS) return finding;
  return { ...finding, state: 'undecided', changesAt: iso(startedAt + GRACE_MS) };
}

/** The alert of a pod's node, when that is not ready: then the pod's troubles are its node's (k8s-rules G4). */
function lostNodeOf(pod: Pod, { index }: Context): string | undefined {
  const node = index.node(pod.spec.nodeName);
  const ready = node === undefined ? undefined : conditionOf(node.status.conditions, 'Ready');
  if (node === undefined || ready === undefined || ready.status === 'True') return undefined;
  return `${ready.status === 'Unknown' ? 'NodeUnreachable' : 'NodeNotReady'}/${node.metadata.name}`;
}
