/** What is to be told of a problem. */
interface Versioned {
  readonly problem: { readonly id: string; readonly version: number };
}

interface InHand<Telling> {
  newest: Telling;
  users: number;
  tail: Promise<unknown>;
}

/**
 * What this process has in hand, one line for each problem: of two facts about one problem the older is never told after
 * the newer, and whoever's turn it is tells the newest for all that wait behind.
 */
export class NewestVersions<Telling extends Versioned> {
  private readonly inHand = new Map<string, InHand<Telling>>();

  /** Runs `work` alone for its problem. */
  async alone<T>(telling: Telling, work: (newest: () => Telling) => Promise<T>): Promise<T> {
    const { id, version } = telling.problem;
    const entry = this.inHand.get(id) ?? { newest: telling, users: 0, tail: Promise.resolve() };
    this.inHand.set(id, entry);
    if (version > entry.newest.problem.version) entry.newest = telling;
    entry.users += 1;
    const run = entry.tail.then(() => work(() => entry.newest));
    entry.tail = run.catch(() => undefined);
    try {
      return await run;
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.inHand.delete(id);
    }
  }
}
