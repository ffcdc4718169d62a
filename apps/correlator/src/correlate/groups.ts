import { causeOf, effectsOf } from './causes.js';
import { burstPairs, mayPartBurst, problemsOfBursts } from './bursts.js';
import { isBefore } from './by-onset.js';
import type { Standing } from './graph.js';
import type { GraphView } from './graph-view.js';
import type { Pack } from './kinds.js';
import { alikePairs, drawnBy, likeIt, mayPartAlike, mayPartFromCause, type Alike } from './likeness.js';
import { namedBy, namedPairs, namersOf } from './named.js';
import { Sets } from './sets.js';
import { explainAround } from './sole-cause.js';

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

/** An alert with what it follows from, and what it names, among all that are open, whatever it is known to be before. */
export function connected(
  { cause: _, named: __, ...standing }: Standing,
  view: GraphView,
  pack: Pack,
): Standing {
  const cause = causeOf(standing, view, pack);
  const named = namedBy(standing, view)?.traits.id;
  return {
    ...standing,
    ...(cause === undefined ? {} : { cause }),
    ...(named === undefined ? {} : { named }),
  };
}

/** Puts new alerts where they belong, one after another, and with them whatever belongs together because of them. */
export class Grouping {
  /** Of problems: which are to be one. */
  private sets = new Sets();
  private readonly linked = new Set<string>();
  /** Problems of which a part may belong elsewhere now. */
  private readonly parting = new Set<string>();
  /** By problem: the new alerts that it was opened with. */
  private readonly fresh = new Map<string, string[]>();
  /** Alerts that follow from something else than before. */
  private readonly taken = new Set<string>();
  /** What those followed from before. */
  private readonly left = new Set<string>();
  /** Problems of alerts that were taken again: any part of them may go with something else now. */
  private readonly again = new Set<string>();

  constructor(
    private readonly view: GraphView,
    private readonly pack: Pack,
    private readonly problems: Problems,
  ) {}

  take(standing: Standing): void {
    const { view, pack } = this;
    const placed = connected(standing, view, pack);
    const { problemId, cause } = placed;
    view.put(placed);
    const fresh = this.fresh.get(problemId);
    if (fresh === undefined) this.fresh.set(problemId, [placed.traits.id]);
    else fresh.push(placed.traits.id);
    const of = cause === undefined ? undefined : view.get(cause.id)?.problemId;
    if (of !== undefined) this.link(problemId, of);
    const effects = effectsOf(placed, view, pack);
    const drawing: Standing[] = [];
    for (const effect of effects) {
      const { standing: before } = effect;
      const after = { ...before, cause: effect.cause };
      if (before.cause === undefined) {
        if (mayPartBurst(before, view) || mayPartAlike(before, after, view))
          this.parting.add(after.problemId);
        drawing.push(after);
      }
      view.put(after);
      this.taken.add(after.traits.id);
      if (before.cause !== undefined) this.left.add(before.cause.id);
      this.link(problemId, after.problemId);
    }
    // What it follows from instead is seen when all of them are put.
    for (const { standing: before } of effects)
      if (mayPartFromCause(before, placed, view)) this.parting.add(before.problemId);
    if (cause !== undefined) drawing.push(placed);
    for (const one of drawing) this.follow(one, drawnBy(one, view));
    if (cause === undefined) this.goWithAlike(placed);
    const named = view.get(placed.named ?? '');
    if (named !== undefined) this.link(problemId, named.problemId);
    for (const one of namersOf(placed, view)) {
      if (one.named !== undefined) this.parting.add(one.problemId);
      view.put({ ...one, named: placed.traits.id });
      this.link(one.problemId, problemId);
    }
  }

  /** One that is known, and that something else than before keeps from being told. */
  takeAgain({ cause: before, ...standing }: Standing): void {
    this.again.add(standing.problemId);
    this.take(standing);
    if (this.view.get(standing.traits.id)?.cause?.id !== before?.id) this.parting.add(standing.problemId);
  }

