import { inOrder, neighbours, type TwoLists } from './by-onset.js';
import { areAtOneSite, areTogether, mayBeAtOneSite, saySamePlace } from './whereabouts.js';
import { OF_ANOTHER, OF_CERTIFICATE, OF_SERVICE, OF_SET, OF_STORE } from './group-keys.js';
import type { Standing } from './graph.js';
import type { GraphView } from './graph-view.js';
import type { Traits } from './traits.js';

/** Two words for one thing come within so long. */
const ALIKE_MS = 30 * 60_000;
/** What fires again while what it was a part of is not over goes on with that. */
const AGAIN_MS = 6 * 60 * 60_000;

/** What is wrong with a data store or a certificate lasts, and shows in other words hours later. */
const LASTING_MS = 6 * 60 * 60_000;
const LASTING = [OF_STORE, OF_SET, OF_CERTIFICATE];

/** How far apart two may be that share a key. */
interface Nearness {
  readonly withinMs: number;
  /** It does not matter where they are: they wait for something else, or are members of one set. */
  readonly isAnywhere: boolean;
}

/** Alerts that share a key. */
interface Sharing extends Nearness {
  readonly lists: TwoLists;
}

function sharing(key: string, { traits }: Standing, view: GraphView): Sharing {
  return { lists: view.alikeBy(key), ...nearness(key, traits) };
}

function nearness(key: string, traits: Traits): Nearness {
  return {
    withinMs: withinMs(key, traits),
    isAnywhere: key.startsWith(OF_ANOTHER) || key.startsWith(OF_SET),
  };
}

function withinMs(key: string, { fingerprint }: Traits): number {
  if (key === fingerprint) return AGAIN_MS;
  return LASTING.some((prefix) => key.startsWith(prefix)) ? LASTING_MS : ALIKE_MS;
}

function areSeveral({ lists: [one, other] }: Sharing): boolean {
  return one.length + other.length > 1;
}

/** What an alert is joined with because it is like others. */
export interface Alike {
  readonly problems: ReadonlySet<string>;
  /** Others that hung together may do so no longer. */
  readonly mayPart: boolean;
}

const SIDES = [-1, 1] as const;

/** Whether two may be two words for one thing: they are at one place, and both are told, or kept back by the same. */
function areAlike(one: Standing, other: Standing, { isAnywhere }: Nearness): boolean {
  if (one.aside !== other.aside) return false;
  if (isAnywhere) return areTogether(one.traits, other.traits);
  if (!mayBeAtOneSite(one.traits, other.traits)) return false;
  return areTogether(one.traits, other.traits, 'app') && areOnOneNode(one, other);
}

/** What follows from a node is unlike what says that it is on another one. */
function areOnOneNode(one: Standing, other: Standing): boolean {
  return !isElsewhere(other, one) && !isElsewhere(one, other);
}

function isElsewhere({ cause }: Standing, { traits: { nodes } }: Standing): boolean {
  return cause?.key.startsWith('node:') === true && nodes.length > 0 && !nodes.includes(cause.key);
}

/** What is like one of them is like the other. */
function areAtOnePlace({ traits: a, cause }: Standing, { traits: b, cause: another }: Standing): boolean {
  return (
    saySamePlace(a, b) &&
    areAtOneSite(a, b) &&
    cause?.key === another?.key &&
    a.nodes.length === 0 &&
    b.nodes.length === 0
  );
}

function areNear(one: Standing, other: Standing, near: Nearness): boolean {
  return Math.abs(one.traits.onset - other.traits.onset) <= near.withinMs && areAlike(one, other, near);
}

/** Those around an alert that are like it. */
function* alikeBeside(
  standing: Standing,
  shared: Sharing,
  step: -1 | 1,
  view: GraphView,
  beyondMs = -1,
): Generator<Standing> {
  const { lists, withinMs } = shared;
  for (const { id } of neighbours(lists, standing.traits, step, { withinMs, beyondMs })) {
    const near = view.get(id);
    if (near !== undefined && areAlike(standing, near, shared)) yield near;
  }
}

