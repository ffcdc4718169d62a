import type { ByOnset } from './by-onset.js';
import type { Standing } from './graph.js';
import type { Role } from './kinds.js';
import { OnsetList } from './onset-list.js';
import { hashOf, PlaceTable } from './place-table.js';
import type { Traits } from './traits.js';

/** Alerts that share a key. */
interface Sharers {
  readonly size: number;
  add(traits: Traits): void;
  delete(traits: Traits): void;
  deleteAll(gone: ReadonlySet<Traits>): void;
}

/** So a key is marked in the table that several alerts have, or had. */
const SEVERAL = -2;

/** Alerts by their keys. Most keys are those of one alert: nothing is kept of these but where it stands. */
export class KeyIndex<Of extends Sharers> {
  private readonly table = new PlaceTable();
  private readonly several = new Map<string, Of>();

  constructor(
    /** All alerts, each at its place. */
    private readonly standings: readonly (Standing | undefined)[],
    private readonly has: (traits: Traits, key: string) => boolean,
    private readonly together: (one: Traits, other: Traits) => Of,
  ) {}

  /** The alert, or those, that have a key. */
  get(key: string, hash: number): Traits | Of | undefined {
    const place = this.placeOf(key, hash);
    return place < 0 ? undefined : this.foundAt(place, key);
  }

  add(key: string, traits: Traits, number: number): void {
    const hash = hashOf(key);
    const place = this.placeOf(key, hash);
    if (place < 0) {
      this.table.add(hash, number);
      return;
    }
    const several = this.several.get(key);
    if (several !== undefined) {
      several.add(traits);
      return;
    }
    const known = this.alertAt(place);
    if (known === undefined) return;
    this.several.set(key, this.together(known, traits));
    this.table.set(place, SEVERAL);
  }

  delete(key: string, traits: Traits): void {
    const place = this.placeOf(key, hashOf(key));
    if (place < 0) return;
    const several = this.several.get(key);
    if (several !== undefined) {
      several.delete(traits);
      if (several.size > 0) return;
      this.several.delete(key);
    }
    this.table.remove(place);
  }

  /** Of many that are no longer at their places, whatever their keys are. */
  deleteAll(gone: ReadonlySet<Traits>): void {
    for (const [key, several] of this.several) {
      several.deleteAll(gone);
      if (several.size > 0) continue;
      this.table.remove(this.placeOf(key, hashOf(key)));
      this.several.delete(key);
    }
    this.table.removeAll((number) => number !== SEVERAL && this.standings[number] === undefined);
  }

  private placeOf(key: string, hash: number): number {
    let place = this.table.next(hash);
    while (place >= 0 && this.foundAt(place, key) === undefined) place = this.table.next(hash, place);
    return place;
  }

  private foundAt(place: number, key: string): Traits | Of | undefined {
    if (this.table.at(place) === SEVERAL) return this.several.get(key);
    const traits = this.alertAt(place);
    return traits !== undefined && this.has(traits, key) ? traits : undefined;
  }

  private alertAt(place: number): Traits | undefined {
    return this.standings[this.table.at(place)]?.traits;
  }
}

/** Alerts by what patterns see of them. */
export type Lists = Iterable<readonly [Role, ByOnset]>;
export const NO_LISTS: Lists = [];

/** Lists by what patterns see of their alerts. */
export class RoleLists implements Sharers {
  private readonly byRole = new Map<Role, OnsetList>();
  /** As it was asked for last, until something comes or goes. */
  private asked: readonly (readonly [Role, ByOnset])[] | undefined;

  constructor(...first: readonly Traits[]) {
    for (const traits of first) this.add(traits);
  }

  get size(): number {
    return this.byRole.size;
  }

  get lists(): Lists {
    this.asked ??= Array.from(this.byRole, ([role, of]) => [role, of.list] as const);
    return this.asked;
  }

  add(traits: Traits): void {
    this.asked = undefined;
    const known = this.byRole.get(traits.role);
    if (known === undefined) this.byRole.set(traits.role, new OnsetList(traits));
    else known.add(traits);
  }

  delete(traits: Traits): void {
    this.asked = undefined;
    const known = this.byRole.get(traits.role);
    known?.delete(traits);
    if (known?.size === 0) this.byRole.delete(traits.role);
  }

  deleteAll(gone: ReadonlySet<Traits>): void {
    this.asked = undefined;
    for (const [role, of] of this.byRole) {
      of.deleteAll(gone);
      if (of.size === 0) this.byRole.delete(role);
    }
  }
}
