import type { ByOnset } from './by-onset.js';
import { Graph, type Standing } from './graph.js';
import type { Role } from './kinds.js';
import { NO_LISTS, type Lists } from './key-index.js';
import type { Key } from './keys.js';
import { hashOf } from './place-table.js';

/** A graph with the changes of one transaction on top: the graph itself stays as it is until they are committed. */
export class GraphView {
  private readonly added = new Graph();
  private readonly changed = new Map<string, Standing>();
  /** By problem: whom the transaction has brought in. */
  private readonly joined = new Map<string, Set<string>>();

  private isPlacing = false;

  constructor(private readonly base: Graph) {}

  get(id: string): Standing | undefined {
    return this.changed.get(id) ?? this.base.get(id);
  }

  put(standing: Standing): void {
    const { id } = standing.traits;
    if (this.base.get(id) === undefined) this.added.put(standing);
    this.changed.set(id, standing);
    if (standing.isPlaced === true) this.isPlacing = true;
    const joined = this.joined.get(standing.problemId) ?? new Set<string>();
    this.joined.set(standing.problemId, joined.add(id));
  }

  offering(key: Key): Lists {
    const hash = hashOf(key);
    return both(this.base.offering(key, hash), this.added.offering(key, hash));
  }

  needing(key: Key): Lists {
    const hash = hashOf(key);
    return both(this.base.needing(key, hash), this.added.needing(key, hash));
  }

  *byRole(): Generator<readonly [Role, ByOnset]> {
    yield* this.base.byRole;
    yield* this.added.byRole;
  }

  /** In two lists, each by onset. */
  alikeBy(key: string): readonly [ByOnset, ByOnset] {
    const hash = hashOf(key);
    return [this.base.alikeBy(key, hash), this.added.alikeBy(key, hash)];
  }

  burstOf(key: string): readonly [ByOnset, ByOnset] {
    const hash = hashOf(key);
    return [this.base.burstOf(key, hash), this.added.burstOf(key, hash)];
  }

  *membersOf(problemId: string): Generator<Standing> {
    for (const id of this.base.membersOf(problemId)) {
      const standing = this.get(id);
      if (standing?.problemId === problemId) yield standing;
    }
    const known = this.base.membersOf(problemId);
    for (const id of this.joined.get(problemId) ?? []) {
      const standing = this.get(id);
      if (standing?.problemId === problemId && !known.has(id)) yield standing;
    }
  }

  /** Whether people have put any alert into a problem. */
  get hasAnyPlaced(): boolean {
    return this.base.hasPlaced || this.isPlacing;
  }

  /** Whether a person has put alerts into a problem. */
  hasPlaced(problemId: string): boolean {
    for (const ids of [this.base.placedIn(problemId), this.joined.get(problemId) ?? []])
      for (const id of ids) {
        const standing = this.get(id);
        if (standing?.problemId === problemId && standing.isPlaced === true) return true;
      }
    return false;
  }

  /** The graph as it was before. */
  before(id: string): Standing | undefined {
    return this.base.get(id);
  }

  /** What the transaction changed, to be put into the graph once it is committed. */
  changes(): readonly Standing[] {
    return [...this.changed.values()];
  }
}

function both(one: Lists, other: Lists): Lists {
  if (other === NO_LISTS) return one;
  return one === NO_LISTS ? other : [...one, ...other];
}
