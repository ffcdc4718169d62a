import type { Via } from '@gomon/contracts';
import { isBefore } from './by-onset.js';
import { nameIn, type Key } from './keys.js';
import { DEEP, isLoss, isSeenFromOutside, isUnknown, type Kind, type Role } from './kinds.js';
import type { Traits } from './traits.js';
import { areInOneArea, areTogether, isOutsideOf } from './whereabouts.js';
import { isIdentifier } from './words.js';

/** As shallow as any symptom that a service shows. */
const ANY_SYMPTOM = 10.5;
/** A plain word that what lies deeper than this shares with something so much above it is one by chance. */
const SYMPTOM = 7;
const MUCH_ABOVE = 2;
/** Two that share a label of which nobody knows what it means must lie closer to each other. */
const A_LITTLE_ABOVE = 1;
/** What names something that had been ill for so long was hardly what made it ill. */
const A_WHILE_MS = 2 * 60_000;

/** What two alerts have in common, and in which way. */
export interface Shared {
  readonly key: Key;
  readonly via: Via;
}

/** Whether one of a role may be the cause of one of another, unless it is named as that: which one is seen when it is looked at. */
export function mayBeCause({ kind, leads }: Role, effect: Role, via: Via): boolean {
  const [above, below] = [kind.depth, depthBelow(effect, via)];
  if (via === 'label' || via === 'error') return above - below < MUCH_ABOVE;
  if (above > below) return leads || (via === 'app' && maySpoil(kind, effect.kind));
  return via !== 'name' || (above < below && (above <= DEEP || isSeenFromOutside(effect.kind)));
}

/** Whether both are parts of what a key names. */
function areParts({ role, offers }: Traits, effect: Traits, key: Key): boolean {
  return role === effect.role && offers.includes(key) && effect.offers.includes(key);
}

/** What breaks first of a component of the cluster is what is wrong with that. */
function maySpoil(part: Kind, component: Kind): boolean {
  return BREAKS.has(part.name) && component.hasParts;
}

const BREAKS = new Set(['oom', 'crash', 'config-error', 'image-pull']);

/**
 * A shallow thing is not the cause of a deeper one, and of two that lie as deep the first is; but what is named as that which one
 * waits for is deeper, whatever kind of alert it is.
 */
export function isPossible(cause: Traits, effect: Traits, { key, via }: Shared): boolean {
  if (!areTogether(cause, effect, via)) return false;
  if (via === 'cluster' && (!areInOneArea(effect, cause) || isOutsideOf(cause, effect))) return false;
  const [above, below] = [cause.role.kind.depth, depthBelow(effect.role, via)];
  // What happens to be there explains nothing of a node because of the name of the node.
  if ((via === 'name' || via === 'host') && effect.role.kind.about === 'node' && isNodeOf(effect, key))
    return false;
  if (cause.owns.includes(key) && effect.mentions.includes(key))
    return (
      above - below < MUCH_ABOVE ||
      below >= SYMPTOM ||
      (isIdentifier(nameIn(key)) && (below > DEEP || isLongBefore(cause, effect)))
    );
  if (via === 'error')
    return above - below < MUCH_ABOVE && (!areParts(cause, effect, key) || isBefore(cause, effect));
  if (via === 'label') return isBefore(cause, effect) ? above - below < A_LITTLE_ABOVE : above < below;
  if (above > below)
    return cause.role.leads || (maySpoil(cause.role.kind, effect.role.kind) && isBefore(cause, effect));
  // That two share a label of which nobody knows what it means proves something only of what much stands on.
  if (via === 'name')
    return (
      above < below &&
      (above <= DEEP || (isSeenFromOutside(effect.role.kind) && areOfOneThing(cause, effect, key)))
    );
  // Of two of which nobody knows the kind neither is the deeper one.
  const areBothUnknown = isUnknown(cause.role.kind) && isUnknown(effect.role.kind);
  return (above < below && !areBothUnknown) || isBefore(cause, effect);
}

/** What looks at something from outside sees whatever is ill with it. */
function areOfOneThing(one: Traits, other: Traits, key: Key): boolean {
  return one.owns.includes(key) && other.owns.includes(key) && isIdentifier(nameIn(key));
}

/** What names something that lies about as deep follows from that, and that from nothing that names it. */
export function isEffectByName(one: Traits, other: Traits): boolean {
  return (
    Math.abs(one.role.kind.depth - other.role.kind.depth) < MUCH_ABOVE &&
    names(one, other) &&
    !names(other, one)
  );
}

function names(one: Traits, { owns }: Traits): boolean {
  return owns.some(
    (key) =>
      key.startsWith('name:') &&
      one.mentions.includes(key) &&
      isIdentifier(nameIn(key)) &&
      !isNodeOf(one, key),
  );
}

/** What names something that had been ill for a while may follow from it, however deep it lies; what is gone does not. */
function isLongBefore({ onset }: Traits, effect: Traits): boolean {
  return effect.onset - onset >= A_WHILE_MS && !isLoss(effect.role.kind);
}

/** What nobody knows the kind of may be any symptom of a service. */
function depthBelow({ kind }: Role, via: Via): number {
  return isUnknown(kind) && via === 'app' ? ANY_SYMPTOM : kind.depth;
}

function isNodeOf({ nodes }: Traits, key: Key): boolean {
  return nodes.includes(`node:${nameIn(key)}`);
}
