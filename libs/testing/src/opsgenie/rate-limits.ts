/** The vendor publishes no figures: some calls at once, and so many a second after them. */
const BURST = 200;
const PER_SECOND = 50;

/** A token bucket over all calls of the account (docs.opsgenie.com, "API Rate Limiting"). */
export class RateLimits {
  /** How a refusal names the bucket that overflowed. */
  static readonly throttled = {
    'x-ratelimit-state': 'THROTTLED',
    'x-ratelimit-reason': 'ACCOUNT',
    'x-ratelimit-period-in-sec': '1',
  } as const;

  private tokens = BURST;
  private at: number;

  constructor(private readonly clock: () => number = Date.now) {
    this.at = clock();
  }

  isOver(): boolean {
    const now = this.clock();
    this.tokens = Math.min(BURST, this.tokens + ((now - this.at) / 1_000) * PER_SECOND);
    this.at = now;
    if (this.tokens < 1) return true;
    this.tokens -= 1;
    return false;
  }
}
