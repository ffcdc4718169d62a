import { z } from 'zod';
import { status } from './alert.js';
import { actor } from './actor.js';
import { mute } from './mute.js';
import { announcement, told } from './problem.js';
import { severity } from './severity.js';
import { timestamp } from './timestamp.js';

/** What a decision rests on. */
export const evidence = z.object({
  about: z.enum([
    'severity',
    'route',
    'owner',
    'hold',
    'incident',
    'mute',
    'flapping',
    'identity',
    'problem',
  ]),
  /** By which rule, and which labels. */
  why: z.string(),
});
export type Evidence = z.infer<typeof evidence>;

/** Something that was decided about an alert. */
export const decision = z.object({
  at: timestamp,
  /** As the audit calls it, e.g. `fired`, `muted`, `reminded`, `late`. */
  kind: z.string(),
  by: actor,
  why: z.string(),
  /** Status before. */
  before: z.string().optional(),
  /** What it came from: `report:<id>`, `command:<id>`, `tick:…`; the ledger knows reports by it. */
  cause: z.string(),
  /** The version of the rules that it was decided by; 0: the default. */
  rulesVersion: z.number().int().nonnegative().optional(),
  evidence: z.array(evidence),
});
export type Decision = z.infer<typeof decision>;

/** Why an alert is told or is not: everything that was decided about it, the oldest first. */
export const whyAlert = z.object({
  alertId: z.uuid(),
  problemId: z.uuid(),
  title: z.string(),
  severity,
  status,
  /** What holds now, in words. */
  now: z.array(z.string()),
  muted: z.array(mute),
  decisions: z.array(decision),
  /** Reports of it, those that changed nothing included. */
  observations: z.number().int().nonnegative(),
  lastSeenAt: timestamp,
  announced: announcement.optional(),
  told: z.array(told),
});
export type WhyAlert = z.infer<typeof whyAlert>;
