import { SAID_BY_TEXTS, VIAS, type Via } from '@gomon/contracts';
import { isBefore, placeFrom, type ByOnset } from './by-onset.js';
import { isOwn } from './fault.js';
import type { Cause, Standing } from './graph.js';
import type { GraphView } from './graph-view.js';
import { MOST_HELD_MS } from './held.js';
import { reasonsIn, type Key } from './keys.js';
import { isUnknown, type Kind, type Pack, type Pattern, type Role } from './kinds.js';
import { isEffectByName, isPossible, mayBeCause, type Shared } from './may-follow.js';
import type { Traits } from './traits.js';
import { saySamePlace } from './whereabouts.js';

/** How much it proves that two alerts share something of a kind. */
const TELLING: Readonly<Record<Via, number>> = {
  trace: 1,
  rule: 1,
  error: 0.85,
  pod: 1,
  pvc: 1,
  app: 0.97,
  ingress: 0.95,
  node: 0.95,
  host: 0.93,
  registry: 0.93,
  name: 0.92,
  product: 0.75,
  label: 0.75,
  zone: 0.85,
  namespace: 0.7,
  cluster: 0.65,
};
/** What proves less puts nothing together. */
const LEAST_SCORE = 0.4;
/** An effect that follows so soon follows more likely than a later one. */
const SOON_MS = 5 * 60_000;
const LATER = 0.9;
/** What ended longer ago explains nothing new. */
const LINGERS_MS = 2 * 60_000;
/** What comes and goes all the time proves little where little is shared. */
const HABIT = 0.5;
/** What says that it fails because of one of these does so rather than because of something else. */
const SAID = 1.1;
/** What is expected to come has hardly come yet. */
const FORECAST = 0.6;
const LOOSE: ReadonlySet<Via> = new Set(['name', 'zone', 'namespace', 'cluster']);
/** What is only for information follows from nothing that everything shares. */
const WIDE: ReadonlySet<Via> = new Set(['zone', 'namespace', 'cluster']);
/** What says why it happens follows from nothing only because of where it is. */
const AROUND: ReadonlySet<Via> = new Set([...WIDE, 'node']);
const PRECISE: ReadonlySet<Via> = new Set(['label', 'app', 'pod', 'pvc']);
/** A cause of the same kind at the same place that is so much older is preferred by all that would follow from both. */
const COVERED_MS = 60_000;

/** What a symptom is said to come from counts less than what lies below both, where more speaks for that than that all share it. */
const BELOW_SYMPTOMS = 8.95;
const TELLS_MUCH = 0.55;

/** A cause, and what it is. */
interface Scored {
  readonly cause: Cause;
  readonly of: Traits;
}

const BY_NAME = new Map<string, Via>(VIAS.map((via) => [via, via]));

function viaOf(key: Key): Via {
  return BY_NAME.get(key.slice(0, key.indexOf(':'))) ?? 'cluster';
}

/** The best explanation of an alert among all that are open; the same in whatever order they came. */
export function causeOf(effect: Standing, view: GraphView, pack: Pack): Cause | undefined {
  const { traits } = effect;
  let best: Scored | undefined;
  for (const key of traits.needs) {
    const via = viaOf(key);
    for (const [role, list] of view.offering(key)) {
      if (!traits.mentions.includes(key) && !mayBeCause(role, traits.role, via)) continue;
      for (const pattern of pack.between(role, traits.role)) {
        if (!pattern.via.has(via)) continue;
        const most = pattern.weight * TELLING[via] * saidBy(traits, role);
        if (most < leastFor(best, role)) continue;
        const soon = traits.onset - SOON_MS;
        const until = traits.onset + pattern.earlyMs + MOST_HELD_MS;
        const found =
          earliest(list, soon, until, effect, pattern, { key, via }, view) ??
          (most * LATER < leastFor(best, role)
            ? undefined
            : earliest(
                list,
                traits.onset - pattern.withinMs - traits.heldMs,
                soon,
                effect,
                pattern,
                { key, via },
                view,
              ));
        if (found !== undefined && (best === undefined || isBetter(found, best))) best = found;
      }
    }
  }
  return best?.cause;
}

