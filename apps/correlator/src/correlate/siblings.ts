import { areTogether } from './causes.js';
import { isBefore, placeFrom, type ByOnset, type Standing } from './graph.js';
import type { GraphView } from './graph-view.js';
import type { Burst, Traits } from './traits.js';

/** Two words for one thing come within so long. */
export const ALIKE_MS = 30 * 60_000;
/** Those of a burst follow each other as closely. */
export const BURST_GAP_MS = 2 * 60_000;
/** So many neighbours are looked at to each side: what is further away is known by those. */
const MOST_NEIGHBOURS = 64;

/** Whether two may be two words for one thing: they are at one place, and both are told, or kept back by the same. */
function areAlike(one: Standing, other: Standing): boolean {
  return (
    one.aside === other.aside && areTogether(one.traits, other.traits, 'app') && areOnOneNode(one, other)
  );
}

/** What follows from a node is unlike what says that it is on another one. */
function areOnOneNode({ traits, cause }: Standing, { traits: other, cause: another }: Standing): boolean {
  const isElsewhere = (key: string | undefined, { needs }: Traits) =>
    key?.startsWith('node:') === true &&
    needs.some((one) => one.startsWith('node:')) &&
    !needs.some((one) => one === key);
  return !isElsewhere(another?.key, traits) && !isElsewhere(cause?.key, other);
}

/**
 * The problems of those that are alike: the nearest to each side that follows from nothing, and for one that follows from nothing
 * itself, those that follow from something.
 */
export function problemsAlike(standing: Standing, view: GraphView): ReadonlySet<string> {
  const { traits, cause } = standing;
  const problems = new Set<string>();
  for (const key of traits.alike)
    for (const list of view.alikeBy(key))
      for (const step of [-1, 1] as const) {
        let isNearFound = false;
        for (const other of neighbours(list, traits, step, ALIKE_MS)) {
          const near = view.get(other.id);
          if (near === undefined || !areAlike(standing, near)) continue;
          if (cause === undefined && near.cause !== undefined) problems.add(near.problemId);
          if (near.cause !== undefined || isNearFound) continue;
          isNearFound = true;
          problems.add(near.problemId);
        }
      }
  return problems;
}

/**
 * Whether an alert that follows from something is the first such of those that are alike: what follows from nothing goes with the
 * first, and may have gone with another one.
 */
export function isFirstAlike(standing: Standing, view: GraphView): boolean {
  const { traits } = standing;
  return traits.alike.some((key) => {
    let hasUncaused = false;
    let hasEarlier = false;
    for (const list of view.alikeBy(key))
      for (const step of [-1, 1] as const)
        for (const other of neighbours(list, traits, step, ALIKE_MS)) {
          const near = view.get(other.id);
          if (near === undefined || !areAlike(standing, near)) continue;
          if (near.cause === undefined) hasUncaused = true;
          else if (isBefore(other, traits)) hasEarlier = true;
          if (hasEarlier) break;
        }
    return hasUncaused && !hasEarlier;
  });
}

/** The problems of a burst that an alert, which follows from nothing, is part of. */
export function problemsOfBursts(standing: Standing, view: GraphView): ReadonlySet<string> {
  const problems = new Set<string>();
  for (const burst of standing.traits.bursts) {
    const around = burstAround(standing, burst, view);
    if (around === undefined) continue;
    for (const problemId of around) problems.add(problemId);
  }
  return problems;
}

/** Undefined: they are not enough to be no chance. */
function burstAround(
  standing: Standing,
  { key, least }: Burst,
  view: GraphView,
): ReadonlySet<string> | undefined {
  const subjects = new Set([standing.traits.subject]);
  const problems = new Set<string>();
  for (const near of chainOf(view.burstOf(key), standing, view)) {
    subjects.add(near.traits.subject);
    problems.add(near.problemId);
  }
  return subjects.size >= least ? problems : undefined;
}

