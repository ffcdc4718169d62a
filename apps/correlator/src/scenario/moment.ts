import { z } from 'zod';

/** Seconds from the start, as a scenario counts them; fractions are cut to milliseconds. */
export const at = z
  .number()
  .nonnegative()
  .max(366 * 86_400);

/** When every scenario starts. */
export const START = '2026-03-02T09:00:00.000Z';
const START_MS = Date.parse(START);

export function timeAt(seconds: number): string {
  return new Date(START_MS + Math.round(seconds * 1_000)).toISOString();
}

export function secondsAt(time: string): number {
  return (Date.parse(time) - START_MS) / 1_000;
}
