import { causeOf, effectsOf } from './causes.js';
import { isBefore, type Standing } from './graph.js';
import type { GraphView } from './graph-view.js';
import type { Pack } from './kinds.js';
import { alikePairs, burstPairs, isFirstAlike, problemsAlike, problemsOfBursts } from './siblings.js';

/** Which problems the rules may change, and which of two goes on when they become one. */
export interface Problems {
  /** Whether it is preferred to another one: the oldest that was told. */
  isOlder(a: string, b: string): boolean;
  primaryOf(problemId: string): string | undefined;
  /** The id of a problem for alerts that are no longer part of another one. */
  newId(alertId: string): string;
}

/** What became of the problems of alerts. */
export interface Placement {
  /** Problems that have gained or lost alerts, or have another likely cause. */
  readonly touched: ReadonlySet<string>;
  /** By problem: the likely cause of its alerts. Those that only took in what follows from what they had are not in it. */
  readonly primaries: ReadonlyMap<string, string>;
}

/** Puts one new alert where it belongs, and with it whatever belongs together because of it. */
export function place(standing: Standing, view: GraphView, pack: Pack, problems: Problems): Placement {
  const { problemId } = standing;
  const cause = causeOf(standing, view, pack);
  const placed: Standing = cause === undefined ? standing : { ...standing, cause };
  view.put(placed);
  const effects = effectsOf(placed, view, pack);
  const taken = effects.map((effect): Standing => ({ ...effect.standing, cause: effect.cause }));
  for (const one of taken) view.put(one);
  const unsettled = taken.filter(
    (one, index) => effects[index]?.standing.cause === undefined && isFirstAlike(one, view),
  );
  const alike = problemsAlike(placed, view);
  const linked = new Set([
    ...(cause === undefined ? [] : [view.get(cause.id)?.problemId ?? problemId]),
    ...alike,
    ...(cause === undefined ? problemsOfBursts(placed, view) : []),
    ...taken.map((one) => one.problemId),
    ...unsettled.flatMap((one) => [...problemsAlike(one, view)]),
  ]);
  linked.delete(problemId);
  if (linked.size === 0) return NOTHING;
  const [only] = linked;
  const isSettled = effects.length === 0 && (cause === undefined || !isFirstAlike(placed, view));
  if (linked.size === 1 && only !== undefined && isSettled && placed.isPlaced === undefined)
    return join(placed, only, view, problems);
  return regroup([problemId, ...linked], view, problems);
}

const NOTHING: Placement = { touched: new Set(), primaries: new Map() };

/** One more of a problem: what is known of its other alerts stays as it is. */
function join(standing: Standing, problemId: string, view: GraphView, problems: Problems): Placement {
  const target = problems.isOlder(standing.problemId, problemId) ? standing.problemId : problemId;
  if (target !== problemId) return regroup([standing.problemId, problemId], view, problems);
  view.put({ ...standing, problemId });
  const primary = view.get(problems.primaryOf(problemId) ?? '');
  const isDeeper = standing.cause === undefined && primary !== undefined && isLikelier(standing, primary);
  return {
    touched: new Set([problemId, standing.problemId]),
    primaries: isDeeper ? new Map([[problemId, standing.traits.id]]) : new Map(),
  };
}

/** Finds anew which of the alerts of some problems belong together, and to which problem each group belongs. */
function regroup(problemIds: readonly string[], view: GraphView, problems: Problems): Placement {
  const standings = [...new Set(problemIds)].flatMap((id) => [...view.membersOf(id)]);
  const groups = groupsOf(standings);
  const touched = new Set(problemIds);
  const primaries = new Map<string, string>();
  const homes = homesOf(groups, problems);
  for (const [index, group] of groups.entries()) {
    const primary = primaryOf(group);
    const home = homes[index] ?? problems.newId(primary.traits.id);
    touched.add(home);
    primaries.set(home, primary.traits.id);
    for (const standing of group) if (standing.problemId !== home) view.put({ ...standing, problemId: home });
  }
  return { touched, primaries };
}

/**
 * Connected by what follows from what, by likeness and by bursts. What people have put into one problem is one, and nothing
 * connects it with what they have put into another one.
 */
