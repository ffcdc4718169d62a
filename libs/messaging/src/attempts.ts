/** What this process knows of earlier deliveries of messages that are not settled yet. */
export class Attempts {
  private readonly records = new Map<string, { failures: number; answered: boolean }>();

  failuresOf(key: string): number {
    return this.records.get(key)?.failures ?? 0;
  }

  /** A handler in this process has answered or failed for it, so it does not kill the process. */
  isKnown(key: string): boolean {
    return this.records.get(key)?.answered === true;
  }

  /** Returns how often it has failed by now. */
  failed(key: string): number {
    const failures = this.failuresOf(key) + 1;
    this.remember(key, failures);
    return failures;
  }

  deferred(key: string): void {
    this.remember(key, this.failuresOf(key));
  }

  forget(key: string): void {
    this.records.delete(key);
  }

  private remember(key: string, failures: number): void {
    this.records.delete(key);
    this.records.set(key, { failures, answered: true });
    // Another replica may settle what this one remembers, so the oldest are dropped at some point.
    if (this.records.size > MAX_RECORDS) {
      for (const oldest of this.records.keys()) {
        this.records.delete(oldest);
        break;
      }
    }
  }
}

const MAX_RECORDS = 20_000;