/** More that show that one service is ill are a storm: what each of them has beside it is not looked at. */
const MOST_OF_SERVICE = 64;

/** The services of which an alert shows that they are ill. */
export function* servicesOf({ alike }: Traits): Generator<string> {
  for (const key of alike) if (key.startsWith(OF_SERVICE)) yield key;
}

/** What else shows that a service of an alert is ill. */
export function* ofOneService(service: string, standing: Standing, view: GraphView): Generator<Standing> {
  const shared = sharing(service, standing, view);
  const [one, other] = shared.lists;
  if (one.length + other.length > MOST_OF_SERVICE) return;
  for (const step of SIDES) yield* alikeBeside(standing, shared, step, view);
}

function nearestUncaused(
  standing: Standing,
  shared: Sharing,
  step: -1 | 1,
  view: GraphView,
): Standing | undefined {
  for (const near of alikeBeside(standing, shared, step, view)) if (near.cause === undefined) return near;
  return undefined;
}

/** What an alert that follows from nothing goes with: the first like it that follows from something. */
function firstCaused(standing: Standing, shared: Sharing, view: GraphView): Standing | undefined {
  let first: Standing | undefined;
  for (const near of alikeBeside(standing, shared, -1, view)) if (near.cause !== undefined) first = near;
  if (first !== undefined) return first;
  for (const near of alikeBeside(standing, shared, 1, view)) if (near.cause !== undefined) return near;
  return undefined;
}

/** What an alert that follows from nothing goes with, and what goes with it. */
export function likeIt(standing: Standing, view: GraphView): Alike {
  const problems = new Set<string>();
  let isParting = false;
  for (const key of standing.traits.alike) {
    const shared = sharing(key, standing, view);
    if (!areSeveral(shared)) continue;
    const known = firstCaused(standing, shared, view);
    const before = known ?? nearestUncaused(standing, shared, -1, view);
    if (before !== undefined) problems.add(before.problemId);
    const after = nearestUncaused(standing, shared, 1, view);
    if (after === undefined || firstCaused(after, shared, view) !== undefined) continue;
    problems.add(after.problemId);
    const instead = beforeThat(standing, after, shared, view);
    if (instead !== undefined && instead !== before) isParting = true;
  }
  return { problems, mayPart: isParting };
}

/** What went with the one after an alert before the alert came between them. */
function beforeThat(
  { traits }: Standing,
  after: Standing,
  shared: Sharing,
  view: GraphView,
): Standing | undefined {
  for (const near of alikeBeside(after, shared, -1, view))
    if (near.cause === undefined && near.traits.id !== traits.id) return near;
  return undefined;
}

/** What goes with an alert that follows from something, as the first such that is like it. */
export function drawnBy(standing: Standing, view: GraphView): Alike {
  const problems = new Set<string>();
  let isParting = false;
  for (const key of standing.traits.alike) {
    const shared = sharing(key, standing, view);
    if (!areSeveral(shared)) continue;
    const { followers, mayPart: mayPartHere } = followersOf(standing, shared, view);
    for (const { problemId } of followers) problems.add(problemId);
    isParting ||= mayPartHere;
  }
  return { problems, mayPart: isParting };
}

