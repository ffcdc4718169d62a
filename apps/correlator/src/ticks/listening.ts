import { spoolState, subjects, type SpoolState } from '@gomon/contracts';
import { CONSUMERS, describeError, type Log, type Nats } from '@gomon/messaging';

/** Ingest says every 5 s what waits in its spool: a gap of this length means that we were not listening. */
const DEAF_AFTER_MS = 16_000;
/** An ingest that was silent for so long is gone, and its spool with it. */
const GONE_AFTER_MS = 24 * 60 * 60_000;

/** What was heard of each ingest. */
interface Heard {
  readonly at: number;
  readonly state: SpoolState;
}

/** What we know of the time at the sources. RFC 3339. */
export interface KnownTime {
  /** Everything that was accepted until then is decided. */
  readonly watermark: string;
  /** Since when reports reach us without a break. */
  readonly listeningSince: string;
}

/**
 * Whether, and since when, reports reach us without a break; and until when each ingest that is there has said that nothing
 * waits in its spool.
 */
export function listeningSince(
  now: number,
  since: number,
  heard: readonly Heard[],
): { readonly since: number; readonly isListening: boolean; readonly knownUntil: number } {
  const newest = Math.max(0, ...heard.map(({ at }) => at));
  if (now - newest > DEAF_AFTER_MS) return { since: now, isListening: false, knownUntil: 0 };
  const isDrained = heard.every(({ at, state }) => state.undrained === 0 || now - at > GONE_AFTER_MS);
  const present = heard.filter(({ at }) => now - at <= DEAF_AFTER_MS);
  return { since, isListening: isDrained, knownUntil: Math.min(...present.map(({ at }) => at)) };
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

  /**
   * The time up to which everything that was accepted is decided, and since when we have listened. Undefined while time stands
   * still.
   */
  async time(): Promise<KnownTime | undefined> {
    const { isListening, knownUntil } = this.present();
    if (!isListening || (await this.hasBacklog())) return undefined;
    return {
      watermark: new Date(knownUntil).toISOString(),
      listeningSince: new Date(this.beganAt).toISOString(),
    };
  }

  private present(): { isListening: boolean; isHeard: boolean; knownUntil: number } {
    const now = this.clock();
    if (!this.nats.isConnected()) this.beganAt = now;
    const { since, isListening, knownUntil } = listeningSince(now, this.beganAt, [...this.heard.values()]);
    this.beganAt = since;
    return { isListening, isHeard: since !== now, knownUntil };
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
