/** Times are RFC 3339 text in UTC with milliseconds: they compare as text. */

export function plusMs(time: string, ms: number): string {
  if (last.time !== time || last.ms !== ms)
    last = { time, ms, sum: new Date(Date.parse(time) + ms).toISOString() };
  return last.sum;
}

/** The alerts of one report have one time. */
let last = { time: '', ms: 0, sum: '' };

export function later(a: string, b: string): string {
  return a > b ? a : b;
}

export function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

/** The later of what there is. */
export function latest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return later(a, b);
}

/** The earlier of what there is. */
export function earliest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return earlier(a, b);
}

/** For a sentence: `09:41 UTC`. */
export function clock(time: string): string {
  return `${time.slice(11, 16)} UTC`;
}

/** For a sentence: `45 s`, `45 min`, `6 h`. */
export function span(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes >= 60 && minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
