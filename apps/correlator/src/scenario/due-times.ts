/** What is to be looked at because time has passed. */
export interface Due {
  readonly kind: 'alert' | 'problem' | 'heartbeat' | 'silence';
  readonly id: string;
}

interface Entry extends Due {
  readonly at: string;
}

/** When what is to be looked at, the earliest first: a binary heap, in which an entry that was set anew is passed over. */
export class DueTimes {
  private readonly heap: Entry[] = [];
  private readonly times = new Map<string, string>();

  /** `last`: what is due after it is never asked for. */
  constructor(private readonly last: string) {}

  /** Undefined: never. */
  set({ kind, id }: Due, at: string | undefined): void {
    const key = `${kind}:${id}`;
    if (at === undefined || at > this.last) {
      this.times.delete(key);
      return;
    }
    if (this.times.get(key) === at) return;
    this.times.set(key, at);
    this.push({ kind, id, at });
  }

  /** When something is due next. */
  next(): string | undefined {
    for (let first = this.heap[0]; first !== undefined; first = this.heap[0]) {
      if (this.times.get(`${first.kind}:${first.id}`) === first.at) return first.at;
      this.pop();
    }
    return undefined;
  }

  /** All that is due at the earliest time at which something is. */
  take(): readonly Due[] {
    const at = this.next();
    const taken: Due[] = [];
    while (at !== undefined && this.next() === at) {
      const { kind, id } = this.pop();
      this.times.delete(`${kind}:${id}`);
      taken.push({ kind, id });
    }
    return taken;
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at <= entry.at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  private pop(): Entry {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) throw new Error('nothing is due');
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const [left, right] = [heap[2 * index + 1], heap[2 * index + 2]];
      const isRight = left !== undefined && right !== undefined && right.at < left.at;
      const smaller = isRight ? right : left;
      if (smaller === undefined || smaller.at >= last.at) break;
      heap[index] = smaller;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
    return first;
  }
}
