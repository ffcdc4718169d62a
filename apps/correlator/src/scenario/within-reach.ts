import type { Alert } from '../decide/state.js';

/**
 * All alerts by their ids. Who walks through them meets those alone that a snapshot can end: as a transaction of the correlator
 * loads no others, however many there are.
 */
export class WithinReach implements ReadonlyMap<string, Alert> {
  constructor(
    private readonly all: ReadonlyMap<string, Alert>,
    private readonly held: ReadonlyMap<string, Alert>,
  ) {}

  get size(): number {
    return this.held.size;
  }

  get(id: string): Alert | undefined {
    return this.all.get(id);
  }

  has(id: string): boolean {
    return this.all.has(id);
  }

  keys(): MapIterator<string> {
    return this.held.keys();
  }

  values(): MapIterator<Alert> {
    return this.held.values();
  }

  entries(): MapIterator<[string, Alert]> {
    return this.held.entries();
  }

  [Symbol.iterator](): MapIterator<[string, Alert]> {
    return this.held.entries();
  }

  forEach(callback: (alert: Alert, id: string, map: ReadonlyMap<string, Alert>) => void): void {
    this.held.forEach((alert, id) => callback(alert, id, this));
  }
}
