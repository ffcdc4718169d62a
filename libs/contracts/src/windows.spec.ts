import fc from 'fast-check';
import { RecurrenceError, Windows } from './windows.js';

const HOUR_MS = 3_600_000;
const berlin = (rrule: string, startsAt: string, hours = 1) =>
  Windows.of({ rrule, timezone: 'Europe/Berlin', durationMs: hours * HOUR_MS }, startsAt);

describe('windows', () => {
  it('stay at the same time of the day in summer and in winter', () => {
    const daily = berlin('FREQ=DAILY', '2026-03-01T01:00:00.000Z');
    expect(daily.at('2026-03-20T01:30:00.000Z')?.startsAt).toBe('2026-03-20T01:00:00.000Z');
    expect(daily.at('2026-06-20T00:30:00.000Z')?.startsAt).toBe('2026-06-20T00:00:00.000Z');
    expect(daily.at('2026-06-20T01:30:00.000Z')).toBeUndefined();
  });

  it('that would begin in the hour that is skipped begin as much later', () => {
    // 02:30 in Berlin; on 29 March clocks go from 02:00 to 03:00.
    const daily = berlin('FREQ=DAILY', '2026-03-01T01:30:00.000Z');
    expect(daily.at('2026-03-28T01:30:00.000Z')?.endsAt).toBe('2026-03-28T02:30:00.000Z');
    expect(daily.at('2026-03-29T01:30:00.000Z')).toEqual({
      startsAt: '2026-03-29T01:30:00.000Z',
      endsAt: '2026-03-29T02:30:00.000Z',
    });
    expect(daily.at('2026-03-29T01:29:59.999Z')).toBeUndefined();
    expect(daily.at('2026-03-30T00:30:00.000Z')?.endsAt).toBe('2026-03-30T01:30:00.000Z');
  });

  it('in the hour that comes twice begin in the first, once', () => {
    // 02:30 in Berlin; on 25 October the hour from 02:00 comes twice: 00:30Z and 01:30Z.
    const daily = berlin('FREQ=DAILY', '2026-10-01T00:30:00.000Z', 0.5);
    expect(daily.at('2026-10-25T00:45:00.000Z')?.startsAt).toBe('2026-10-25T00:30:00.000Z');
    expect(daily.at('2026-10-25T01:45:00.000Z')).toBeUndefined();
    expect(daily.after('2026-10-25T00:45:00.000Z')?.startsAt).toBe('2026-10-26T01:30:00.000Z');
  });

  it('last as long as they are said to, over a change of the clocks too', () => {
    const weekly = berlin('FREQ=WEEKLY;BYDAY=SA', '2026-03-21T21:00:00.000Z', 10);
    expect(weekly.at('2026-03-29T06:59:59.999Z')).toEqual({
      startsAt: '2026-03-28T21:00:00.000Z',
      endsAt: '2026-03-29T07:00:00.000Z',
    });
    expect(weekly.at('2026-03-29T07:00:00.000Z')).toBeUndefined();
  });

  it('end with COUNT, and with UNTIL as it is written', () => {
    const counted = berlin('FREQ=DAILY;COUNT=2', '2026-05-01T10:00:00.000Z');
    expect(counted.at('2026-05-02T10:30:00.000Z')).toBeDefined();
    expect(counted.at('2026-05-03T10:30:00.000Z')).toBeUndefined();
    expect(counted.after('2026-05-02T10:30:00.000Z')).toBeUndefined();
    const until = berlin('FREQ=DAILY;UNTIL=20260502T100000Z', '2026-05-01T10:00:00.000Z');
    expect(until.at('2026-05-02T10:30:00.000Z')).toBeDefined();
    expect(until.at('2026-05-03T10:30:00.000Z')).toBeUndefined();
  });

  it.each([
    ['FREQ=FOO', 'Europe/Berlin', 'FREQ must be one of'],
    ['FREQ=SECONDLY', 'Europe/Berlin', 'FREQ must be one of'],
    ['INTERVAL=2', 'Europe/Berlin', 'FREQ must be one of'],
    ['FREQ=DAILY;BYDAY=XX', 'Europe/Berlin', 'BYDAY'],
    ['FREQ=DAILY\nRRULE:FREQ=DAILY', 'Europe/Berlin', 'more than one line'],
    ['FREQ=DAILY', 'Europe/Nowhere', 'there is no time zone Europe/Nowhere'],
  ])('are refused with the reason: %s in %s', (rrule, timezone, message) => {
    const read = () => Windows.of({ rrule, timezone, durationMs: HOUR_MS }, '2026-05-01T10:00:00.000Z');
    expect(read).toThrow(RecurrenceError);
    expect(read).toThrow(message);
  });

  it('of a day are each day one, whatever the zone, and a time is in it from its begin to its end', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'UTC',
    );
    const minute = fc.integer({ min: 0, max: 365 * 1_440 }).map((one) => Date.UTC(2026, 0, 2) + one * 60_000);
    fc.assert(
      fc.property(zones, fc.integer({ min: 1, max: 1_380 }), minute, (timezone, minutes, ms) => {
        const durationMs = minutes * 60_000;
        const windows = Windows.of({ rrule: 'FREQ=DAILY', timezone, durationMs }, '2026-01-01T01:30:00.000Z');
        const time = new Date(ms).toISOString();
        const next = windows.after(time);
        const inside = windows.at(time);
        expect(Date.parse(next?.startsAt ?? '') - ms).toBeLessThanOrEqual(25 * HOUR_MS);
        expect(windows.at(next?.startsAt ?? '')).toEqual(next);
        if (inside === undefined) return;
        expect(inside.startsAt <= time && time < inside.endsAt).toBe(true);
        expect(windows.at(inside.endsAt)?.startsAt).not.toBe(inside.startsAt);
      }),
      { numRuns: 300 },
    );
  });
});
