import { z } from 'zod';
import { alertView } from './alert.js';
import { clusterTopology } from './cluster.js';
import { board, decidesBy } from './history.js';
import { problemView } from './problem.js';
import { silence } from './silence.js';
import { timestamp } from './timestamp.js';

/** A scenario file is for people to read, and is held in memory while it is made. */
export const MOST_EXPORTED = { alerts: 5_000, observations: 20_000 } as const;

/** Rules as a text, and since when they were in force. */
const dated = z.object({ version: z.number().int().nonnegative(), at: timestamp, content: z.string() });
export type DatedRules = z.infer<typeof dated>;

const around = {
  decidesBy,
  /** What runs on what, as far as it is known now. */
  topology: z.array(clusterTopology),
  /** Those that were made before. */
  silences: z.array(silence),
  /** What happened from then on follows. */
  since: timestamp,
  json: z.boolean(),
};

/** What is to be made of history, which follows it item by item, one a line. */
export const historyTask = z.discriminatedUnion('task', [
  z.object({
    task: z.literal('backtest'),
    ...around,
    until: timestamp,
    /** Those in force, and those that are tried. */
    rules: dated,
    tried: z.string(),
  }),
  z.object({
    task: z.literal('board'),
    ...around,
    at: timestamp,
    /** All that were in force in that time, the oldest first. */
    rules: z.array(dated).min(1),
    /** What the audit says. */
    board,
  }),
  z.object({
    task: z.literal('export'),
    ...around,
    problem: problemView,
    /** Problems that became a part of it. */
    merged: z.array(problemView),
    members: z.array(alertView),
    rules: dated,
  }),
]);
export type HistoryTask = z.infer<typeof historyTask>;
export type TaskOf<Name extends HistoryTask['task']> = Extract<HistoryTask, { task: Name }>;
