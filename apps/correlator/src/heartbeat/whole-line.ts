/** What is known of a durable consumer. */
export interface ConsumerLook {
  readonly name: string;
  /** Somebody waits for messages or handles some. */
  readonly isServed: boolean;
  /** Delivered or waiting, and not acknowledged. */
  readonly unacknowledged: number;
  readonly ackFloor: number;
}

/** What is known of the whole line at one moment. */
export interface LineLook {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly hearsIngest: boolean;
  readonly oldestOutboxSeconds: number;
  readonly consumers: readonly ConsumerLook[];
}

/** A consumer that has work and acknowledges nothing for so long is stuck. */
const STUCK_AFTER_MS = 120_000;
const OUTBOX_STUCK_AFTER_S = 60;

/** Since when each consumer has had work without acknowledging any. */
export type Stuck = ReadonlyMap<string, { readonly since: number; readonly ackFloor: number }>;

export function stuckAfter(before: Stuck, { at, consumers }: LineLook): Stuck {
  return new Map(
    consumers
      .filter(({ unacknowledged }) => unacknowledged > 0)
      .map(({ name, ackFloor }) => {
        const known = before.get(name);
        return [name, known?.ackFloor === ackFloor ? known : { since: at, ackFloor }];
      }),
  );
}

/** What does not work, in words; empty: the whole line works. */
export function faultsOf(look: LineLook, stuck: Stuck): readonly string[] {
  const faults: string[] = [];
  if (!look.hearsIngest) faults.push('no ingest is heard');
  if (look.oldestOutboxSeconds > OUTBOX_STUCK_AFTER_S) {
    faults.push(`facts wait in the outbox for ${Math.round(look.oldestOutboxSeconds)} s`);
  }
  for (const { name, isServed } of look.consumers) {
    const { since } = stuck.get(name) ?? {};
    if (!isServed) faults.push(`nobody consumes ${name}`);
    else if (since !== undefined && look.at - since > STUCK_AFTER_MS) faults.push(`${name} is stuck`);
  }
  return faults;
}
