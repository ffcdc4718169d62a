import { conditionOf, type ContainerStatus, type Pod } from '../cluster/objects.js';
import { lines, type Context } from './context.js';
import { ended, held, undecided } from './hold.js';
import { aboutContainer, placeOf } from './pod-words.js';
import { iso, latestOf, MINUTE_MS, msOf, SECOND_MS } from './times.js';
import type { Finding } from './verdict.js';

/** Restarts from which on it is a loop (k8s-rules §1.1). */
const CRASHES = 3;
/** What starts so long after its end was held back. The first restart comes at once, the third after 20 s. */
const HELD_BACK_MS = 15 * SECOND_MS;
/** How long the fourth restart is held back: when it comes, the loop has lasted for so long. */
const FOURTH_BACK_OFF_MS = 40 * SECOND_MS;
/** After its last back-off it still counts for so long: the longest one is 5 minutes (k8s-rules §1.1). */
const LOOK_BACK_MS = 6 * MINUTE_MS;
/** Who has run for so long is not held back when it ends (k8s-rules §2). */
const BACK_OFF_RESET_MS = 10 * MINUTE_MS;

type Run = NonNullable<ContainerStatus['state']['terminated']>;

interface CrashLoop {
  readonly since: number;
  /** Since when at least, for the hold. */
  readonly heldSince: number;
  /** When it no longer counts, unless it crashes again. */
  readonly until?: number;
}

/**
 * CrashLoopBackOff alternates with running, so that one look may miss it: what was held back before it started last is in a
 * loop as well (k8s-rules §2). All of it is read from the container's last two ends and starts.
 */
function crashLoopOf(container: ContainerStatus, pod: Pod): CrashLoop | undefined {
  const { restartCount, state, lastState } = container;
  if (restartCount < CRASHES) return undefined;
  const last = lastState.terminated;
  if (state.waiting?.reason === 'CrashLoopBackOff') return sinceRun(last, restartCount, pod);
  if (state.terminated !== undefined) {
    const { startedAt, finishedAt, exitCode } = state.terminated;
    if (exitCode === 0 || !wasHeldBack(startedAt, last)) return undefined;
    const loop = sinceRun(state.terminated, restartCount, pod);
    return { ...loop, until: (msOf(finishedAt) ?? loop.since) + LOOK_BACK_MS };
  }
  const startedAt = msOf(state.running?.startedAt);
  if (startedAt === undefined || !wasHeldBack(state.running?.startedAt, last)) return undefined;
  const counted = restartCount - 1;
  const loop = counted < CRASHES ? { since: startedAt, heldSince: startedAt } : sinceRun(last, counted, pod);
  return { ...loop, until: startedAt + LOOK_BACK_MS };
}

/** A loop that a run was part of, which began after so many restarts. */
function sinceRun(run: Run | undefined, restarts: number, pod: Pod): CrashLoop {
  const endedAt = msOf(run?.finishedAt) ?? msOf(pod.metadata.creationTimestamp) ?? 0;
  const startedAt = msOf(run?.startedAt) ?? endedAt;
  if (endedAt - startedAt >= LOOK_BACK_MS) return { since: endedAt, heldSince: endedAt };
  return { since: startedAt, heldSince: startedAt - (restarts > CRASHES ? FOURTH_BACK_OFF_MS : 0) };
}

function wasHeldBack(startedAt: string | undefined, before: Run | undefined): boolean {
  const endedAt = msOf(before?.finishedAt);
  const waitedMs = (msOf(startedAt) ?? 0) - (endedAt ?? Infinity);
  const ranMs = (endedAt ?? 0) - (msOf(before?.startedAt) ?? endedAt ?? 0);
  return waitedMs >= HELD_BACK_MS && ranMs < BACK_OFF_RESET_MS;
}

/** Whether PodCrashLooping tells of it, or is about to. */
export function isCrashLooping(container: ContainerStatus, pod: Pod, now: number): boolean {
  const loop = crashLoopOf(container, pod);
  return loop !== undefined && (loop.until === undefined || now < loop.until);
}

/** Init containers have a rule of their own, and ephemeral ones are not looked at. */
export function crashLooping(pod: Pod, context: Context): readonly Finding[] {
  return pod.status.containerStatuses
    .filter(({ restartCount }) => restartCount >= CRASHES)
    .flatMap((container) => {
      const timed = timedOf(pod, container, context);
      return timed === undefined ? [] : [{ ...timed, ...wordsOf(pod, container, context) }];
    });
}

function timedOf(pod: Pod, container: ContainerStatus, { now, holdMs, endMs }: Context) {
  const loop = crashLoopOf(container, pod);
  if (loop !== undefined && isCrashLooping(container, pod, now)) {
    const { since, heldSince, until } = loop;
    const timed = { ...held(heldSince, holdMs, now), since: iso(since) };
    return timed.state === 'firing' && until !== undefined ? { ...timed, changesAt: iso(until) } : timed;
  }
  const { state, lastState, ready } = container;
  const startedAt = msOf(state.running?.startedAt);
  const endedAt = msOf((state.terminated ?? lastState.terminated)?.finishedAt);
  // It has ended for good: it has done what it was to do.
  if (state.terminated?.exitCode === 0) return ended(endedAt ?? 0, endMs, now);
  if (startedAt === undefined || !ready) return undecided(startedAt ?? endedAt ?? now);
  return ended(latestOf(startedAt, readySince(pod)) ?? startedAt, endMs, now);
}

function readySince({ status }: Pod): number | undefined {
  const ready = conditionOf(status.conditions, 'Ready');
  return ready?.status === 'True' ? msOf(ready.lastTransitionTime) : undefined;
}

function wordsOf(pod: Pod, container: ContainerStatus, context: Context) {
  const { state, lastState, name, restartCount } = container;
  const last = state.terminated ?? lastState.terminated;
  return {
    ...aboutContainer(pod, container, last?.reason, context),
    title: `${placeOf(pod, context)} crash-loops: exit ${last?.exitCode ?? '?'}, ${restartCount} restarts`,
    description: lines(
      `Container ${name} of pod ${pod.metadata.name} has restarted ${restartCount} times.`,
      last && `It ended with exit code ${last.exitCode} (${last.reason ?? 'no reason'}).`,
      last?.message,
      state.waiting?.message,
    ),
  };
}
