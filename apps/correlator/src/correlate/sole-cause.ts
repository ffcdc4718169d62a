import { isUrgent, type Via } from '@gomon/contracts';
import { isBefore, placeFrom } from './by-onset.js';
import { areInOneArea, areTogether, isOutsideOf } from './whereabouts.js';
import { isOwn } from './fault.js';
import { isSole, type Cause, type Standing } from './graph.js';
import type { GraphView } from './graph-view.js';
import { isSymptom, isUnknown, type Pack, type SolePattern } from './kinds.js';
import { reasonsIn } from './keys.js';
import { ofOneService, servicesOf } from './likeness.js';
import { Sets } from './sets.js';
import { MOST_HELD_MS } from './held.js';
import type { Traits } from './traits.js';

/** What all share. */
const ANYWHERE = 'cluster:';
/** What lies deeper makes all kinds of things ill, with their own words for it. */
const FAR_BELOW = 3;
/** So many are looked at, of each kind. */
const MOST = 200;

/**
 * What an alert follows from because one thing, and no other, would explain it. Undefined: there is none, or more than one, or
 * something better is known. It depends on what lies deeper than the alert alone, and on nothing that is found out in this way
 * of what does not.
 */
export function soleCauseOf(standing: Standing, view: GraphView, pack: Pack): Cause | undefined {
  // What must get through by itself is not taken for a part of something only because both happen at once.
  const { isHabit, fault } = standing.traits;
  if (standing.severity === 'P0' || isHabit || isOwn(fault)) return undefined;
  if (standing.cause !== undefined && !isSole(standing)) return undefined;
  if (isOfExplained(standing, view)) return undefined;
  for (const one of pack.sole) {
    if (!one.isEffect(standing.traits.role) || (one.urgent && !isGrave(standing, view))) continue;
    const [first, ...others] = nearest(standing, explanationsOf(standing, one, view));
    if (first === undefined || !areOne([first, ...others], standing.traits, view)) continue;
    const { id } = others.reduce((a, b) => (isBefore(b.traits, a.traits) ? b : a), first).traits;
    return { id, score: one.pattern.weight, pattern: one.pattern.name, key: ANYWHERE, isSole: true };
  }
  return undefined;
}

/** Whether it shows of a service that it is ill, and something else that does is known to follow from what lies outside of that. */
function isOfExplained(standing: Standing, view: GraphView): boolean {
  for (const service of servicesOf(standing.traits)) {
    for (const near of ofOneService(service, standing, view)) {
      const of = near.cause === undefined || isSole(near) ? undefined : view.get(near.cause.id);
      if (of !== undefined && of.traits.id !== standing.traits.id && !of.traits.alike.includes(service))
        return true;
    }
  }
  return false;
}

/** What is in the namespace of an alert explains it rather than what is elsewhere. */
function nearest({ traits: { namespace } }: Standing, found: readonly Standing[]): readonly Standing[] {
  const near = namespace === '' ? [] : found.filter(({ traits }) => traits.namespace === namespace);
  return near.length > 0 ? near : found;
}

/** Whether all are one thing: one follows from the other, or from the same, or they are alike, or a burst. */
function areOne(standings: readonly Standing[], effect: Traits, view: GraphView): boolean {
  if (standings.length === 1) return true;
  const sets = new Sets();
  const bursts = new Map<string, { readonly least: number; readonly of: Standing[] }>();
  for (const standing of standings) {
    const { traits, cause } = standing;
    for (const one of causesBelow(cause, effect, view)) sets.unite(traits.id, one);
    for (const key of traits.alike) sets.unite(traits.id, `alike ${key}`);
    for (const { key, least } of traits.bursts) {
      const known = bursts.get(key);
      if (known === undefined) bursts.set(key, { least, of: [standing] });
      else known.of.push(standing);
    }
  }
  for (const [key, { least, of }] of bursts)
    if (new Set(of.map(({ traits }) => traits.subject)).size >= least)
      for (const { traits } of of) sets.unite(traits.id, `burst ${key}`);
  const [first, ...others] = standings.map(({ traits }) => sets.find(traits.id));
  return others.every((one) => one === first);
}

/** More steps lead from no cause to its effect. */
const MOST_STEPS = 10;

/** What something follows from, and what that follows from, as long as it lies deeper than what is to be explained. */
function* causesBelow(cause: Cause | undefined, effect: Traits, view: GraphView): Generator<string> {
  let at = cause;
  for (let step = 0; at !== undefined && step < MOST_STEPS; step += 1) {
    const standing = view.get(at.id);
    if (standing === undefined || standing.traits.role.kind.depth >= effect.role.kind.depth) return;
    yield at.id;
    at = standing.cause;
  }
}

/** What may be ill by itself: a workload, a volume, a node. */
const LOCAL: ReadonlySet<Via | undefined> = new Set(['app', 'pod', 'pvc', 'node']);

/**
 * What is ill by itself explains nothing of a namespace that it does not share: that would have to be known of it. And nothing
 * explains there what nobody knows.
 */
function mayReach({ namespace, role: { kind } }: Traits, effect: Traits): boolean {
  if (!LOCAL.has(kind.about) && !isUnknown(effect.role.kind)) return true;
  return (
    effect.namespace === '' || namespace === effect.namespace || (namespace === '' && kind.about !== 'node')
  );
}

/** What says why it happens has no other reason; but it may say so of what is ill by something far below. */
function mayBeWhy({ role: { kind } }: Traits, { needs, fault }: Traits): boolean {
  if (kind.depth < FAR_BELOW) return true;
  const reasons = reasonsIn(needs);
  return fault !== 'others' && (reasons.length === 0 || reasons.includes(`error:${kind.name}`));
}