/** Those around a moment that follow each other closely, to both sides. */
function* chainOf(
  [list, added]: readonly [ByOnset, ByOnset],
  standing: Standing,
  view: GraphView,
): Generator<Standing> {
  const { traits, aside } = standing;
  for (const step of [-1, 1] as const) {
    let last = traits.onset;
    const far = Number.POSITIVE_INFINITY;
    const near = [...neighbours(list, traits, step, far), ...neighbours(added, traits, step, far)];
    for (const other of near.sort((a, b) => step * (a.onset - b.onset))) {
      if (Math.abs(other.onset - last) > BURST_GAP_MS) break;
      const found = view.get(other.id);
      if (found === undefined || found.cause !== undefined || found.aside !== aside) continue;
      if (!areTogether(traits, other)) continue;
      last = other.onset;
      yield found;
    }
  }
}

function* neighbours(list: ByOnset, traits: Traits, step: -1 | 1, withinMs: number): Generator<Traits> {
  const from = placeFrom(list, traits.onset);
  let looked = 0;
  for (let at = step === 1 ? from : from - 1; looked < MOST_NEIGHBOURS; at += step) {
    const other = list[at];
    if (other === undefined || Math.abs(other.onset - traits.onset) > withinMs) return;
    if (other.id === traits.id) continue;
    looked += 1;
    yield other;
  }
}

/** Of alerts, by a key, those that one of the others is alike: pairs to be put together. */
export function alikePairs(standings: readonly Standing[]): readonly (readonly [Standing, Standing])[] {
  const byKey = new Map<string, Standing[]>();
  for (const standing of standings) {
    for (const key of standing.traits.alike) {
      const list = byKey.get(key);
      if (list === undefined) byKey.set(key, [standing]);
      else list.push(standing);
    }
  }
  const pairs: (readonly [Standing, Standing])[] = [];
  for (const list of byKey.values()) if (list.length > 1) pairs.push(...pairsIn(inOrder(list)));
  return pairs;
}

/** Each that follows from nothing goes with the first alike that follows from something, else with the one before it. */
function* pairsIn(list: readonly Standing[]): Generator<readonly [Standing, Standing]> {
  const caused = list.filter(({ cause }) => cause !== undefined);
  for (const [index, standing] of list.entries()) {
    if (standing.cause !== undefined) continue;
    const { traits } = standing;
    const near = (other: Standing) =>
      Math.abs(other.traits.onset - traits.onset) <= ALIKE_MS && areAlike(standing, other);
    const known = caused.find(near);
    if (known !== undefined) {
      yield [standing, known];
      continue;
    }
    for (let at = index - 1; at >= 0; at -= 1) {
      const other = list[at];
      if (other === undefined || traits.onset - other.traits.onset > ALIKE_MS) break;
      if (other.cause !== undefined || !near(other)) continue;
      yield [standing, other];
      break;
    }
  }
}

/** Of alerts, those that come as a burst: pairs to be put together. */
export function burstPairs(standings: readonly Standing[]): readonly (readonly [Standing, Standing])[] {
  const byKey = new Map<string, { readonly least: number; readonly list: Standing[] }>();
  for (const standing of standings) {
    if (standing.cause !== undefined) continue;
    for (const { key, least } of standing.traits.bursts) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, { least, list: [standing] });
      else known.list.push(standing);
    }
  }
  const pairs: (readonly [Standing, Standing])[] = [];
  for (const { least, list } of byKey.values()) {
    if (list.length < least) continue;
    for (const chain of chainsIn(inOrder(list))) {
      if (new Set(chain.map(({ traits }) => traits.subject)).size < least) continue;
      for (const [index, standing] of chain.entries()) {
        const before = chain[index - 1];
        if (before !== undefined) pairs.push([standing, before]);
      }
    }
  }
  return pairs;
}

function chainsIn(list: readonly Standing[]): readonly (readonly Standing[])[] {
  const chains: Standing[][] = [];
  for (const standing of list) {
    const chain = chains.findLast((one) => {
      const last = one.at(-1);
      return (
        last !== undefined &&
        standing.traits.onset - last.traits.onset <= BURST_GAP_MS &&
        standing.aside === last.aside &&
        areTogether(standing.traits, last.traits)
      );
    });
    if (chain === undefined) chains.push([standing]);
    else chain.push(standing);
  }
  return chains;
}

function inOrder(list: readonly Standing[]): readonly Standing[] {
  return list.toSorted((a, b) => (isBefore(a.traits, b.traits) ? -1 : 1));
}