  private follow({ problemId }: Standing, { problems, mayPart: isParting }: Alike): void {
    for (const one of problems) this.link(problemId, one);
    if (isParting) this.parting.add(problemId);
  }

  private link(one: string, other: string): void {
    this.linked.add(one);
    this.linked.add(other);
    this.sets.unite(one, other);
  }

  /** To be asked once, after all were taken. */
  placement(): Placement {
    const touched = new Set<string>();
    const primaries = new Map<string, string>();
    this.settle(touched, primaries);
    this.sets = new Sets();
    this.linked.clear();
    this.parting.clear();
    if (!this.explain()) return { touched, primaries };
    this.fresh.clear();
    this.settle(touched, primaries);
    return { touched, primaries };
  }

  /** Looks for what only one thing explains, now that it is known what follows from what. Answers whether anything has changed. */
  private explain(): boolean {
    const { view, pack } = this;
    if (pack.sole.length === 0) return false;
    explainAround(
      new Set([...[...this.fresh.values()].flat(), ...this.taken, ...this.left]),
      view,
      pack,
      (one, cause) => {
        const { cause: before, ...rest } = one;
        const after: Standing = cause === undefined ? rest : { ...rest, cause };
        if (before !== undefined || mayPartAlike(one, after, view)) this.parting.add(one.problemId);
        view.put(after);
        this.taken.add(one.traits.id);
        const to = cause === undefined ? undefined : view.get(cause.id)?.problemId;
        if (to !== undefined) this.link(one.problemId, to);
        if (cause !== undefined) this.follow(after, drawnBy(after, view));
        else this.goWithAlike(after);
      },
    );
    return this.linked.size + this.parting.size > 0;
  }

  private goWithAlike(standing: Standing): void {
    this.follow(standing, likeIt(standing, this.view));
    for (const one of problemsOfBursts(standing, this.view)) this.link(standing.problemId, one);
  }

  private settle(touched: Set<string>, primaries: Map<string, string>): void {
    for (const ids of Map.groupBy(new Set([...this.linked, ...this.parting]), (id) =>
      this.sets.find(id),
    ).values()) {
      const isOne = !ids.some((id) => this.parting.has(id));
      if (ids.length === 1 && isOne) continue;
      for (const id of ids) touched.add(id);
      // What is not loaded is asked for, and then it is decided once more.
      if (ids.some((id) => (primaries.get(id) ?? this.problems.primaryOf(id)) === undefined)) continue;
      const placed =
        (isOne ? this.merged(ids, primaries) : undefined) ??
        regroup(ids, this.view, this.problems, primaries);
      for (const id of placed.touched) touched.add(id);
      for (const [id, primary] of placed.primaries) primaries.set(id, primary);
    }
  }

  /** Problems that are one now and lose nothing. Undefined: that has to be found among all of their alerts. */
  private merged(ids: readonly string[], primaries: ReadonlyMap<string, string>): Placement | undefined {
    const { problems, view } = this;
    if (ids.some((id) => this.again.has(id) || view.hasPlaced(id))) return undefined;
    const roots: Standing[] = [];
    for (const id of ids) {
      const fresh = this.fresh.get(id);
      const leading = fresh ?? [primaries.get(id) ?? problems.primaryOf(id) ?? ''];
      for (const one of leading.flatMap((each) => view.get(each) ?? [])) {
        const isTaken = fresh === undefined && this.taken.has(one.traits.id);
        if (isTaken && isMoreThanOne(view.membersOf(id))) return undefined;
        if (!isTaken && (fresh === undefined || one.cause === undefined)) roots.push(one);
      }
    }
    const [first, ...others] = roots;
    if (first === undefined) return undefined;
    const primary = others.reduce((best, one) => (isLikelier(one, best) ? one : best), first).traits.id;
    const home = ids.reduce((best, id) => (problems.isOlder(id, best) ? id : best));
    for (const id of ids)
      if (id !== home)
        for (const standing of [...view.membersOf(id)]) view.put({ ...standing, problemId: home });
    const isSame =
      problems.primaryOf(home) === primary && ids.every((id) => id === home || this.fresh.has(id));
    return { touched: new Set(ids), primaries: isSame ? new Map() : new Map([[home, primary]]) };
  }
}

