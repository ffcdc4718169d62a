import { severity } from '@gomon/contracts';
import { z } from 'zod';
import { labelSubset } from './label-subset.js';

const amount = z.number().int().nonnegative();

/** A number, or from one to another. */
const count = z
  .union(
    [amount, z.strictObject({ min: amount.default(0), max: amount.default(Number.MAX_SAFE_INTEGER) })],
    'a number, or {min: …, max: …}',
  )
  .transform((one): Range => (typeof one === 'number' ? { min: one, max: one } : one));

export interface Range {
  readonly min: number;
  readonly max: number;
}

const problem = z.strictObject({
  /** Several, where each of them is a right answer. */
  primary: z.preprocess((raw) => (Array.isArray(raw) ? raw : [raw]) as unknown, z.array(labelSubset).min(1)),
  includes: z.array(labelSubset).default([]),
  members: count.optional(),
  severity: severity.optional(),
});
export type ExpectedProblem = z.output<typeof problem>;

/** What is to come of a scenario; what is left out may be as it is. */
export const expectation = z.strictObject({
  /** Every problem, at its peak. */
  problems: z.array(problem).optional(),
  incidents: count.optional(),
  /** Messages posted; what changes one later does not count. */
  notifications: count.optional(),
});
export type Expectation = z.output<typeof expectation>;
