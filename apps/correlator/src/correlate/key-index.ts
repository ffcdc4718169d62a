import type { ByOnset } from './by-onset.js';
import type { Role } from './kinds.js';
import { OnsetList } from './onset-list.js';
import type { Traits } from './traits.js';

const NOBODY: ByOnset = [];

/** Alerts by a key. Most keys are those of one alert: it stands there itself, without a list around it. */
export class KeyIndex {
  private readonly byKey = new Map<string, Traits | OnsetList>();

  get(key: string): ByOnset {
    const found = this.byKey.get(key);
    if (found === undefined) return NOBODY;
    return found instanceof OnsetList ? found.list : [found];
  }

  add(key: string, traits: Traits): void {
    const found = this.byKey.get(key);
    if (found === undefined) this.byKey.set(key, traits);
    else if (found instanceof OnsetList) found.add(traits);
    else this.byKey.set(key, new OnsetList(found, traits));
  }

  delete(key: string, traits: Traits): void {
    const found = this.byKey.get(key);
    if (found instanceof OnsetList) {
      found.delete(traits);
      if (found.size > 0) return;
    }
    if (found !== undefined) this.byKey.delete(key);
  }
}

/** Alerts by what patterns see of them. */
export type Lists = Iterable<readonly [Role, ByOnset]>;
export const NO_LISTS: Lists = [];

/** The same, each list of one role. */
export class RoleIndex {
  private readonly byKey = new Map<string, Traits | RoleLists>();

  get(key: string): Lists {
    const found = this.byKey.get(key);
    if (found === undefined) return NO_LISTS;
    return found instanceof RoleLists ? found.lists : [[found.role, [found]]];
  }

  add(key: string, traits: Traits): void {
    const found = this.byKey.get(key);
    if (found === undefined) this.byKey.set(key, traits);
    else if (found instanceof RoleLists) found.add(traits);
    else this.byKey.set(key, new RoleLists(found, traits));
  }

  delete(key: string, traits: Traits): void {
    const found = this.byKey.get(key);
    if (found instanceof RoleLists) {
      found.delete(traits);
      if (found.size > 0) return;
    }
    if (found !== undefined) this.byKey.delete(key);
  }
}

/** Lists by what patterns see of their alerts. */
export class RoleLists {
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
}
