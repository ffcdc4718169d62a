import type { Severity } from '@gomon/contracts';
import type { ByOnset } from './by-onset.js';
import { KeyIndex, NO_LISTS, RoleLists, type Lists } from './key-index.js';
import type { Key } from './keys.js';
import { OnsetList } from './onset-list.js';
import { hashOf } from './place-table.js';
import type { Traits } from './traits.js';

/** Why an alert follows from another one. */
export interface Cause {
  readonly id: string;
  /** 0 to 1. */
  readonly score: number;
  /** In words: what is known, and what the two share. */
  readonly pattern: string;
  readonly key: Key;
  /** Nothing better is known than that nothing else would explain it. */
  readonly isSole?: true;
}

/** Whether an alert is only said to follow from what it follows from because nothing else would explain it. */
export function isSole({ cause }: Standing): boolean {
  return cause?.isSole === true;
}

/** An alert of a problem that is not over, as it stands now. */
export interface Standing {
  readonly traits: Traits;
  readonly problemId: string;
  readonly severity: Severity;
  /** What it follows from; undefined: nothing that is known. */
  readonly cause?: Cause;
  /** What it goes with because it names it, whatever it follows from. */
  readonly named?: string;
  /** Milliseconds since the epoch; absent: it fires. */
  readonly endedAt?: number;
  /** A person has put it into its problem. */
  readonly isPlaced?: true;
  /** What keeps it from being told, where something does: it belongs together with what is kept back by the same. */
  readonly aside?: string;
}

/** What a transaction makes of a graph. */
export interface GraphChange {
  readonly standings: readonly Standing[];
  /** Problems that are over. */
  readonly over: readonly string[];
}

/**
 * So many alerts of a scope are known, some 2 KB each while they are alone. Above that the oldest that belong with nothing are
 * forgotten: they stay problems of their own, and are known again when something happens to them.
 */
export const MOST_STANDINGS = 23_000;
/** So many times as many are known before some are forgotten, and so many of them may be: to look through all of them is dear. */
const ABOVE = 1.2;

/**
 * The alerts of all problems of a scope that are not over, found by what they share. It is made from what PostgreSQL holds and
 * can be made again at any time.
 */
export class Graph {
  /** Each at its place for as long as it is known. */
  private readonly standings: (Standing | undefined)[] = [];
  private readonly places = new Map<string, number>();
  private readonly free: number[] = [];
  /** Places, the oldest first: those of alerts that may be forgotten, as long as they are alone in their problem. */
  private readonly loose = new Set<number>();
  private readonly offered = byRole(this.standings, (traits, key) => includes(traits.offers, key));
  private readonly needed = byRole(this.standings, (traits, key) => includes(traits.needs, key));
  private readonly roles = new RoleLists();
  private readonly alike = byOnset(this.standings, (traits, key) => traits.alike.includes(key));
  private readonly bursts = byOnset(this.standings, (traits, key) =>
    traits.bursts.some((burst) => burst.key === key),
  );
  private readonly members = new IdsByKey();
  /** By problem: those that a person has put into it. */
  private readonly placed = new IdsByKey();

  constructor(private readonly most = MOST_STANDINGS) {}

  get size(): number {
    return this.places.size;
  }

  get(id: string): Standing | undefined {
    const place = this.places.get(id);
    return place === undefined ? undefined : this.standings[place];
  }

  /** `hash`: that of the key, for who asks several graphs. */
  offering(key: Key, hash = hashOf(key)): Lists {
    return listsIn(this.offered.get(key, hash));
  }

  needing(key: Key, hash = hashOf(key)): Lists {
    return listsIn(this.needed.get(key, hash));
  }

  /** All, by what patterns see of them. */
  get byRole(): Lists {
    return this.roles.lists;
  }

  alikeBy(key: string, hash = hashOf(key)): ByOnset {
    return listIn(this.alike.get(key, hash));
  }

  burstOf(key: string, hash = hashOf(key)): ByOnset {
    return listIn(this.bursts.get(key, hash));
  }

  membersOf(problemId: string): ReadonlySet<string> {
    return this.members.get(problemId);
  }

  /** Whether people have put any alert into a problem. */
  get hasPlaced(): boolean {
    return this.placed.size > 0;
  }

  placedIn(problemId: string): ReadonlySet<string> {
    return this.placed.get(problemId);
  }

  /** What was committed. */
  apply({ standings, over }: GraphChange): void {
    for (const standing of standings) this.put(standing);
    for (const problemId of over) this.removeProblem(problemId);
    this.forget();
    this.putAway(standings);
  }

  /** Of those that are alone in their problems the details. */
  putAway(standings: readonly Standing[]): void {
    for (const { traits, problemId } of standings)
      if (this.members.get(problemId).size === 1) traits.putAway();
  }

