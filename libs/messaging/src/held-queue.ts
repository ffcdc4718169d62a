/** Messages that were pulled and wait for their handler: one side pushes, one takes, and one waits for room. */
export class HeldQueue<T> {
  private readonly items: T[] = [];
  private readonly waiting = new Set<() => void>();
  private ended = false;
  private heldBytes = 0;

  constructor(private readonly bytesOf: (item: T) => number) {}

  get length(): number {
    return this.items.length;
  }

  get bytes(): number {
    return this.heldBytes;
  }

  push(item: T): void {
    this.items.push(item);
    this.heldBytes += this.bytesOf(item);
    this.wake();
  }

  /** True as soon as there is something to take, false at the end. */
  async whenFilled(): Promise<boolean> {
    await this.when(() => this.items.length > 0);
    return !this.ended;
  }

  /** Resolves when fewer than `capacity` items of fewer than `maxBytes` together wait, or at the end. */
  async whenRoom(capacity: number, maxBytes: number): Promise<void> {
    await this.when(() => this.items.length < capacity && this.heldBytes < maxBytes);
  }

  /** Resolves when there are `count` items, after `waitMs`, or at the end. */
  async whenCount(count: number, waitMs: number): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.wake();
    }, waitMs);
    await this.when(() => late || this.items.length >= count);
    clearTimeout(timer);
  }

  /** Up to `max` items of at most `maxBytes` together, but always the first one. */
  take(max: number, maxBytes: number): T[] {
    let count = 0;
    let bytes = 0;
    for (const item of this.items) {
      bytes += this.bytesOf(item);
      if (count >= max || (count > 0 && bytes > maxBytes)) break;
      count += 1;
    }
    const taken = this.items.splice(0, count);
    for (const item of taken) this.heldBytes -= this.bytesOf(item);
    this.wake();
    return taken;
  }

  takeAll(): T[] {
    return this.take(Infinity, Infinity);
  }

  /** Everyone who waits goes on; what is still in it can be taken. */
  end(): void {
    this.ended = true;
    this.wake();
  }

  private async when(condition: () => boolean): Promise<void> {
    while (!this.ended && !condition()) {
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  private wake(): void {
    const all = [...this.waiting];
    this.waiting.clear();
    for (const go of all) go();
  }
}