export function groupsOf(standings: readonly Standing[]): readonly (readonly Standing[])[] {
  const known = new Map(standings.map((standing) => [standing.traits.id, standing]));
  const sets = new Sets();
  const placed = Map.groupBy(standings.filter(isPlaced), ({ problemId }) => problemId);
  for (const [problemId, of] of placed) sets.hold(problemId, of);
  const caused = standings.filter(({ cause }) => cause !== undefined && known.has(cause.id));
  // Each that nobody has placed goes with its cause; only then may one that is placed bring its cause in.
  for (const { traits, cause } of [
    ...caused.filter((standing) => !isPlaced(standing)),
    ...caused.filter(isPlaced).sort(byScore),
  ])
    if (cause !== undefined) sets.unite(traits.id, cause.id);
  for (const pairs of [alikePairs(standings), burstPairs(standings)])
    for (const [one, other] of placed.size > 1 ? pairs.toSorted(byOnset) : pairs)
      sets.unite(one.traits.id, other.traits.id);
  const groups = Map.groupBy(standings, ({ traits }) => sets.find(traits.id));
  return [...groups.values()];
}

function isPlaced({ isPlaced: is }: Standing): boolean {
  return is === true;
}

function byScore(a: Standing, b: Standing): number {
  const [one, other] = [a.cause?.score ?? 0, b.cause?.score ?? 0];
  return one === other ? inOrder(a, b) : other - one;
}

/** Where not all can be put together, which are does not depend on the order of arrival. */
function byOnset([a, b]: readonly [Standing, Standing], [c, d]: readonly [Standing, Standing]): number {
  return inOrder(a, c) || inOrder(b, d);
}

function inOrder({ traits: a }: Standing, { traits: b }: Standing): number {
  if (a.id === b.id) return 0;
  return isBefore(a, b) ? -1 : 1;
}

/**
 * Each problem stays with the group of its likely cause; of several, the oldest stands for the group. What people have put into
 * a problem stays in it, and stands for its group.
 */
function homesOf(
  groups: readonly (readonly Standing[])[],
  problems: Problems,
): readonly (string | undefined)[] {
  const groupOf = new Map(
    groups.flatMap((group, index) => group.map(({ traits }) => [traits.id, index] as const)),
  );
  const claims = groups.map((): string[] => []);
  const held = new Map(
    groups.flatMap((group, index) =>
      group.filter(isPlaced).map(({ problemId }) => [problemId, index] as const),
    ),
  );
  const most = new Map<string, Map<number, number>>();
  for (const [index, group] of groups.entries())
    for (const { problemId } of group) {
      const counts = most.get(problemId) ?? new Map<number, number>();
      most.set(problemId, counts.set(index, (counts.get(index) ?? 0) + 1));
    }
  for (const [problemId, counts] of most) {
    const byPrimary = groupOf.get(problems.primaryOf(problemId) ?? '');
    const index = held.get(problemId) ?? byPrimary ?? [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
    claims[index]?.push(problemId);
  }
  const holders = new Map([...held].map(([problemId, index]) => [index, problemId]));
  return claims.map((ids, index) => {
    const holder = holders.get(index);
    if (holder !== undefined) return holder;
    return ids.length === 0 ? undefined : ids.reduce((best, id) => (problems.isOlder(id, best) ? id : best));
  });
}

/** Of those that follow from nothing in the group, what lies deepest, and of these the first. */
export function primaryOf(group: readonly Standing[]): Standing {
  const ids = new Set(group.map(({ traits }) => traits.id));
  const roots = group.filter(({ cause }) => cause === undefined || !ids.has(cause.id));
  const [first, ...others] = roots.length > 0 ? roots : group;
  if (first === undefined) throw new Error('a group has no alerts');
  return others.reduce((best, one) => (isLikelier(one, best) ? one : best), first);
}

function isLikelier(a: Standing, b: Standing): boolean {
  const [one, other] = [a.traits.role.kind.depth, b.traits.role.kind.depth];
  return one === other ? isBefore(a.traits, b.traits) : one < other;
}

/** Disjoint sets of ids, some of which are held by a problem: two that are held by different ones never become one. */
class Sets {
  private readonly parents = new Map<string, string>();
  private readonly holders = new Map<string, string>();

  hold(problemId: string, standings: readonly Standing[]): void {
    const [first, ...others] = standings;
    if (first === undefined) return;
    for (const { traits } of others) this.unite(traits.id, first.traits.id);
    this.holders.set(this.find(first.traits.id), problemId);
  }

  find(id: string): string {
    let root = id;
    for (let parent = this.parents.get(root); parent !== undefined; parent = this.parents.get(root))
      root = parent;
    for (let at = id; at !== root;) {
      const next = this.parents.get(at) ?? root;
      this.parents.set(at, root);
      at = next;
    }
    return root;
  }

  unite(a: string, b: string): void {
    const [one, other] = [this.find(a), this.find(b)];
    if (one === other) return;
    const [holder, another] = [this.holders.get(one), this.holders.get(other)];
    if (holder !== undefined && another !== undefined && holder !== another) return;
    this.parents.set(one, other);
    if (holder !== undefined) this.holders.set(other, holder);
  }
}