  put(standing: Standing): void {
    const { traits, problemId } = standing;
    const known = this.get(traits.id);
    const place = this.places.get(traits.id) ?? this.free.pop() ?? this.standings.length;
    this.standings[place] = standing;
    if (known?.problemId !== problemId) {
      if (known !== undefined) {
        this.members.delete(known.problemId, traits.id);
        traits.keepAtHand();
      }
      this.members.add(problemId, traits.id);
    }
    if (known?.isPlaced === true) this.placed.delete(known.problemId, traits.id);
    if (standing.isPlaced === true) this.placed.add(problemId, traits.id);
    if (known !== undefined) return;
    this.places.set(traits.id, place);
    this.loose.add(place);
    this.index(traits, place);
  }

  /** Many at once: to look through all that is known once costs less than to look up each key of each of them. */
  private forget(): void {
    if (this.size <= this.most * ABOVE || this.loose.size < this.most * (ABOVE - 1)) return;
    const gone = new Set<Traits>();
    const places: number[] = [];
    for (const place of this.loose) {
      if (this.size <= this.most) break;
      this.loose.delete(place);
      const standing = this.standings[place];
      const isAlone = standing !== undefined && this.members.get(standing.problemId).size === 1;
      if (!isAlone || standing.isPlaced === true) continue;
      this.takeOut(place, standing);
      gone.add(standing.traits);
      places.push(place);
    }
    for (const index of [this.offered, this.needed, this.alike, this.bursts]) index.deleteAll(gone);
    this.roles.deleteAll(gone);
    for (const place of places) this.free.push(place);
  }

  /** The alerts of a problem that is over are no longer of interest. */
  removeProblem(problemId: string): void {
    for (const id of [...this.members.get(problemId)]) this.remove(id);
  }

  remove(id: string): void {
    const place = this.places.get(id);
    const standing = place === undefined ? undefined : this.standings[place];
    if (place === undefined || standing === undefined) return;
    this.unindex(standing.traits);
    this.takeOut(place, standing);
    this.loose.delete(place);
    this.free.push(place);
  }

  private takeOut(place: number, { problemId, traits: { id } }: Standing): void {
    this.standings[place] = undefined;
    this.places.delete(id);
    this.members.delete(problemId, id);
    this.placed.delete(problemId, id);
  }

  private index(traits: Traits, place: number): void {
    for (const key of traits.offers) this.offered.add(key, traits, place);
    for (const key of traits.needs) this.needed.add(key, traits, place);
    this.roles.add(traits);
    for (const key of traits.alike) this.alike.add(key, traits, place);
    for (const { key } of traits.bursts) this.bursts.add(key, traits, place);
  }

  private unindex(traits: Traits): void {
    for (const key of traits.offers) this.offered.delete(key, traits);
    for (const key of traits.needs) this.needed.delete(key, traits);
    this.roles.delete(traits);
    for (const key of traits.alike) this.alike.delete(key, traits);
    for (const { key } of traits.bursts) this.bursts.delete(key, traits);
  }
}

type Has = (traits: Traits, key: string) => boolean;

function byRole(standings: readonly (Standing | undefined)[], has: Has): KeyIndex<RoleLists> {
  return new KeyIndex(standings, has, (one, other) => new RoleLists(one, other));
}

function byOnset(standings: readonly (Standing | undefined)[], has: Has): KeyIndex<OnsetList> {
  return new KeyIndex(standings, has, (one, other) => new OnsetList(one, other));
}

function includes(keys: readonly string[], key: string): boolean {
  return keys.includes(key);
}

function listsIn(found: Traits | RoleLists | undefined): Lists {
  if (found === undefined) return NO_LISTS;
  return found instanceof RoleLists ? found.lists : [[found.role, [found]]];
}

const NOBODY: ByOnset = [];

function listIn(found: Traits | OnsetList | undefined): ByOnset {
  if (found === undefined) return NOBODY;
  return found instanceof OnsetList ? found.list : [found];
}

const NO_IDS: ReadonlySet<string> = new Set();

/** Ids by a key. Most keys have one: no set is kept for that. */
class IdsByKey {
  private readonly byKey = new Map<string, string | Set<string>>();

  get size(): number {
    return this.byKey.size;
  }

  get(key: string): ReadonlySet<string> {
    const found = this.byKey.get(key);
    if (found === undefined) return NO_IDS;
    return typeof found === 'string' ? new Set([found]) : found;
  }

  add(key: string, id: string): void {
    const found = this.byKey.get(key);
    if (found === undefined) this.byKey.set(key, id);
    else if (typeof found !== 'string') found.add(id);
    else if (found !== id) this.byKey.set(key, new Set([found, id]));
  }

  delete(key: string, id: string): void {
    const found = this.byKey.get(key);
    if (found === undefined) return;
    if (typeof found === 'string') {
      if (found === id) this.byKey.delete(key);
      return;
    }
    found.delete(id);
    if (found.size === 0) this.byKey.delete(key);
  }
}
