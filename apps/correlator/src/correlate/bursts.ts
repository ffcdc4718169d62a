import { isUrgent } from '@gomon/contracts';
import { inOrder, neighbours, type TwoLists } from './by-onset.js';
import { areTogether } from './whereabouts.js';
import { isSole, type Standing } from './graph.js';
import type { GraphView } from './graph-view.js';
import type { Burst } from './group-keys.js';
import { isSeenFromOutside } from './kinds.js';
import type { Traits } from './traits.js';

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

/** Whether an alert may be part of a burst: what follows from something that is known of it is no part of one. */
function isUnexplained(standing: Standing): boolean {
  return standing.cause === undefined || isSole(standing);
}

/** By what those of a burst are told apart. */
function subjectIn({ isAcross }: Pick<Burst, 'isAcross'>, { subject, cluster }: Traits): string {
  return isAcross === true ? cluster : subject;
}

/** Whether two may be of one burst. */
function mayBeOne({ isAcross }: Burst, one: Traits, other: Traits): boolean {
  return isAcross === true ? one.environment === other.environment : areTogether(one, other);
}

/** Whether an alert may be part of a burst: what gets through by itself is no part of an outage only because it happens at once. */
function mayJoin({ isUrgent: isOfUrgent, isOutage }: Burst, { severity }: Standing): boolean {
  if (isOfUrgent === true && !isUrgent(severity)) return false;
  return isOutage !== true || severity !== 'P0';
}

/** Whether so many are no chance. */
function areEnough({ least, isOutage, ...burst }: Burst, chain: readonly Standing[]): boolean {
  if (isOutage === true && !chain.some(({ traits }) => isSeenFromOutside(traits.role.kind))) return false;
  return new Set(chain.map(({ traits }) => subjectIn(burst, traits))).size >= least;
}

/** Undefined: they are not enough to be no chance. */
function burstAround(standing: Standing, burst: Burst, view: GraphView): ReadonlySet<string> | undefined {
  const { key, least } = burst;
  const lists = view.burstOf(key);
  if (lists[0].length + lists[1].length < least || !mayJoin(burst, standing)) return undefined;
  const chain = [standing];
  for (const step of [-1, 1] as const) chain.push(...chainOf(lists, standing, step, burst, view));
  if (!areEnough(burst, chain)) return undefined;
  return new Set(chain.slice(1).map(({ problemId }) => problemId));
}

/** Those to one side of an alert that follow each other closely. */
function* chainOf(
  lists: TwoLists,
  { traits, aside }: Standing,
  step: -1 | 1,
  burst: Burst,
  view: GraphView,
): Generator<Standing> {
  let last = traits.onset;
  for (const other of neighbours(lists, traits, step)) {
    if (Math.abs(other.onset - last) > burst.gapMs) return;
    const found = view.get(other.id);
    if (found === undefined || !isUnexplained(found) || found.aside !== aside) continue;
    if (!mayJoin(burst, found)) continue;
    if (!mayBeOne(burst, traits, other)) continue;
    last = other.onset;
    yield found;
  }
}

/** Whether an alert is part of a burst, which it leaves, and which may fall apart, when it follows from something. */
export function mayPartBurst(standing: Standing, view: GraphView): boolean {
  return standing.traits.bursts.some((burst) => burstAround(standing, burst, view) !== undefined);
}

/** Of alerts, those that come as a burst: pairs to be put together. */
export function burstPairs(standings: readonly Standing[]): readonly (readonly [Standing, Standing])[] {
  const byKey = new Map<string, { readonly burst: Burst; readonly list: Standing[] }>();
  for (const standing of standings) {
    if (!isUnexplained(standing)) continue;
    for (const burst of standing.traits.bursts) {
      if (!mayJoin(burst, standing)) continue;
      const known = byKey.get(burst.key);
      if (known === undefined) byKey.set(burst.key, { burst, list: [standing] });
      else known.list.push(standing);
    }
  }
  const pairs: (readonly [Standing, Standing])[] = [];
  for (const { burst, list } of byKey.values()) {
    if (list.length < burst.least) continue;
    for (const chain of chainsIn(inOrder(list), burst)) {
      if (!areEnough(burst, chain)) continue;
      for (const [index, standing] of chain.entries()) {
        const before = chain[index - 1];
        if (before !== undefined) pairs.push([standing, before]);
      }
    }
  }
  return pairs;
}

function chainsIn(list: readonly Standing[], burst: Burst): readonly (readonly Standing[])[] {
  const chains: Standing[][] = [];
  for (const standing of list) {
    const chain = chains.findLast((one) => {
      const last = one.at(-1);
      return (
        last !== undefined &&
        standing.traits.onset - last.traits.onset <= burst.gapMs &&
        standing.aside === last.aside &&
        mayBeOne(burst, standing.traits, last.traits)
      );
    });
    if (chain === undefined) chains.push([standing]);
    else chain.push(standing);
  }
  return chains;
}
