/** Which calls have to wait, by method and channel: a limit of one says nothing about another. */
export class Pauses {
  private readonly until = new Map<string, number>();

  /** @param now milliseconds since the epoch */
  pause(method: string, channel: string, ms: number, now: number): void {
    const key = `${method} ${channel}`;
    this.until.set(key, Math.max(this.until.get(key) ?? 0, now + ms));
  }

  /** Milliseconds until the call may be made; 0: now. */
  left(method: string, channel: string, now: number): number {
    return Math.max(0, (this.until.get(`${method} ${channel}`) ?? 0) - now);
  }

  /** What waits, e.g. `chat.postMessage #general`. */
  current(now: number): readonly string[] {
    for (const [key, until] of this.until) if (until <= now) this.until.delete(key);
    return [...this.until.keys()];
  }
}
