/** A bucket of calls that refills steadily. */
class Bucket {
  private tokens: number;

  constructor(
    private readonly capacity: number,
    private readonly perSecond: number,
    private filledAt: number,
  ) {
    this.tokens = capacity;
  }

  /** 0 when the call may go on, else the seconds to wait. */
  take(now: number): number {
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.filledAt) / 1_000) * this.perSecond);
    this.filledAt = now;
    if (this.tokens >= 1) {
      this.tokens -= 1;
      return 0;
    }
    return Math.ceil((1 - this.tokens) / this.perSecond);
  }
}

/** Messages to one channel: about one a second, with a short burst. */
const CHANNEL = { burst: 5, perSecond: 1 };

/** Slack's rate limits: per method and minute, and per channel for posts. */
export class RateLimits {
  private readonly buckets = new Map<string, Bucket>();

  /** The seconds to wait before the call, or 0. */
  waitFor(method: string, perMinute: number, channel: unknown, now: number): number {
    const byMethod = this.bucket(method, perMinute, perMinute / 60, now).take(now);
    if (byMethod > 0 || method !== 'chat.postMessage') return byMethod;
    return this.bucket(`${method} ${String(channel)}`, CHANNEL.burst, CHANNEL.perSecond, now).take(now);
  }

  private bucket(key: string, capacity: number, perSecond: number, now: number): Bucket {
    const known = this.buckets.get(key) ?? new Bucket(capacity, perSecond, now);
    this.buckets.set(key, known);
    return known;
  }
}
