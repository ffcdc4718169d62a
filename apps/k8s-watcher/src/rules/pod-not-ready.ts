import { conditionOf, type Pod } from '../cluster/objects.js';
import { lines, type Context } from './context.js';
import { isCrashLooping } from './crash-loop.js';
import { ended, held, undecided } from './hold.js';
import { isImageMissing } from './image-pull.js';
import { isOfJob } from './pod-gates.js';
import { aboutPod, placeOf } from './pod-words.js';
import { latestOf, msOf, SECOND_MS } from './times.js';
import type { Finding } from './verdict.js';

/** Running and not ready, for longer than a start may take. Nobody waits for the readiness of a Job (kubernetes-mixin). */
export function podNotReady(pod: Pod, context: Context): readonly Finding[] {
  const ready = conditionOf(pod.status.conditions, 'Ready');
  const changedAt = msOf(ready?.lastTransitionTime);
  if (pod.status.phase !== 'Running' || ready === undefined || changedAt === undefined || isOfJob(pod)) {
    return [];
  }
  const timed =
    ready.status === 'True'
      ? ended(changedAt, context.endMs, context.now)
      : notReady(pod, changedAt, context);
  return timed === undefined ? [] : [{ ...timed, ...wordsOf(pod, context) }];
}

function notReady(pod: Pod, changedAt: number, { now, holdMs }: Context) {
  const { containerStatuses } = pod.status;
  const isToldElsewhere = containerStatuses.some(
    (container) => isImageMissing(container) || isCrashLooping(container, pod, now),
  );
  if (isToldElsewhere) return undecided(changedAt);
  const since = latestOf(changedAt, firstStart(pod)) ?? changedAt;
  const mayStartUntil = startBudget(pod, changedAt + holdMs);
  if (mayStartUntil !== undefined && now < mayStartUntil) return undecided(since, mayStartUntil);
  return held(since, holdMs, now);
}

/** A pod is not ready from its creation on, yet pulling its images is no fault: what runs for the first time counts from there. */
function firstStart({ status }: Pod): number | undefined {
  if (status.containerStatuses.some(({ restartCount }) => restartCount > 0)) return undefined;
  const starts = status.containerStatuses.flatMap(({ state }) => msOf(state.running?.startedAt) ?? []);
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/**
 * Until when startup probes have tries left. After a restart only once more: what the probe kills again and again is never
 * started.
 */
function startBudget(pod: Pod, dueAt: number): number | undefined {
  const ends = pod.status.containerStatuses.map(({ name, started, restartCount, state }) => {
    const probe = pod.spec.containers.find((container) => container.name === name)?.startupProbe;
    const startedAt = msOf(state.running?.startedAt);
    if (probe === undefined || started || startedAt === undefined) return undefined;
    const { initialDelaySeconds, periodSeconds, failureThreshold } = probe;
    const budgetMs = (initialDelaySeconds + periodSeconds * failureThreshold) * SECOND_MS;
    return restartCount === 0 ? startedAt + budgetMs : Math.min(startedAt, dueAt) + budgetMs;
  });
  return latestOf(...ends);
}

function wordsOf(pod: Pod, context: Context) {
  const { conditions, containerStatuses } = pod.status;
  const ready = conditionOf(conditions, 'Ready');
  const { subject, labels } = aboutPod(pod, context);
  const failing = containerStatuses.filter((container) => !container.ready).map(({ name }) => name);
  return {
    subject,
    labels: { ...labels, ...(ready?.reason === undefined ? {} : { reason: ready.reason }) },
    title: `${placeOf(pod, context)} is not ready`,
    description: lines(
      `Pod ${pod.metadata.name} is not ready: ${ready?.reason ?? 'no reason given'}.`,
      ready?.message,
      failing.length === 0 ? undefined : `Containers not ready: ${failing.join(', ')}.`,
    ),
  };
}