/** What scores less than this cannot be better than the best so far, whatever else speaks for it. */
function leastFor(best: Scored | undefined, { kind }: Role): number {
  if (best === undefined) return LEAST_SCORE;
  return kind.depth < BELOW_SYMPTOMS && !isFoundation(best) ? LEAST_SCORE : best.cause.score;
}

function earliest(
  list: ByOnset,
  from: number,
  until: number,
  effect: Standing,
  pattern: Pattern,
  shared: Shared,
  view: GraphView,
): Scored | undefined {
  for (let at = placeFrom(list, from); at < list.length; at += 1) {
    const of = list[at];
    if (of === undefined || of.onset > until) return undefined;
    const score = scoreOf(view.get(of.id), effect, pattern, shared);
    if (score !== undefined)
      return { of, cause: { id: of.id, score, pattern: pattern.name, key: shared.key } };
  }
  return undefined;
}

/** How much speaks for it that one follows from the other by a pattern; undefined: not enough. */
function scoreOf(
  cause: Standing | undefined,
  { traits: effect, aside, severity }: Standing,
  pattern: Pattern,
  shared: Shared,
): number | undefined {
  if (cause === undefined || cause.aside !== aside || cause.traits.id === effect.id) return undefined;
  const { traits } = cause;
  const { via } = shared;
  const lag = effect.onset - traits.onset;
  if (lag - effect.heldMs > pattern.withinMs || -lag - traits.heldMs > pattern.earlyMs) return undefined;
  if (cause.endedAt !== undefined && cause.endedAt + LINGERS_MS < effect.onset) return undefined;
  if (severity === 'P4' && (WIDE.has(via) || (isUnknown(effect.role.kind) && !PRECISE.has(via))))
    return undefined;
  if (isOwn(effect.fault) && AROUND.has(via)) return undefined;
  // Another symptom of the same service is no reason.
  if (effect.fault !== undefined && via === 'app' && traits.role.kind.depth >= BELOW_SYMPTOMS)
    return undefined;
  if (via === 'node' && !mayBeReason(traits, effect)) return undefined;
  if (cause.severity === 'P4' && isMeasured(traits.role.kind) && (via === 'app' || via === 'product'))
    return undefined;
  if (!isPossible(traits, effect, shared)) return undefined;
  const habit = traits.isHabit && LOOSE.has(via) ? HABIT : 1;
  const ill = traits.isForecast && via !== 'rule' ? FORECAST : 1;
  const score = pattern.weight * TELLING[via] * (lag <= SOON_MS ? 1 : LATER) * habit * ill;
  return score < LEAST_SCORE || isEffectByName(traits, effect)
    ? undefined
    : score * saidBy(effect, traits.role);
}

function saidBy({ needs, role }: Traits, { kind }: Role): number {
  if (role.kind.name === kind.name) return 1;
  return SAID_BY_TEXTS.has(kind.name) && needs.includes(`error:${kind.name}`) ? SAID : 1;
}

/** That a node drops packets is no reason for what names another one. */
function mayBeReason({ role: { kind } }: Traits, { needs }: Traits): boolean {
  return kind.name !== 'node-network' || reasonsIn(needs).length === 0;
}

/** Whether it says how much there is of something: where that is only for information, nothing is wrong. */
function isMeasured(kind: Kind): boolean {
  return isUnknown(kind) || MEASURED.has(kind.name);
}

const MEASURED = new Set(['datastore', 'disk-full', 'node-disk', 'capacity', 'lag', 'latency']);

function isFoundation({ of, cause }: Scored): boolean {
  return of.role.kind.depth < BELOW_SYMPTOMS && cause.score >= TELLS_MUCH;
}

