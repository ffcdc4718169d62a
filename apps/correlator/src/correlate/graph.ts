import type { Severity } from '@gomon/contracts';
import { insert, remove, type ByOnset } from './by-onset.js';
import type { Role } from './kinds.js';
import type { Key, Traits } from './traits.js';

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
  /** What keeps it from being told, where something does: it belongs together with what is kept back by the same. */
  readonly aside?: string;
}

/** What a transaction makes of a graph. */
export interface GraphChange {
  readonly standings: readonly Standing[];
  /** Problems that are over. */
  readonly over: readonly string[];
}

type ByRole = ReadonlyMap<Role, ByOnset>;

/**
 * The alerts of all problems of a scope that are not over, found by what they share. It is made from what PostgreSQL holds and
 * can be made again at any time.
 */
export class Graph {
  private readonly standings = new Map<string, Standing>();
  private readonly offered = new Map<Key, Map<Role, Traits[]>>();
  private readonly needed = new Map<Key, Map<Role, Traits[]>>();
  private readonly alike = new Map<string, Traits[]>();
  private readonly bursts = new Map<string, Traits[]>();
  private readonly members = new Map<string, Set<string>>();

  get size(): number {
    return this.standings.size;
  }

  get(id: string): Standing | undefined {
    return this.standings.get(id);
  }

  offering(key: Key): ByRole {
    return this.offered.get(key) ?? NONE;
  }

  needing(key: Key): ByRole {
    return this.needed.get(key) ?? NONE;
  }

  alikeBy(key: string): ByOnset {
    return this.alike.get(key) ?? NOBODY;
  }

  burstOf(key: string): ByOnset {
    return this.bursts.get(key) ?? NOBODY;
  }

  membersOf(problemId: string): ReadonlySet<string> {
    return this.members.get(problemId) ?? NO_IDS;
  }

  /** What was committed. */
  apply({ standings, over }: GraphChange): void {
    for (const standing of standings) this.put(standing);
    for (const problemId of over) this.removeProblem(problemId);
  }

  put(standing: Standing): void {
    const { traits, problemId } = standing;
    const known = this.standings.get(traits.id);
    this.standings.set(traits.id, standing);
    if (known?.problemId !== problemId) {
      if (known !== undefined) this.leave(known);
      const members = this.members.get(problemId);
      if (members === undefined) this.members.set(problemId, new Set([traits.id]));
      else members.add(traits.id);
    }
    if (known === undefined) this.index(traits);
  }

  /** The alerts of a problem that is over are no longer of interest. */
  removeProblem(problemId: string): void {
    for (const id of this.members.get(problemId) ?? []) {
      const standing = this.standings.get(id);
      if (standing === undefined) continue;
      this.standings.delete(id);
      this.unindex(standing.traits);
    }
    this.members.delete(problemId);
  }

  private leave({ traits, problemId }: Standing): void {
    const members = this.members.get(problemId);
    members?.delete(traits.id);
    if (members?.size === 0) this.members.delete(problemId);
  }

  private index(traits: Traits): void {
    for (const key of traits.offers) insert(listOf(this.offered, key, traits.role), traits);
    for (const key of traits.needs) insert(listOf(this.needed, key, traits.role), traits);
    for (const key of traits.alike) insert(listAt(this.alike, key), traits);
    for (const { key } of traits.bursts) insert(listAt(this.bursts, key), traits);
  }

  private unindex(traits: Traits): void {
    for (const key of traits.offers) drop(this.offered, key, traits);
    for (const key of traits.needs) drop(this.needed, key, traits);
    for (const key of traits.alike) dropAt(this.alike, key, traits);
    for (const { key } of traits.bursts) dropAt(this.bursts, key, traits);
  }
}

const NONE: ByRole = new Map();
const NOBODY: ByOnset = [];
const NO_IDS: ReadonlySet<string> = new Set();

function listOf(index: Map<Key, Map<Role, Traits[]>>, key: Key, role: Role): Traits[] {
  const byRole = index.get(key) ?? new Map<Role, Traits[]>();
  index.set(key, byRole);
  return listAt(byRole, role);
}

function listAt<Of>(index: Map<Of, Traits[]>, key: Of): Traits[] {
  const list = index.get(key) ?? [];
  index.set(key, list);
  return list;
}

function drop(index: Map<Key, Map<Role, Traits[]>>, key: Key, traits: Traits): void {
  const byRole = index.get(key);
  if (byRole === undefined) return;
  dropAt(byRole, traits.role, traits);
  if (byRole.size === 0) index.delete(key);
}

function dropAt<Of>(index: Map<Of, Traits[]>, key: Of, traits: Traits): void {
  const list = index.get(key);
  if (list === undefined) return;
  remove(list, traits);
  if (list.length === 0) index.delete(key);
}
