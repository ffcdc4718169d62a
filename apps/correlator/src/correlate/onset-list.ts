import { isBefore, placeOf, type ByOnset } from './by-onset.js';
import type { Traits } from './traits.js';

/** Where a larger part is gone, it is dropped at once: a list that nobody asks for keeps nothing either. */
const MOST_GONE = 1 / 8;

/** So few are each put where they belong: to move the others is cheap as long as it is not done for each of many. */
const FEW = 8;

/** Alerts by onset. What comes and goes is put in order when the list is asked for: however many did, it costs one pass. */
export class OnsetList {
  private all: Traits[] = [];
  /** So many of the first are in their order. */
  private ordered = 0;
  private gone: Set<Traits> | undefined;

  constructor(...first: readonly Traits[]) {
    for (const traits of first) this.add(traits);
  }

  get size(): number {
    return this.all.length - (this.gone?.size ?? 0);
  }

  get list(): ByOnset {
    if (this.ordered < this.all.length) this.order();
    this.dropGone();
    return this.all;
  }

  private dropGone(): void {
    const { gone } = this;
    if (gone === undefined) return;
    this.gone = undefined;
    this.drop(gone);
  }

  /** What stays moves up, in its order. */
  private drop(gone: ReadonlySet<Traits>): void {
    const { all } = this;
    let kept = 0;
    let ordered = 0;
    for (const [index, traits] of all.entries()) {
      if (gone.has(traits)) continue;
      if (index < this.ordered) ordered += 1;
      all[kept] = traits;
      kept += 1;
    }
    all.length = kept;
    this.ordered = ordered;
  }

  add(traits: Traits): void {
    if (this.gone?.delete(traits) === true) return;
    const last = this.all.at(-1);
    if (this.ordered === this.all.length && (last === undefined || isBefore(last, traits))) this.ordered += 1;
    this.all.push(traits);
  }

  delete(traits: Traits): void {
    this.gone ??= new Set();
    this.gone.add(traits);
    if (this.gone.size > Math.max(FEW, this.all.length * MOST_GONE)) this.dropGone();
  }

  deleteAll(gone: ReadonlySet<Traits>): void {
    this.dropGone();
    this.drop(gone);
  }

  private order(): void {
    const added = this.all.splice(this.ordered);
    if (added.length > FEW) this.merge(added.sort((a, b) => (isBefore(a, b) ? -1 : 1)));
    else for (const one of added) this.all.splice(placeOf(this.all, one), 0, one);
    this.ordered = this.all.length;
  }

  /** From the end, so that only what is later than the first that came is moved. */
  private merge(added: Traits[]): void {
    const { all } = this;
    all.length += added.length;
    let known = this.ordered - 1;
    let to = all.length - 1;
    for (let next = added.pop(); next !== undefined; to -= 1) {
      const there = known < 0 ? undefined : all[known];
      if (there !== undefined && isBefore(next, there)) {
        all[to] = there;
        known -= 1;
      } else {
        all[to] = next;
        next = added.pop();
      }
    }
  }
}
