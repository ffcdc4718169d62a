import { insert, remove, type ByOnset } from './by-onset.js';
import type { Role } from './kinds.js';
import type { Traits } from './traits.js';

const NOBODY: ByOnset = [];

/** Alerts by what patterns see of them. */
export type Lists = Iterable<readonly [Role, ByOnset]>;
export const NO_LISTS: Lists = [];

/** Alerts by a key. Most keys are those of one alert: it stands there itself, without a list around it. */
export class KeyIndex {
  private readonly byKey = new Map<string, Traits | Traits[]>();

  get(key: string): ByOnset {
    const found = this.byKey.get(key);
    if (found === undefined) return NOBODY;
    return Array.isArray(found) ? found : [found];
  }

  add(key: string, traits: Traits): void {
    const found = this.byKey.get(key);
    if (found === undefined) this.byKey.set(key, traits);
    else this.byKey.set(key, withOne(found, traits));
  }

  delete(key: string, traits: Traits): void {
    const found = this.byKey.get(key);
    if (found === undefined) return;
    const left = withoutOne(found, traits);
    if (left === undefined) this.byKey.delete(key);
  }
}

/** The same, by what patterns see of them. */
export class RoleIndex {
  private readonly byKey = new Map<string, Traits | Traits[] | Map<Role, Traits[]>>();

  get(key: string): Lists {
    const found = this.byKey.get(key);
    if (found === undefined) return NO_LISTS;
    if (found instanceof Map) return found;
    if (!Array.isArray(found)) return [[found.role, [found]]];
    return found[0] === undefined ? NO_LISTS : [[found[0].role, found]];
  }

  add(key: string, traits: Traits): void {
    const found = this.byKey.get(key);
    if (found === undefined) {
      this.byKey.set(key, traits);
      return;
    }
    if (!(found instanceof Map)) {
      const first = Array.isArray(found) ? found[0] : found;
      if (first === undefined || first.role === traits.role) {
        this.byKey.set(key, withOne(found, traits));
        return;
      }
      this.byKey.set(
        key,
        new Map([
          [first.role, Array.isArray(found) ? found : [found]],
          [traits.role, [traits]],
        ]),
      );
      return;
    }
    const list = found.get(traits.role);
    if (list === undefined) found.set(traits.role, [traits]);
    else insert(list, traits);
  }

  delete(key: string, traits: Traits): void {
    const found = this.byKey.get(key);
    if (found === undefined) return;
    if (!(found instanceof Map)) {
      if (withoutOne(found, traits) === undefined) this.byKey.delete(key);
      return;
    }
    const list = found.get(traits.role);
    if (list === undefined) return;
    remove(list, traits);
    if (list.length > 0) return;
    found.delete(traits.role);
    if (found.size === 0) this.byKey.delete(key);
  }
}

function withOne(found: Traits | Traits[], traits: Traits): Traits[] {
  const list = Array.isArray(found) ? found : [found];
  insert(list, traits);
  return list;
}

/** Undefined: nobody is left. */
function withoutOne(found: Traits | Traits[], traits: Traits): Traits[] | Traits | undefined {
  if (!Array.isArray(found)) return found.id === traits.id ? undefined : found;
  remove(found, traits);
  return found.length === 0 ? undefined : found;
}
