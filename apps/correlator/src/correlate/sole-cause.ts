import { isUrgent } from '@gomon/contracts';
import { isBefore, placeFrom } from './by-onset.js';
import { areTogether } from './causes.js';
import type { Cause, Standing } from './graph.js';
import type { GraphView } from './graph-view.js';
import type { Pack, SolePattern } from './kinds.js';

/** What all share. */
const ANYWHERE = 'cluster:';
/** So many are looked at, of each kind. */
const MOST = 200;

/** Whether an alert is said to follow from what it follows from because nothing else would explain it. */
export function isSole({ cause }: Standing, { sole }: Pack): boolean {
  return cause !== undefined && sole.some(({ pattern }) => pattern.name === cause.pattern);
}

/**
 * What an alert follows from because one problem, and no other, would explain it. Undefined: there is none, or more than one, or
 * something better is known.
 */
export function soleCauseOf(standing: Standing, view: GraphView, pack: Pack): Cause | undefined {
  if (standing.cause !== undefined && !isSole(standing, pack)) return undefined;
  for (const one of pack.sole) {
    if (!one.isEffect(standing.traits.role)) continue;
    const explaining = explanationsOf(standing, one, view);
    const [first, ...others] = explaining;
    if (first === undefined || others.some(({ problemId }) => problemId !== first.problemId)) continue;
    const { id } = others.reduce((a, b) => (isBefore(b.traits, a.traits) ? b : a), first).traits;
    return { id, score: one.pattern.weight, pattern: one.pattern.name, key: ANYWHERE };
  }
  return undefined;
}

/** What would explain an alert, where it is bad enough. */
function explanationsOf(
  { traits, aside }: Standing,
  { pattern, isCause }: SolePattern,
  view: GraphView,
): readonly Standing[] {
  const found: Standing[] = [];
  for (const [role, list] of view.byRole()) {
    if (!isCause(role)) continue;
    const until = traits.onset + pattern.earlyMs;
    let looked = 0;
    for (let at = placeFrom(list, traits.onset - pattern.withinMs); looked < MOST; at += 1, looked += 1) {
      const other = list[at];
      if (other === undefined || other.onset > until) break;
      const near = view.get(other.id);
      if (near === undefined || near.aside !== aside || !isUrgent(near.severity) || other.isHabit) continue;
      if (near.endedAt !== undefined && near.endedAt < traits.onset) continue;
      if (areTogether(traits, other)) found.push(near);
    }
  }
  return found;
}

/** Alerts around a new one of which it may be seen now what they follow from. */
export function effectsNear({ traits }: Standing, view: GraphView, pack: Pack): readonly Standing[] {
  const found: Standing[] = [];
  for (const { pattern, isCause, isEffect } of pack.sole) {
    if (!isCause(traits.role)) continue;
    for (const [role, list] of view.byRole()) {
      if (!isEffect(role)) continue;
      const until = traits.onset + pattern.withinMs;
      let looked = 0;
      for (let at = placeFrom(list, traits.onset - pattern.earlyMs); looked < MOST; at += 1, looked += 1) {
        const other = list[at];
        if (other === undefined || other.onset > until) break;
        const near = view.get(other.id);
        if (near !== undefined && (near.cause === undefined || isSole(near, pack))) found.push(near);
      }
    }
  }
  return found;
}
