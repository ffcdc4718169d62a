import { conditionOf, type Deployment, type Workload } from '../cluster/objects.js';
import { controllerOf } from '../cluster/owner.js';
import { lines, type Context } from './context.js';
import { ended, held, undecided } from './hold.js';
import { msOf } from './times.js';
import type { Finding } from './verdict.js';

/** A rollout that has not come on within its deadline. */
export function rolloutStuck(context: Context): readonly Finding[] {
  return context.view.deployments.flatMap((deployment) => {
    const { metadata, spec } = deployment;
    const isIntended = spec.paused || spec.replicas === 0;
    if (metadata.deletionTimestamp !== undefined || isIntended) return [];
    const timed = timedOf(deployment, context);
    return timed === undefined ? [] : [{ ...timed, ...wordsOf(deployment, context) }];
  });
}

function timedOf({ metadata, status }: Deployment, { now, holdMs, endMs }: Context) {
  const progressing = conditionOf(status.conditions, 'Progressing');
  const changedAt = msOf(progressing?.lastTransitionTime);
  if (progressing === undefined || changedAt === undefined) return undefined;
  // Status of an older generation says nothing, for better or worse (k8s-rules G8).
  if (status.observedGeneration < metadata.generation) return undecided(changedAt);
  if (progressing.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded') {
    return held(changedAt, holdMs, now);
  }
  const isDone = progressing.status === 'True' && progressing.reason === 'NewReplicaSetAvailable';
  return isDone ? ended(changedAt, endMs, now) : undecided(changedAt);
}

function wordsOf(deployment: Deployment, { view }: Context) {
  const { metadata, spec, status } = deployment;
  const { namespace, name } = metadata;
  const sets = view.replicaSets
    .filter((set) => set.metadata.namespace === namespace && controllerOf(set)?.name === name)
    .toSorted((a, b) => revisionOf(b) - revisionOf(a));
  const [newest, before] = sets;
  const progressing = conditionOf(status.conditions, 'Progressing');
  const cause = metadata.annotations['kubernetes.io/change-cause'];
  return {
    subject: { kind: 'Deployment', namespace, name },
    labels: {
      workload: `deployment/${name}`,
      ...(progressing?.reason === undefined ? {} : { reason: progressing.reason }),
      ...(newest === undefined ? {} : { replicaset: newest.metadata.name }),
    },
    title: `Rollout of ${name} (${namespace}) is stuck`,
    description: lines(
      progressing?.message ?? progressing?.reason,
      `${status.availableReplicas} of ${spec.replicas} pods are available.`,
      imagesOf(deployment, before),
      cause === undefined ? undefined : `Change: ${cause}.`,
    ),
  };
}

function revisionOf({ metadata }: Workload): number {
  return Number(metadata.annotations['deployment.kubernetes.io/revision'] ?? 0) || 0;
}

/** Images that this rollout changes. */
function imagesOf({ spec }: Deployment, before: Workload | undefined): string | undefined {
  const old = new Map(before?.spec.template.spec.containers.map(({ name, image }) => [name, image]));
  const changes = spec.template.spec.containers
    .filter(({ name, image }) => image !== undefined && image !== old.get(name))
    .map(({ name, image = '' }) => {
      const from = old.get(name);
      return from === undefined ? image : `${from} → ${image}`;
    });
  return changes.length === 0 ? undefined : `Image: ${changes.join(', ')}.`;
}