function followersOf(
  standing: Standing,
  shared: Sharing,
  view: GraphView,
): { readonly followers: readonly Standing[]; readonly mayPart: boolean } {
  const followers: Standing[] = [];
  let earlier: Standing | undefined;
  for (const near of alikeBeside(standing, shared, -1, view)) {
    if (near.cause === undefined) {
      followers.push(near);
      continue;
    }
    earlier ??= near;
    // What is like this one and comes before that one is like that one too, unless it says that it is somewhere else.
    if (areAtOneSite(standing.traits, near.traits)) break;
  }
  let isLaterThere = false;
  const root = rootOf(standing, view);
  // What is as near to one that came before, at the same place, follows that.
  const beyond =
    earlier !== undefined && areAtOnePlace(standing, earlier)
      ? earlier.traits.onset + shared.withinMs - standing.traits.onset
      : -1;
  for (const near of alikeBeside(standing, shared, 1, view, beyond)) {
    if (near.cause === undefined) followers.push(near);
    else isLaterThere ||= rootOf(near, view) !== root;
  }
  if (followers.length === 0) return { followers, mayPart: false };
  const own = followers.filter(
    (one) =>
      (earlier === undefined || !areNear(earlier, one, shared)) &&
      // What is unlike the alert itself may have come before it all the same.
      firstCaused(one, shared, view)?.traits.id === standing.traits.id,
  );
  if (own.length === 0) return { followers: own, mayPart: false };
  return {
    followers: own,
    mayPart: isLaterThere || hasOthers(standing, own, shared, view),
  };
}

/** Whether those that go with an alert now went with others that do not: with what follows from something else, or from nothing. */
function hasOthers(
  standing: Standing,
  followers: readonly Standing[],
  shared: Sharing,
  view: GraphView,
): boolean {
  const root = rootOf(standing, view);
  return followers.some((one) =>
    SIDES.some((step) => {
      let isFirst = true;
      for (const near of alikeBeside(one, shared, step, view)) {
        if (near.cause !== undefined) {
          if (rootOf(near, view) !== root) return true;
        } else if (isFirst) {
          if (!areNear(standing, near, shared)) return true;
          isFirst = false;
        }
      }
      return false;
    }),
  );
}

/** Whether an alert and what it followed from may hang together no longer, as it follows from something else now. */
export function mayPartFromCause({ cause }: Standing, other: Standing, view: GraphView): boolean {
  const before = cause === undefined ? undefined : view.get(cause.id);
  return before !== undefined && rootOf(before, view) !== rootOf(other, view);
}

/** Whether alerts that hung together because they are alike may do so no longer, as one of them follows from something now. */
export function mayPartAlike(before: Standing, after: Standing, view: GraphView): boolean {
  const root = rootOf(after, view);
  return after.traits.alike.some((key) => {
    const shared = sharing(key, before, view);
    if (!areSeveral(shared)) return false;
    const wider = { ...shared, withinMs: 2 * shared.withinMs };
    return SIDES.some((step) => {
      for (const near of alikeBeside(before, wider, step, view)) {
        if (near.cause === undefined ? !areAlike(after, near, shared) : rootOf(near, view) !== root)
          return true;
      }
      return false;
    });
  });
}

/** More steps lead from no cause to its effect. */
const MOST_STEPS = 50;

/** What an alert follows from in the end. */
function rootOf(standing: Standing, view: GraphView): string {
  let at = standing;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const cause = at.cause === undefined ? undefined : view.get(at.cause.id);
    // Two that follow from each other follow from nothing else.
    if (cause === undefined || cause.traits.id === standing.traits.id) break;
    at = cause;
  }
  return at.traits.id;
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
  for (const [key, list] of byKey) {
    const [first] = list;
    if (first !== undefined && list.length > 1)
      pairs.push(...pairsIn(inOrder(list), nearness(key, first.traits)));
  }
  return pairs;
}

/** Each that follows from nothing goes with the first alike that follows from something, else with the one before it. */
function* pairsIn(list: readonly Standing[], nearness: Nearness): Generator<readonly [Standing, Standing]> {
  const caused = list.filter(({ cause }) => cause !== undefined);
  for (const [index, standing] of list.entries()) {
    if (standing.cause !== undefined) continue;
    const { traits } = standing;
    const near = (other: Standing) => areNear(standing, other, nearness);
    const known = caused.find(near);
    if (known !== undefined) {
      yield [standing, known];
      continue;
    }
    for (let at = index - 1; at >= 0; at -= 1) {
      const other = list[at];
      if (other === undefined || traits.onset - other.traits.onset > nearness.withinMs) break;
      if (other.cause !== undefined || !near(other)) continue;
      yield [standing, other];
      break;
    }
  }
}
