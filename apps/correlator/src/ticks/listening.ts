import { spoolState, subjects, type SpoolState } from '@gomon/contracts';
import { CONSUMERS, describeError, type Log, type Nats } from '@gomon/messaging';

/** A gap of this length in what ingest says means that we were not listening. */
const DEAF_AFTER_MS = 60_000;
/** An ingest that was silent for so long is gone, and its spool with it. */
const GONE_AFTER_MS = 24 * 60 * 60_000;

/** What was heard of each ingest. */
interface Heard {
  readonly at: number;
  readonly state: SpoolState;
}

/** Whether, and since when, reports reach us without a break. */
export function listeningSince(
  now: number,
  since: number,
  heard: readonly Heard[],
): { readonly since: number; readonly isListening: boolean } {
  const newest = Math.max(0, ...heard.map(({ at }) => at));
  if (now - newest > DEAF_AFTER_MS) return { since: now, isListening: false };
  const isDrained = heard.every(({ at, state }) => state.undrained === 0 || now - at > GONE_AFTER_MS);
  return { since, isListening: isDrained };
}

/**
 * Knows since when sources could reach us. Silence of a source counts from there, and while something is undecided (in a
 * spool, in the stream) no time passes at all: our own outage makes nothing overdue.
 */
export class Listening {
  private readonly heard = new Map<string, Heard>();
  private beganAt: number;
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly nats: Nats,
    private readonly log: Log,
    private readonly clock: () => number = Date.now,
  ) {
    this.beganAt = clock();
  }

  start(): void {
    this.stopListening = this.nats.onConnection((connection) => {
      connection.subscribe(subjects.spoolState, {
        callback: (error, message) => {
          if (error === null) this.hear(message.string());
        },
      });
    });
  }

  stop(): void {
    this.stopListening?.();
  }

  /** Whether any ingest was heard lately. */
  hearsIngest(): boolean {
    return this.present().isHeard;
  }

  /** RFC 3339; undefined while time stands still. */
  async since(): Promise<string | undefined> {
    const { isListening } = this.present();
    if (!isListening || (await this.hasBacklog())) return undefined;
    return new Date(this.beganAt).toISOString();
  }

  private present(): { isListening: boolean; isHeard: boolean } {
    const now = this.clock();
    const { since, isListening } = listeningSince(now, this.beganAt, [...this.heard.values()]);
    this.beganAt = since;
    return { isListening, isHeard: since !== now };
  }

  private hear(text: string): void {
    this.present();
    try {
      const state = spoolState.parse(JSON.parse(text));
      this.heard.set(state.instance, { at: this.clock(), state });
    } catch (error) {
      this.log('warn', 'somebody says something about a spool that nobody understands', {
        error: describeError(error),
      });
    }
  }

  private async hasBacklog(): Promise<boolean> {
    if (!this.nats.isConnected()) return true;
    const manager = await this.nats.jetstreamManager();
    for (const { name, stream } of [CONSUMERS.correlatorUrgent, CONSUMERS.correlatorNormal]) {
      const { num_pending, num_redelivered } = await manager.consumers.info(stream.name, name);
      if (num_pending + num_redelivered > 0) return true;
    }
    return false;
  }
}
