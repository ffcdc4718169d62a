import { isBefore, placeFrom, placeOf } from './by-onset.js';
import { isOwn } from './fault.js';
import type { Standing } from './graph.js';
import type { GraphView } from './graph-view.js';
import type { Lists } from './key-index.js';
import { NAME, type Key } from './keys.js';
import type { Traits } from './traits.js';
import { areInOneArea, areTogether, saySamePlace } from './whereabouts.js';

/** What is named and what names it come within so long. */
const NAMED_MS = 30 * 60_000;
/** So many that share a name are looked at. */
const MOST = 200;
/** And so many that are about the same. */
const FEW = 8;

/**
 * What an alert goes with, beside what it follows from: the first that is about what its text names. That says nothing of which is
 * the cause.
 */
export function namedBy(standing: Standing, view: GraphView): Standing | undefined {
  if (isOwn(standing.traits.fault)) return undefined;
  let first: Standing | undefined;
  for (const key of namedIn(standing.traits)) {
    for (const other of around(standing, view.offering(key))) {
      if (first !== undefined && !isBefore(other, first.traits)) continue;
      const near = isCalled(other, key) ? view.get(other.id) : undefined;
      if (near !== undefined && mayName(standing, near)) first = near;
    }
  }
  return first;
}

/** Those that go with an alert because they name it, and not with another one that they name. */
export function namersOf(standing: Standing, view: GraphView): readonly Standing[] {
  const found = new Map<string, Standing>();
  for (const key of standing.traits.owns) {
    if (!key.startsWith(NAME) || !isCalled(standing.traits, key)) continue;
    const from = takenUntil(key, standing, view) + 1;
    for (const other of around(standing, view.needing(key), from)) {
      const near = isNamedIn(other, key) && !isOwn(other.fault) ? view.get(other.id) : undefined;
      if (near !== undefined && mayName(near, standing) && isEarlier(standing, near, view))
        found.set(other.id, near);
    }
  }
  return [...found.values()];
}

/** What names an alert until then names one of that name that came before it: there is nothing to look for. */
function takenUntil(key: Key, { traits, aside }: Standing, view: GraphView): number {
  let until = Number.NEGATIVE_INFINITY;
  for (const [, list] of view.offering(key)) {
    const at = placeOf(list, traits) - 1;
    for (let back = at; back >= 0 && back > at - FEW; back -= 1) {
      const before = list[back];
      if (before === undefined || before.onset < traits.onset - NAMED_MS) break;
      if (!isCalled(before, key) || !areMeantAlike(before, traits)) continue;
      const near = view.get(before.id);
      if (near === undefined || near.endedAt !== undefined || near.aside !== aside) continue;
      until = Math.max(until, before.onset + NAMED_MS);
      break;
    }
  }
  return until;
}

/** Whether whoever may mean the one may mean the other. */
function areMeantAlike(one: Traits, other: Traits): boolean {
  return (
    saySamePlace(one, other) &&
    one.areas.size === other.areas.size &&
    [...one.areas].every(([label, value]) => other.areas.get(label) === value)
  );
}

/** Those that share a name with an alert, and come within some time of it, and not before another time. */
function* around(
  { traits: { onset } }: Standing,
  lists: Lists,
  notBefore = Number.NEGATIVE_INFINITY,
): Generator<Traits> {
  for (const [, list] of lists) {
    const from = placeFrom(list, Math.max(onset - NAMED_MS, notBefore));
    for (let at = from; at < from + MOST; at += 1) {
      const other = list[at];
      if (other === undefined || other.onset > onset + NAMED_MS) break;
      yield other;
    }
  }
}

/** Of some alerts, those that name another one, with that: pairs to be put together. */
export function namedPairs(standings: readonly Standing[]): readonly (readonly [Standing, Standing])[] {
  const known = new Map(standings.map((standing) => [standing.traits.id, standing]));
  return standings.flatMap((standing) => {
    const named = known.get(standing.named ?? '');
    return named === undefined ? [] : [[standing, named] as const];
  });
}

/** What an alert calls something else by, in its text or in its labels. */
function* namedIn({ mentions, points }: Traits): Generator<Key> {
  for (const key of mentions) if (key.startsWith(NAME)) yield key;
  yield* points;
}

function isNamedIn({ mentions, points }: Traits, key: Key): boolean {
  return mentions.includes(key) || points.includes(key);
}

/** Whether it is a name of an alert, and nothing that one of its labels points at. */
function isCalled({ owns, points }: Traits, key: Key): boolean {
  return owns.includes(key) && !points.includes(key);
}

/** Whether one may mean the other by a name that it has. */
function mayName({ traits, aside }: Standing, named: Standing): boolean {
  if (named.traits.id === traits.id || named.aside !== aside) return false;
  if (named.endedAt !== undefined && named.endedAt < traits.onset) return false;
  return areTogether(traits, named.traits) && areInOneArea(traits, named.traits);
}

function isEarlier({ traits }: Standing, { named }: Standing, view: GraphView): boolean {
  const known = named === undefined ? undefined : view.get(named);
  return known === undefined || isBefore(traits, known.traits);
}
