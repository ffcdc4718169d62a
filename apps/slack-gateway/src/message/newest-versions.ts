/**
 * The newest version of each problem that this process has in hand, and one line for each problem: of two facts about one
 * problem the older is never told after the newer.
 */
export class NewestVersions {
  private readonly inHand = new Map<string, { newest: number; users: number; tail: Promise<unknown> }>();

  /**
   * Runs `work` alone for its problem. It is asked whether a newer version came meanwhile: then there is nothing to tell.
   */
  async alone<T>(
    problemId: string,
    version: number,
    work: (isSuperseded: () => boolean) => Promise<T>,
  ): Promise<T> {
    const entry = this.inHand.get(problemId) ?? { newest: 0, users: 0, tail: Promise.resolve() };
    this.inHand.set(problemId, entry);
    entry.newest = Math.max(entry.newest, version);
    entry.users += 1;
    const run = entry.tail.then(() => work(() => entry.newest > version));
    entry.tail = run.catch(() => undefined);
    try {
      return await run;
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.inHand.delete(problemId);
    }
  }
}
