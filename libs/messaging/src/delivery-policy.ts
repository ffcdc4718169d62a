import type { Backoff } from './backoff.js';

/** When a message is tried again and when it is given up. */
export interface DeliveryPolicy {
  /** A handler has so long for a message or a batch; then it counts as failed. */
  readonly handlerTimeoutMs: number;
  /** A message for which its handler has failed so often is a dead letter. */
  readonly maxFailures: number;
  /** The waits between failures. Together long enough to outlive a restart of what the handler needs. */
  readonly retry: Backoff;
  /** After so many deliveries without any outcome in this process, a message gets one more try, and no further one. */
  readonly maxUnfinished: number;
  /** At shutdown, running handlers get so long to finish. */
  readonly stopTimeoutMs: number;
}

export const DEFAULT_POLICY: DeliveryPolicy = {
  handlerTimeoutMs: 60_000,
  maxFailures: 5,
  retry: { baseMs: 1_000, factor: 4, capMs: 60_000 },
  maxUnfinished: 20,
  stopTimeoutMs: 5_000,
};
