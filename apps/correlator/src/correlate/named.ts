import { isBefore, placeFrom } from './by-onset.js';
import { isOwn } from './fault.js';
import type { Standing } from './graph.js';
import type { GraphView } from './graph-view.js';
import { NAME } from './keys.js';
import type { Traits } from './traits.js';
import { areInOneArea, areTogether } from './whereabouts.js';

/** What is named and what names it come within so long. */
const NAMED_MS = 30 * 60_000;

/**
 * What an alert goes with, beside what it follows from: the first that is about what its text names. That says nothing of which is
 * the cause.
 */
export function namedBy(standing: Standing, view: GraphView): Standing | undefined {
  if (!mayName(standing)) return undefined;
  const { mentions, onset } = standing.traits;
  let first: Traits | undefined;
  for (const key of mentions) {
    if (!key.startsWith(NAME)) continue;
    for (const [, list] of view.offering(key)) {
      for (let at = placeFrom(list, onset - NAMED_MS); at < list.length; at += 1) {
        const other = list[at];
        if (other === undefined || other.onset > onset + NAMED_MS) break;
        if (first !== undefined && !isBefore(other, first)) break;
        if (other.owns.includes(key) && isNamedBy(standing, view.get(other.id))) first = other;
      }
    }
  }
  return first === undefined ? undefined : view.get(first.id);
}

/** Those that go with an alert because they name it, and not with another one that they name. */
export function namersOf(standing: Standing, view: GraphView): readonly Standing[] {
  const { owns, onset } = standing.traits;
  const found = new Map<string, Standing>();
  for (const key of owns) {
    if (!key.startsWith(NAME)) continue;
    for (const [, list] of view.needing(key)) {
      for (let at = placeFrom(list, onset - NAMED_MS); at < list.length; at += 1) {
        const other = list[at];
        if (other === undefined || other.onset > onset + NAMED_MS) break;
        const near = other.mentions.includes(key) ? view.get(other.id) : undefined;
        if (near === undefined) continue;
        if (mayName(near) && isNamedBy(near, standing) && isEarlier(standing, near, view))
          found.set(other.id, near);
      }
    }
  }
  return [...found.values()];
}

/** Of some alerts, those that name another one, with that: pairs to be put together. */
export function namedPairs(standings: readonly Standing[]): readonly (readonly [Standing, Standing])[] {
  const known = new Map(standings.map((standing) => [standing.traits.id, standing]));
  return standings.flatMap((standing) => {
    const named = known.get(standing.named ?? '');
    return named === undefined ? [] : [[standing, named] as const];
  });
}

/** What is only for information, or says that it is its own fault goes with nothing by a word. */
function mayName({ traits: { fault }, severity }: Standing): boolean {
  return severity !== 'P4' && !isOwn(fault);
}

function isNamedBy({ traits, aside }: Standing, other: Standing | undefined): boolean {
  if (other === undefined || other.traits.id === traits.id || other.aside !== aside) return false;
  if (other.endedAt !== undefined && other.endedAt < traits.onset) return false;
  return areTogether(traits, other.traits) && areInOneArea(traits, other.traits);
}

function isEarlier({ traits }: Standing, { named }: Standing, view: GraphView): boolean {
  const known = named === undefined ? undefined : view.get(named);
  return known === undefined || isBefore(traits, known.traits);
}
