/**
 * A map with changes on top of one that stays as it is: what a transaction changes costs what it changes, however much was
 * loaded.
 */
export class Overlay<Key, Value> implements ReadonlyMap<Key, Value> {
  private readonly changes: Map<Key, Value>;
  private readonly base: ReadonlyMap<Key, Value>;
  private added = 0;

  constructor(base: ReadonlyMap<Key, Value>) {
    const overlay = base instanceof Overlay ? (base as Overlay<Key, Value>) : undefined;
    this.base = overlay?.base ?? base;
    this.changes = new Map(overlay?.changes);
    this.added = overlay?.added ?? 0;
  }

  get size(): number {
    return this.base.size + this.added;
  }

  get(key: Key): Value | undefined {
    return this.changes.get(key) ?? this.base.get(key);
  }

  has(key: Key): boolean {
    return this.changes.has(key) || this.base.has(key);
  }

  set(key: Key, value: Value): void {
    if (!this.has(key)) this.added += 1;
    this.changes.set(key, value);
  }

  /** In the order of the first map, and then what was added. */
  *entries(): MapIterator<[Key, Value]> {
    for (const [key, value] of this.base) yield [key, this.changes.get(key) ?? value];
    for (const [key, value] of this.changes) if (!this.base.has(key)) yield [key, value];
  }

  *keys(): MapIterator<Key> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  forEach(callback: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }
}
