import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { Recurrence } from './recurrence.js';

/** One of the windows of a recurrence. RFC 3339. */
export interface Window {
  readonly startsAt: string;
  readonly endsAt: string;
}

/** A recurrence that cannot be used, and why. */
export class RecurrenceError extends Error {
  override readonly name = 'RecurrenceError';
}

const FREQUENCIES = /^(HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)$/;
/** Clocks are set by less than this. */
const CLOCK_CHANGE_MS = 3 * 3_600_000;
/** The next window is looked for within this. */
const AHEAD_MS = 5 * 366 * 86_400_000;

/**
 * The windows of a recurrence. They are counted by the clock on the wall: one that would begin in the hour that is skipped in
 * spring begins as much later (as RFC 5545 §3.3.5 reads such a time) instead of falling out, and one in the hour that comes
 * twice in autumn begins in the first.
 */
export class Windows {
  private constructor(
    private readonly rule: RRuleTemporal,
    private readonly timezone: string,
    private readonly durationMs: number,
  ) {}

  /** @throws RecurrenceError */
  static of({ rrule, timezone, durationMs }: Recurrence, startsAt: string): Windows {
    try {
      Temporal.Instant.from(startsAt).toZonedDateTimeISO(timezone);
    } catch {
      throw new RecurrenceError(`there is no time zone ${timezone}`);
    }
    const text = rrule
      .trim()
      .replace(/^RRULE:/i, '')
      .toUpperCase();
    if (/[\r\n]/.test(text)) throw new RecurrenceError('it is more than one line');
    const frequency = /(?:^|;)FREQ=([^;]*)/.exec(text)?.[1] ?? '';
    if (!FREQUENCIES.test(frequency)) {
      throw new RecurrenceError('FREQ must be one of HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY');
    }
    const begin = wallOf(startsAt, timezone);
    const until = text.replace(/UNTIL=(\d{8}T\d{6})Z/, (_, time: string) => {
      const instant = time.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/, '$1-$2-$3T$4:$5:$6Z');
      return `UNTIL=${compact(wallOf(instant, timezone))}Z`;
    });
    try {
      const rruleString = `DTSTART;TZID=UTC:${compact(begin)}\nRRULE:${until}`;
      const rule = new RRuleTemporal({ rruleString, temporal: Temporal });
      return new Windows(rule, timezone, durationMs);
    } catch (error) {
      throw new RecurrenceError(error instanceof Error ? error.message : String(error));
    }
  }

  /** The window in which a time lies, the longest of several; undefined: none. */
  at(time: string): Window | undefined {
    const ms = Date.parse(time);
    return this.between(ms - this.durationMs, ms)
      .filter(({ startsAt, endsAt }) => startsAt <= time && time < endsAt)
      .at(-1);
  }

  /** The first window that begins after a time. */
  after(time: string): Window | undefined {
    const wall = new Date(wallOf(time, this.timezone) - CLOCK_CHANGE_MS);
    for (let next = this.rule.next(wall); next !== null;) {
      const window = this.windowOf(next.epochMilliseconds);
      if (window.startsAt > time) return window;
      if (next.epochMilliseconds > Date.parse(time) + AHEAD_MS) return undefined;
      next = this.rule.next(new Date(next.epochMilliseconds));
    }
    return undefined;
  }

  private between(fromMs: number, toMs: number): readonly Window[] {
    const wall = (ms: number) => wallOf(new Date(ms).toISOString(), this.timezone);
    return this.rule
      .between(new Date(wall(fromMs) - CLOCK_CHANGE_MS), new Date(wall(toMs) + CLOCK_CHANGE_MS), true)
      .map((start) => this.windowOf(start.epochMilliseconds));
  }

  /** From what the clock on the wall shows, as if it were UTC. */
  private windowOf(wall: number): Window {
    const shown = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime();
    const begin = shown.toZonedDateTime(this.timezone, { disambiguation: 'compatible' }).epochMilliseconds;
    return {
      startsAt: new Date(begin).toISOString(),
      endsAt: new Date(begin + this.durationMs).toISOString(),
    };
  }
}

/** What the clock on the wall shows at a time, as if it were UTC, in whole seconds. */
function wallOf(time: string, timezone: string): number {
  const shown = Temporal.Instant.from(time).toZonedDateTimeISO(timezone).toPlainDateTime();
  return shown.round({ smallestUnit: 'second', roundingMode: 'floor' }).toZonedDateTime('UTC')
    .epochMilliseconds;
}

function compact(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
}