/** Whether it is urgent, or what is known to follow from it is. */
function isGrave({ traits: { id }, severity, problemId }: Standing, view: GraphView): boolean {
  if (isUrgent(severity)) return true;
  let looked = 0;
  for (const one of view.membersOf(problemId)) {
    if (one.cause?.id === id && isUrgent(one.severity) && !isSole(one)) return true;
    looked += 1;
    if (looked === MOST) return false;
  }
  return false;
}

/** What all may stand on. */
const WIDE: ReadonlySet<Via | undefined> = new Set(['cluster', 'zone']);
const ABROAD = new Set(['third-party', 'facility']);

/** That two happen at once proves nothing: it stands under everything, or something is known to follow from it. */
function isSeen({ traits: { id, role }, problemId }: Standing, view: GraphView): boolean {
  if (WIDE.has(role.kind.about) || ABROAD.has(role.kind.name)) return true;
  let looked = 0;
  for (const one of view.membersOf(problemId)) {
    if (one.cause?.id === id && !isSole(one)) return true;
    looked += 1;
    if (looked === MOST) return false;
  }
  return false;
}

function areInOneNamespace({ namespace }: Traits, other: Traits): boolean {
  return namespace !== '' && namespace === other.namespace;
}

/** What would explain an alert, where it is bad enough: it lies deeper. */
function explanationsOf(
  { traits, aside }: Standing,
  { pattern, isCause }: SolePattern,
  view: GraphView,
): readonly Standing[] {
  const found: Standing[] = [];
  for (const [role, list] of view.byRole()) {
    if (!isCause(role) || role.kind.depth >= traits.role.kind.depth) continue;
    const until = traits.onset + pattern.earlyMs;
    let looked = 0;
    for (
      let at = placeFrom(list, traits.onset - pattern.withinMs - traits.heldMs);
      looked < MOST;
      at += 1, looked += 1
    ) {
      const other = list[at];
      if (other === undefined || other.onset > until) break;
      if (other.isHabit || !areTogether(traits, other) || !areInOneArea(traits, other)) continue;
      if (isOutsideOf(other, traits) || !mayReach(other, traits) || !mayBeWhy(other, traits)) continue;
      const near = view.get(other.id);
      if (near === undefined || near.aside !== aside) continue;
      if (near.endedAt !== undefined && near.endedAt < traits.onset) continue;
      // What is a symptom itself has to be urgent to explain anything.
      const isBad = isSymptom(role.kind) ? isUrgent(near.severity) : isGrave(near, view);
      if (isBad && (isSeen(near, view) || areInOneNamespace(traits, other))) found.push(near);
    }
  }
  return found;
}

/** Alerts that may be explained otherwise because of one that is new, or follows from something else than before. */
function effectsNear({ traits }: Standing, view: GraphView, pack: Pack): readonly Standing[] {
  const found: Standing[] = [];
  for (const { pattern, isCause, isEffect } of pack.sole) {
    if (!isCause(traits.role)) continue;
    for (const [role, list] of view.byRole()) {
      if (!isEffect(role) || role.kind.depth <= traits.role.kind.depth) continue;
      const until = traits.onset + pattern.withinMs + MOST_HELD_MS;
      let looked = 0;
      for (let at = placeFrom(list, traits.onset - pattern.earlyMs); looked < MOST; at += 1, looked += 1) {
        const other = list[at];
        if (other === undefined || other.onset > until) break;
        const near = view.get(other.id);
        if (near !== undefined && (near.cause === undefined || isSole(near))) found.push(near);
      }
    }
  }
  return found;
}

/** What is explained otherwise than before is handed on, and has to be in the view then. */
type OnChange = (before: Standing, cause: Cause | undefined) => void;

/** Finds anew what only one thing explains, around alerts that have changed. */
export function explainAround(
  changed: Iterable<string>,
  view: GraphView,
  pack: Pack,
  onChange: OnChange,
): void {
  const around: Standing[] = [];
  for (const id of changed) {
    const own = view.get(id);
    if (own === undefined) continue;
    // What it follows from may be as grave as itself by it.
    const cause = view.get(own.cause?.id ?? '');
    for (const one of cause === undefined ? [own] : [own, cause])
      around.push(one, ...effectsNear(one, view, pack));
    for (const service of servicesOf(own.traits)) around.push(...ofOneService(service, own, view));
  }
  explain(around, view, pack, onChange);
}

/** Finds for each of some alerts whether only one thing explains it: the deepest first, as what lies less deep depends on it. */
export function explain(
  standings: Iterable<Standing>,
  view: GraphView,
  pack: Pack,
  onChange: OnChange,
): void {
  const waiting = new Map<string, number>();
  const wait = ({ traits }: Standing) => waiting.set(traits.id, traits.role.kind.depth);
  for (const standing of standings) wait(standing);
  for (const [depth, ids] of inLayers(waiting)) {
    for (const id of ids) {
      const before = view.get(id);
      if (before === undefined) continue;
      const cause = soleCauseOf(before, view, pack);
      if (cause?.id === before.cause?.id || (cause === undefined && !isSole(before))) continue;
      onChange(before, cause);
      for (const effect of effectsNear(before, view, pack))
        if (effect.traits.role.kind.depth > depth) wait(effect);
    }
  }
}

/** All that wait, by depth; what joins them meanwhile lies less deep than what is out. */
function* inLayers(waiting: Map<string, number>): Generator<readonly [number, readonly string[]]> {
  while (waiting.size > 0) {
    const depth = Math.min(...waiting.values());
    const ids = [...waiting].flatMap(([id, of]) => (of === depth ? [id] : []));
    for (const id of ids) waiting.delete(id);
    yield [depth, ids];
  }
}
