import { conditionOf, type Node } from '../cluster/objects.js';
import { lines, ZONE, type Context } from './context.js';
import { ended, held, undecided } from './hold.js';
import { isLeaving } from './leaving.js';
import { ageMs, iso, MINUTE_MS, msOf } from './times.js';
import type { Finding } from './verdict.js';

/** A new node needs some time to become ready. */
const YOUNG_MS = 5 * MINUTE_MS;
/** A node that is meant to go is no news for so long; then it counts as any other (k8s-rules G6). */
const LEAVING_MS = 10 * MINUTE_MS;

type Said = 'False' | 'Unknown';

/** The kubelet speaks, and says no. */
export function nodeNotReady(context: Context): readonly Finding[] {
  const isQuorumLost = hasLostQuorum(context.view.nodes);
  return context.view.nodes.flatMap((node) => {
    const finding = judged(node, 'False', context);
    if (finding === undefined) return [];
    const isWorst = isQuorumLost && isControlPlane(node) && finding.severity === undefined;
    return [isWorst ? { ...finding, severity: 'P0' as const } : finding];
  });
}

/** Nothing is heard of the kubelet; the grace of the node controller (40 or 50 s) is over by then. */
export function nodeUnreachable(context: Context): readonly Finding[] {
  return context.view.nodes.flatMap((node) => judged(node, 'Unknown', context) ?? []);
}

function judged(node: Node, said: Said, context: Context): Finding | undefined {
  const timed = timedOf(node, said, context);
  return timed === undefined ? undefined : { ...wordsOf(node, said, context), ...timed };
}

/** One turns into the other: then what was before stays open until the node is ready. */
function timedOf(
  node: Node,
  said: Said,
  { now, holdMs, endMs }: Context,
): Pick<Finding, 'state' | 'since' | 'changesAt' | 'severity'> | undefined {
  const { metadata, status } = node;
  const ready = conditionOf(status.conditions, 'Ready');
  const changedAt = msOf(ready?.lastTransitionTime);
  if (metadata.deletionTimestamp !== undefined || ready === undefined || changedAt === undefined) {
    return undefined;
  }
  if (ageMs(msOf(metadata.creationTimestamp) ?? 0, now) < YOUNG_MS) return undefined;
  if (ready.status === 'True') return ended(changedAt, endMs, now);
  if (ready.status !== said) return undecided(changedAt);
  const timed = held(changedAt, holdMs, now);
  if (!isLeaving(node) || ageMs(changedAt, now) >= LEAVING_MS) return timed;
  return { severity: 'P4', changesAt: iso(changedAt + LEAVING_MS), ...timed };
}

function wordsOf({ metadata, spec, status }: Node, said: Said, { view }: Context) {
  const { name, labels } = metadata;
  const ready = conditionOf(status.conditions, 'Ready');
  const zone = labels[ZONE];
  const pods = view.pods.filter(({ spec: { nodeName } }) => nodeName === name).length;
  return {
    subject: { kind: 'Node', name },
    labels: {
      node: name,
      ...(zone === undefined ? {} : { zone }),
      ...(ready?.reason === undefined ? {} : { reason: ready.reason }),
    },
    title: `Node ${name} ${said === 'False' ? 'is not ready' : 'cannot be reached'}`,
    description: lines(
      `${ready?.reason ?? 'no reason'}: ${ready?.message ?? 'no message'}`,
      said === 'Unknown' && ready?.status === 'Unknown' && ready.lastHeartbeatTime !== undefined
        ? `Last heard of at ${ready.lastHeartbeatTime}.`
        : undefined,
      spec.providerID === undefined ? undefined : `Instance: ${spec.providerID}.`,
      `${pods} pods are on it.`,
    ),
  };
}

function isControlPlane({ metadata }: Node): boolean {
  return 'node-role.kubernetes.io/control-plane' in metadata.labels;
}

/** Fewer than a majority of the control plane's nodes are ready: etcd is taken to be on them. */
function hasLostQuorum(nodes: readonly Node[]): boolean {
  const all = nodes.filter(isControlPlane);
  const ready = all.filter(({ status }) => conditionOf(status.conditions, 'Ready')?.status === 'True');
  return ready.length <= all.length / 2;
}
