import type { Traits } from './traits.js';

/** Traits by onset. */
export type ByOnset = readonly Traits[];

/** What was there before a transaction, and what came with it. */
export type TwoLists = readonly [ByOnset, ByOnset];

/** So many neighbours are looked at to each side: what is further away is known by those. */
const MOST_NEIGHBOURS = 64;

/** What the order of alerts goes by. */
type Begun = Pick<Traits, 'id' | 'fingerprint' | 'onset'>;

/** Earlier, and of one moment by what it is: the same in any order of arrival. */
export function isBefore(a: Begun, b: Begun): boolean {
  if (a.onset !== b.onset) return a.onset < b.onset;
  return a.fingerprint === b.fingerprint ? a.id < b.id : a.fingerprint < b.fingerprint;
}

/** Where the first with such an onset or a later one stands. */
export function placeFrom(list: ByOnset, onset: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.onset ?? 0) < onset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where it stands, or would stand. */
export function placeOf(list: ByOnset, traits: Traits): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = list[middle];
    if (there !== undefined && isBefore(there, traits)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Those before (-1) or after (1) an alert in two lists, the nearest first. `beyondMs`: after it, those later than that. */
export function* neighbours(
  [one, other]: TwoLists,
  traits: Traits,
  step: -1 | 1,
  { withinMs = Number.POSITIVE_INFINITY, beyondMs = -1 } = {},
): Generator<Traits> {
  let at = placeBeside(one, traits, step, beyondMs);
  let otherAt = placeBeside(other, traits, step, beyondMs);
  for (let looked = 0; looked < MOST_NEIGHBOURS;) {
    const a = one[at];
    const b = other[otherAt];
    const isFirst = b === undefined || (a !== undefined && isBefore(a, b) === (step === 1));
    const next = isFirst ? a : b;
    if (next === undefined || Math.abs(next.onset - traits.onset) > withinMs) return;
    if (isFirst) at += step;
    else otherAt += step;
    if (next.id === traits.id) continue;
    looked += 1;
    yield next;
  }
}

/** Where its neighbours to one side begin. */
function placeBeside(list: ByOnset, traits: Traits, step: -1 | 1, beyondMs: number): number {
  if (beyondMs >= 0) return placeFrom(list, traits.onset + beyondMs + 1);
  const at = placeOf(list, traits);
  return step === 1 ? at : at - 1;
}

export function inOrder<Of extends { readonly traits: Traits }>(list: readonly Of[]): readonly Of[] {
  return list.toSorted((a, b) => (isBefore(a.traits, b.traits) ? -1 : 1));
}
