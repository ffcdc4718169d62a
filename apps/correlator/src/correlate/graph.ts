import type { Severity } from '@gomon/contracts';
import type { ByOnset } from './by-onset.js';
import { KeyIndex, RoleIndex, RoleLists, type Lists } from './key-index.js';
import type { Key } from './keys.js';
import type { Traits } from './traits.js';

/** Why an alert follows from another one. */
export interface Cause {
  readonly id: string;
  /** 0 to 1. */
  readonly score: number;
  /** In words: what is known, and what the two share. */
  readonly pattern: string;
  readonly key: Key;
}

/** An alert of a problem that is not over, as it stands now. */
export interface Standing {
  readonly traits: Traits;
  readonly problemId: string;
  readonly severity: Severity;
  /** What it follows from; undefined: nothing that is known. */
  readonly cause?: Cause;
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
 * So many alerts of a scope are known, some 3 KB each. Above that the oldest that belong with nothing are forgotten: they stay
 * problems of their own, and are known again when something happens to them.
 */
export const MOST_STANDINGS = 25_000;
/** So many times as many are known before some are forgotten. */
const ABOVE = 1.1;

/**
 * The alerts of all problems of a scope that are not over, found by what they share. It is made from what PostgreSQL holds and
 * can be made again at any time.
 */
export class Graph {
  private readonly standings = new Map<string, Standing>();
  /** The oldest first: those that may be forgotten, as long as they are alone in their problem. */
  private readonly loose = new Set<string>();
  private readonly offered = new RoleIndex();
  private readonly needed = new RoleIndex();
  private readonly roles = new RoleLists();
  private readonly alike = new KeyIndex();
  private readonly bursts = new KeyIndex();
  private readonly members = new IdsByKey();
  /** By problem: those that a person has put into it. */
  private readonly placed = new IdsByKey();

  constructor(private readonly most = MOST_STANDINGS) {}

  get size(): number {
    return this.standings.size;
  }

  get(id: string): Standing | undefined {
    return this.standings.get(id);
  }

  offering(key: Key): Lists {
    return this.offered.get(key);
  }

  needing(key: Key): Lists {
    return this.needed.get(key);
  }

  /** All, by what patterns see of them. */
  get byRole(): Lists {
    return this.roles.lists;
  }

  alikeBy(key: string): ByOnset {
    return this.alike.get(key);
  }

  burstOf(key: string): ByOnset {
    return this.bursts.get(key);
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
  }

  put(standing: Standing): void {
    const { traits, problemId } = standing;
    const known = this.standings.get(traits.id);
    this.standings.set(traits.id, standing);
    if (known?.problemId !== problemId) {
      if (known !== undefined) this.members.delete(known.problemId, traits.id);
      this.members.add(problemId, traits.id);
    }
    if (known?.isPlaced === true) this.placed.delete(known.problemId, traits.id);
    if (standing.isPlaced === true) this.placed.add(problemId, traits.id);
    if (known !== undefined) return;
    this.loose.add(traits.id);
    this.index(traits);
  }

  /** Many at once: what it costs to look through long lists is paid once for all of them. */
  private forget(): void {
    if (this.standings.size <= this.most * ABOVE) return;
    for (const id of this.loose) {
      if (this.standings.size <= this.most) return;
      this.loose.delete(id);
      const standing = this.standings.get(id);
      const isAlone = standing !== undefined && this.members.get(standing.problemId).size === 1;
      if (isAlone && standing.isPlaced !== true) this.remove(id);
    }
  }

  /** The alerts of a problem that is over are no longer of interest. */
  removeProblem(problemId: string): void {
    for (const id of [...this.members.get(problemId)]) this.remove(id);
  }

  remove(id: string): void {
    const standing = this.standings.get(id);
    if (standing === undefined) return;
    const { problemId, traits } = standing;
    this.standings.delete(id);
    this.loose.delete(id);
    this.members.delete(problemId, id);
    this.placed.delete(problemId, id);
    this.unindex(traits);
  }

  private index(traits: Traits): void {
    for (const key of traits.offers) this.offered.add(key, traits);
    for (const key of traits.needs) this.needed.add(key, traits);
    this.roles.add(traits);
    for (const key of traits.alike) this.alike.add(key, traits);
    for (const { key } of traits.bursts) this.bursts.add(key, traits);
  }

  private unindex(traits: Traits): void {
    for (const key of traits.offers) this.offered.delete(key, traits);
    for (const key of traits.needs) this.needed.delete(key, traits);
    this.roles.delete(traits);
    for (const key of traits.alike) this.alike.delete(key, traits);
    for (const { key } of traits.bursts) this.bursts.delete(key, traits);
  }
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