/**
 * Finds anew which of the alerts of some problems belong together, and to which problem each group belongs. `led`: the likely
 * causes of problems that were regrouped before; a new one is called by its own, and has to stay with that.
 */
function regroup(
  problemIds: readonly string[],
  view: GraphView,
  problems: Problems,
  led: ReadonlyMap<string, string>,
): Placement {
  const standings = [...new Set(problemIds)].flatMap((id) => [...view.membersOf(id)]);
  const groups = groupsOf(standings);
  const touched = new Set(problemIds);
  const primaries = new Map<string, string>();
  const homes = homesOf(groups, problems, led);
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
  for (const [problemId, of] of placed)
    sets.hold(
      problemId,
      of.map(({ traits }) => traits.id),
    );
  const caused = standings.filter(({ cause }) => cause !== undefined && known.has(cause.id));
  // Each that nobody has placed goes with its cause; only then may one that is placed bring its cause in.
  for (const { traits, cause } of [
    ...caused.filter((standing) => !isPlaced(standing)),
    ...caused.filter(isPlaced).sort(byScore),
  ])
    if (cause !== undefined) sets.unite(traits.id, cause.id);
  for (const pairs of [alikePairs(standings), burstPairs(standings), namedPairs(standings)])
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
  return one === other ? inTheirOrder(a, b) : other - one;
}

/** Where not all can be put together, which are does not depend on the order of arrival. */
function byOnset([a, b]: readonly [Standing, Standing], [c, d]: readonly [Standing, Standing]): number {
  return inTheirOrder(a, c) || inTheirOrder(b, d);
}

function inTheirOrder({ traits: a }: Standing, { traits: b }: Standing): number {
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
  led: ReadonlyMap<string, string>,
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
    const byPrimary = groupOf.get(led.get(problemId) ?? problems.primaryOf(problemId) ?? '');
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
  if (roots.length === 0) return firstOfRound(group);
  const [first, ...others] = roots;
  if (first === undefined) throw new Error('a group has no alerts');
  return others.reduce((best, one) => (isLikelier(one, best) ? one : best), first);
}

/** Where all follow from one another: the first of those that do so in a round. */
function firstOfRound(group: readonly Standing[]): Standing {
  const byId = new Map(group.map((standing) => [standing.traits.id, standing]));
  const [start] = group;
  if (start === undefined) throw new Error('a group has no alerts');
  const seen = new Set<Standing>();
  let at = start;
  while (!seen.has(at)) {
    seen.add(at);
    at = byId.get(at.cause?.id ?? '') ?? at;
  }
  let first = at;
  for (
    let next = byId.get(at.cause?.id ?? '');
    next !== undefined && next !== at;
    next = byId.get(next.cause?.id ?? '')
  )
    if (isBefore(next.traits, first.traits)) first = next;
  return first;
}

function isMoreThanOne(members: Generator<Standing>): boolean {
  return members.next().done !== true && members.next().done !== true;
}

/** How two data stores, or two symptoms of a service, lie to each other says nothing of which came from which: the first is likelier. */
function layerOf({ traits }: Standing): number {
  const { depth } = traits.role.kind;
  const layer = LAYERS.find(({ from, to }) => depth >= from && depth <= to);
  return layer?.from ?? depth;
}

const LAYERS = [
  { from: 5.7, to: 6.3 },
  { from: 9, to: 10 },
];

function isLikelier(a: Standing, b: Standing): boolean {
  const [one, other] = [layerOf(a), layerOf(b)];
  return one === other ? isBefore(a.traits, b.traits) : one < other;
}
