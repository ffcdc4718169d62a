/**
 * Which calls have to wait: a limit of one method says nothing about another. That of posts is by channel, all others are of
 * the workspace (https://docs.slack.dev/apis/web-api/rate-limits).
 */
export class Pauses {
  private readonly until = new Map<string, number>();

  /** @param now milliseconds since the epoch */
  pause(method: string, channel: string, ms: number, now: number): void {
    const key = keyOf(method, channel);
    this.until.set(key, Math.max(this.until.get(key) ?? 0, now + ms));
  }

  /** Milliseconds until the call may be made; 0: now. */
  left(method: string, channel: string, now: number): number {
    return Math.max(0, (this.until.get(keyOf(method, channel)) ?? 0) - now);
  }

  /** What waits, e.g. `chat.postMessage #general`. */
  current(now: number): readonly string[] {
    for (const [key, until] of this.until) if (until <= now) this.until.delete(key);
    return [...this.until.keys()];
  }
}

function keyOf(method: string, channel: string): string {
  return method === 'chat.postMessage' ? `${method} ${channel}` : method;
}