function isBetter(a: Scored, b: Scored): boolean {
  if (isFoundation(a) !== isFoundation(b)) return isFoundation(a);
  if (a.cause.score !== b.cause.score) return a.cause.score > b.cause.score;
  if (a.of.id !== b.of.id) return isBefore(a.of, b.of);
  return a.cause.key < b.cause.key;
}

/** The alerts that follow from a new one rather than from what they followed from before, with that. */
export function effectsOf(
  own: Standing,
  view: GraphView,
  pack: Pack,
): readonly { readonly standing: Standing; readonly cause: Cause }[] {
  const found: Effects = new Map();
  for (const key of own.traits.offers) takeOverBy(key, own, found, view, pack);
  return [...found.values()];
}

type Effects = Map<string, { readonly standing: Standing; readonly cause: Cause }>;

/** Those that follow because of one thing that they share with the new one. */
function takeOverBy(key: Key, own: Standing, found: Effects, view: GraphView, pack: Pack): void {
  const { traits } = own;
  const via = viaOf(key);
  let isFirst = true;
  for (const [role, list] of view.needing(key)) {
    if (!traits.owns.includes(key) && !mayBeCause(traits.role, role, via)) continue;
    for (const pattern of pack.between(traits.role, role)) {
      if (!pattern.via.has(via)) continue;
      const until = traits.onset + pattern.withinMs + MOST_HELD_MS;
      for (
        let at = placeFrom(list, traits.onset - pattern.earlyMs - traits.heldMs);
        at < list.length;
        at += 1
      ) {
        const effect = list[at];
        if (effect === undefined || effect.onset > until) break;
        if (effect.id === traits.id) continue;
        if (isFirst && isCovered(own, key, view)) return;
        isFirst = false;
        takeOver(found, effect, { traits, pattern, shared: { key, via } }, view);
      }
    }
  }
}

/** The alerts of other problems that follow from one: people have taken them apart. */
export function followersElsewhere(own: Standing, view: GraphView): readonly Standing[] {
  const found = new Map<string, Standing>();
  if (!view.hasAnyPlaced) return [];
  for (const key of own.traits.offers)
    for (const [, list] of view.needing(key))
      for (const { id } of list) {
        const standing = view.get(id);
        if (standing?.cause?.id === own.traits.id && standing.problemId !== own.problemId)
          found.set(id, standing);
      }
  return [...found.values()];
}

function takeOver(
  found: Effects,
  effect: Traits,
  {
    traits,
    pattern,
    shared,
  }: { readonly traits: Traits; readonly pattern: Pattern; readonly shared: Shared },
  view: GraphView,
): void {
  const standing = view.get(effect.id);
  if (standing === undefined) return;
  const score = scoreOf(view.get(traits.id), standing, pattern, shared);
  if (score === undefined) return;
  const cause = { id: traits.id, score, pattern: pattern.name, key: shared.key };
  const known = found.get(effect.id)?.cause ?? standing.cause;
  const of = known === undefined ? undefined : view.get(known.id)?.traits;
  if (known === undefined || of === undefined || isBetter({ cause, of: traits }, { cause: known, of }))
    found.set(effect.id, { standing, cause });
}

/** What would follow from it follows from one like it that came shortly before. */
function isCovered(own: Standing, key: Key, view: GraphView): boolean {
  const { traits } = own;
  for (const [role, list] of view.offering(key)) {
    if (role !== traits.role) continue;
    for (let at = placeFrom(list, traits.onset - COVERED_MS); at < list.length; at += 1) {
      const other = list[at];
      if (other === undefined || !isBefore(other, traits)) break;
      const standing = view.get(other.id);
      if (standing === undefined || standing.endedAt !== undefined || standing.aside !== own.aside) continue;
      if (saySamePlace(other, traits)) return true;
    }
  }
  return false;
}
