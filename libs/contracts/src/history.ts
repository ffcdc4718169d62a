import { z } from 'zod';
import { status, acknowledgement } from './alert.js';
import { alertCommandEvent } from './command.js';
import { observedEvent } from './observation.js';
import { severity } from './severity.js';
import { timestamp } from './timestamp.js';

/** A report as it was decided. */
export const decidedReport = z.object({
  kind: z.literal('report'),
  decidedAt: timestamp,
  /** Rises in the order in which reports were accepted. */
  order: z.number().int().nonnegative(),
  event: observedEvent,
  /** Of each of its observations: the alert and the problem that it was one of then. */
  became: z.array(z.object({ alertId: z.uuid().optional(), problemId: z.uuid().optional() })),
});
export type DecidedReport = z.infer<typeof decidedReport>;

/** What a person or a gateway asked for, and what came of it. */
export const decidedCommand = z.object({
  kind: z.literal('command'),
  decidedAt: timestamp,
  command: alertCommandEvent,
  outcome: z.enum(['done', 'without-effect', 'not-found', 'forbidden', 'refused']),
});
export type DecidedCommand = z.infer<typeof decidedCommand>;

/** Something that was decided about, as it came in. */
export const historyItem = z.discriminatedUnion('kind', [decidedReport, decidedCommand]);
export type HistoryItem = z.infer<typeof historyItem>;

/** How this GoMon is told to decide, beside its rules. */
export const decidesBy = z.object({
  incidentProvider: z.enum(['opsgenie', 'none']),
});
export type DecidesBy = z.infer<typeof decidesBy>;

/** Where a page of history ends: the place of its last item in the order of decisions. */
const place = z.tuple([timestamp, z.enum(['command', 'report']), z.string().min(1).max(300)]);
export type HistoryPlace = z.infer<typeof place>;

/** Opaque to clients. */
export const historyCursor = z
  .string()
  .max(1_000)
  .refine((cursor) => place.safeParse(jsonIn(cursor)).success, {
    error: 'is no cursor of this service: take the one of the page before as it is',
  });

export function historyCursorOf(end: HistoryPlace): string {
  return Buffer.from(JSON.stringify(end)).toString('base64url');
}

/** Behind which place a page starts; undefined for the first page. */
export function placeOfHistoryCursor(cursor: string | undefined): HistoryPlace | undefined {
  return cursor === undefined ? undefined : place.parse(jsonIn(cursor));
}

function jsonIn(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** A problem that was open at some time. */
export const boardProblem = z.object({
  id: z.uuid(),
  scope: z.string(),
  severity,
  status,
  title: z.string(),
  /** Since when it is open. */
  since: timestamp,
  acknowledged: acknowledgement.pick({ at: true, by: true, note: true }).optional(),
  /** Something kept it from being told. */
  muted: z.boolean(),
  incidentId: z.uuid().optional(),
  /** Its alerts that fired, the likely cause first where that is known. */
  members: z.array(z.object({ alertId: z.uuid(), title: z.string(), severity })),
  /** How many alerts it had that fired; more than `members` where those are too many. */
  firing: z.number().int().nonnegative(),
});
export type BoardProblem = z.infer<typeof boardProblem>;

/** What was open at some time, by what the audit says. */
export const board = z.object({
  at: timestamp,
  problems: z.array(boardProblem),
  /** False: there were more problems than these. */
  complete: z.boolean(),
  /** What the audit cannot tell of that time, in words. */
  unknown: z.array(z.string()),
  /** A moment before at which nothing was open, from which on all that was decided is stored still: the same can be decided anew. */
  replayFrom: timestamp.optional(),
});
export type Board = z.infer<typeof board>;
