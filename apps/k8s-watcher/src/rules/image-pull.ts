import { conditionOf, type ContainerStatus, type Pod } from '../cluster/objects.js';
import { lines, type Context } from './context.js';
import { ended, held, undecided } from './hold.js';
import { aboutContainer, imageOf, placeOf } from './pod-words.js';
import { latestOf, msOf } from './times.js';
import type { Finding } from './verdict.js';

/** Reasons, with what they mean where that is not clear from the message. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ErrImagePull', ''],
  ['ImagePullBackOff', ''],
  ['RegistryUnavailable', 'The registry does not answer.'],
  ['SignatureValidationFailed', 'The signature of the image is not accepted.'],
  ['InvalidImageName', 'The name is no name of an image: no retry will help.'],
  ['ErrImageNeverPull', 'It may not be pulled (imagePullPolicy: Never), and the node does not have it.'],
]);

export function isImageMissing({ state }: ContainerStatus): boolean {
  return REASONS.has(state.waiting?.reason ?? '');
}

/** An image that cannot be had. The first two minutes a pull secret may still arrive. */
export function imagePullFailed(pod: Pod, context: Context): readonly Finding[] {
  const { containerStatuses, initContainerStatuses } = pod.status;
  return [...initContainerStatuses, ...containerStatuses].flatMap((container) => {
    const timed = timedOf(pod, container, context);
    return timed === undefined ? [] : [{ ...timed, ...wordsOf(pod, container, context) }];
  });
}

function timedOf(pod: Pod, container: ContainerStatus, { now, holdMs, endMs }: Context) {
  if (isImageMissing(container)) return held(wantedSince(pod, container) ?? now, holdMs, now);
  const { state, lastState } = container;
  const started = msOf((state.running ?? state.terminated ?? lastState.terminated)?.startedAt);
  if (started !== undefined) return ended(started, endMs, now);
  // Created, and not started yet: it is over when the container starts (k8s-rules §1.1).
  return state.waiting === undefined ? undefined : undecided(wantedSince(pod, container) ?? now);
}

/** When its image was first wanted: scheduled, and all before it done. */
function wantedSince(pod: Pod, container: ContainerStatus): number | undefined {
  const { conditions, initContainerStatuses } = pod.status;
  const trueSince = (type: string) => {
    const condition = conditionOf(conditions, type);
    return condition?.status === 'True' ? msOf(condition.lastTransitionTime) : undefined;
  };
  const ends = initContainerStatuses.map(({ state }) => msOf(state.terminated?.finishedAt));
  const isInit = initContainerStatuses.includes(container);
  return latestOf(
    msOf(pod.metadata.creationTimestamp),
    trueSince('PodScheduled'),
    isInit ? undefined : trueSince('Initialized'),
    msOf(container.lastState.terminated?.finishedAt),
    ...ends,
  );
}

function wordsOf(pod: Pod, container: ContainerStatus, context: Context) {
  const { subject, labels } = aboutContainer(pod, container, container.state.waiting?.reason, context);
  const { reason = 'not pulled', message } = container.state.waiting ?? {};
  const image = imageOf(pod, container) ?? '';
  const { namespace = '', name } = subject;
  const served = context.index.deployment(namespace, name)?.status.availableReplicas ?? 0;
  const secrets = pod.spec.imagePullSecrets.map((secret) => secret.name);
  return {
    subject,
    labels,
    // The pods of before still serve.
    ...(subject.kind === 'Deployment' && served > 0 ? { severity: 'P3' as const } : {}),
    title: `${placeOf(pod, context)} cannot get its image ${image}`.trim(),
    description: lines(
      `Container ${container.name} of pod ${pod.metadata.name}: ${reason}${message === undefined ? '' : `: ${message}`}`,
      REASONS.get(reason),
      `Image: ${image === '' ? 'not known' : image}.`,
      secrets.length === 0 ? undefined : `Pull secrets: ${secrets.join(', ')}.`,
      served > 0 ? `${served} pods of before still serve.` : undefined,
    ),
  };
}
