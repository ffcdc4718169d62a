const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;

/** A time of an object, in whole seconds or finer. Undefined: there is none, or it is none. */
export function msOf(time: string | undefined): number | undefined {
  const ms = time !== undefined && RFC_3339.test(time) ? Date.parse(time) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** The latest of what there is. */
export function latestOf(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** How long ago; clocks differ, and what lies in the future is now. */
export function ageMs(since: number, now: number): number {
  return Math.max(0, now - since);
}

/** The last time that RFC 3339 has a text for. */
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** RFC 3339 in UTC with milliseconds. */
export function iso(ms: number): string {
  return new Date(Math.min(ms, LAST_MS)).toISOString();
}
