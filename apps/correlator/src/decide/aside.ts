import type { GraphView } from '../correlate/graph-view.js';
import type { Standing } from '../correlate/graph.js';
import type { Mutes } from './mutes.js';

/** By what something is kept from being told, as a word; undefined: by nothing. */
export function asideBy(mutes: Pick<Mutes, 'keys'> | undefined): string | undefined {
  return mutes === undefined ? undefined : mutes.keys.toSorted().join(' ');
}

/** Keeps all alerts of a problem from what is not kept from being told by the same. Answers them as they are now. */
export function setAside(problemId: string, aside: string | undefined, view: GraphView): readonly Standing[] {
  const members = [...view.membersOf(problemId)].map(({ aside: _, ...standing }): Standing =>
    aside === undefined ? standing : { ...standing, aside },
  );
  for (const standing of members) view.put(standing);
  return members;
}
