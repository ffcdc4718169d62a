import type { ContainerStatus, Pod } from '../cluster/objects.js';
import { lines, type Context } from './context.js';
import { held } from './hold.js';
import { aboutContainer, placeOf } from './pod-words.js';
import { ageMs, iso, msOf } from './times.js';
import type { Finding } from './verdict.js';

/**
 * A fact: it fires from the kill on and ages, whatever the container does now. Exit 137 with another reason is a SIGKILL and
 * no lack of memory (k8s-rules §2).
 */
export function oomKilled(pod: Pod, context: Context): readonly Finding[] {
  const { now, holdMs, endMs } = context;
  return pod.status.containerStatuses.flatMap((container) => {
    const kill = [container.state.terminated, container.lastState.terminated].find(
      (run) => run?.reason === 'OOMKilled',
    );
    const killedAt = msOf(kill?.finishedAt);
    if (killedAt === undefined || ageMs(killedAt, now) >= endMs) return [];
    return [
      {
        ...wordsOf(pod, container, killedAt, context),
        changesAt: iso(killedAt + endMs),
        ...held(killedAt, holdMs, now),
      },
    ];
  });
}

function wordsOf(pod: Pod, container: ContainerStatus, killedAt: number, context: Context) {
  const { name, restartCount } = container;
  const wanted = pod.spec.containers.find((each) => each.name === name)?.resources;
  const memory = (of: 'limits' | 'requests') => container.resources[of]['memory'] ?? wanted?.[of]['memory'];
  const limit = memory('limits');
  return {
    ...aboutContainer(pod, container, 'OOMKilled', context),
    title: `${placeOf(pod, context)} was killed: out of memory${limit === undefined ? '' : `, limit ${limit}`}`,
    description: lines(
      `Container ${name} of pod ${pod.metadata.name} was out of memory at ${iso(killedAt)} on node ${pod.spec.nodeName ?? 'unknown'}.`,
      `Memory: limit ${limit ?? 'none'}, request ${memory('requests') ?? 'none'}. Restarts: ${restartCount}.`,
    ),
  };
}
