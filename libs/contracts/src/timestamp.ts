import { z } from 'zod';

/** RFC 3339 in UTC with milliseconds, e.g. `2026-11-25T09:40:10.000Z`: how every time is written in messages. */
export const timestamp = z.iso.datetime({ offset: false, precision: 3 });

/**
 * The canonical form of a time from outside (any offset, up to nanoseconds, which are cut to milliseconds), or
 * undefined where the text means "unset": senders in Go write the zero time `0001-01-01T00:00:00Z`.
 * @throws RangeError when the text is no RFC 3339 time.
 */
export function canonicalTime(text: string | null | undefined): string | undefined {
  if (text === undefined || text === null || text === '') return undefined;
  const match = RFC3339.exec(text);
  const time = match === null ? NaN : Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  if (Number.isNaN(time)) throw new RangeError(`not an RFC 3339 time: ${JSON.stringify(text.slice(0, 64))}`);
  return time <= ZERO_TIME_ENDS ? undefined : new Date(time).toISOString();
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
/** The zero time with any offset lies before this. */
const ZERO_TIME_ENDS = Date.parse('0001-01-03T00:00:00.000Z');
