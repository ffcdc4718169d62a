/** Room for so many at first: a power of two, as always. */
const FIRST_ROOM = 2_048;
/** It grows when so much of it is taken: the places of one hash stay near each other. */
const FULL = 0.6;
const FREE = 0;

/**
 * Whole numbers, except -1, by a hash of a text. All stands in two typed arrays: the garbage collector has nothing to look through,
 * however much it is, and to look something up touches one place of memory. Two texts may have one hash: who asks says which of
 * its numbers is meant. Open addressing with linear probing (Knuth, The Art of Computer Programming, volume 3, §6.4,
 * algorithms L and R).
 */
export class PlaceTable {
  private hashes: Int32Array;
  /** One more than the number; 0: free. */
  private numbers: Int32Array;
  private taken = 0;

  constructor(room = FIRST_ROOM) {
    this.hashes = new Int32Array(room);
    this.numbers = new Int32Array(room);
  }

  /** Where a number of that hash stands, the next one after another such place; -1: there is no more. */
  next(hash: number, after = -1): number {
    const { hashes, numbers } = this;
    const mask = numbers.length - 1;
    let at = (after < 0 ? hash : after + 1) & mask;
    for (; numbers[at] !== FREE; at = (at + 1) & mask) if (hashes[at] === hash) return at;
    return -1;
  }

  at(place: number): number {
    return (this.numbers[place] ?? FREE) - 1;
  }

  set(place: number, number: number): void {
    this.numbers[place] = number + 1;
  }

  add(hash: number, number: number): void {
    if (this.taken >= this.numbers.length * FULL) this.grow();
    this.insert(hash, number + 1);
    this.taken += 1;
  }

  /** What stands after it, and would not be found behind a free place, moves up. */
  remove(place: number): void {
    const { hashes, numbers } = this;
    const mask = numbers.length - 1;
    let gap = place;
    for (let at = (gap + 1) & mask; numbers[at] !== FREE; at = (at + 1) & mask) {
      const home = (hashes[at] ?? 0) & mask;
      const isBehind = ((at - home) & mask) >= ((at - gap) & mask);
      if (!isBehind) continue;
      hashes[gap] = hashes[at] ?? 0;
      numbers[gap] = numbers[at] ?? FREE;
      gap = at;
    }
    numbers[gap] = FREE;
    this.taken -= 1;
  }

  /** What moves up to a place that was freed is looked at there. */
  removeAll(isGone: (number: number) => boolean): void {
    for (let place = 0; place < this.numbers.length; place += 1)
      while (this.numbers[place] !== FREE && isGone(this.at(place))) this.remove(place);
  }

  private insert(hash: number, number: number): void {
    const mask = this.numbers.length - 1;
    let at = hash & mask;
    while (this.numbers[at] !== FREE) at = (at + 1) & mask;
    this.hashes[at] = hash;
    this.numbers[at] = number;
  }

  private grow(): void {
    const { hashes, numbers } = this;
    this.hashes = new Int32Array(2 * hashes.length);
    this.numbers = new Int32Array(2 * numbers.length);
    for (const [at, number] of numbers.entries()) if (number !== FREE) this.insert(hashes[at] ?? 0, number);
  }
}

/**
 * 32 bits of a text: FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), and the end of MurmurHash3 after it, as FNV's last bits
 * alone are the same for many texts.
 */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
