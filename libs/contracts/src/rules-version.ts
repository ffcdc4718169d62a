import { z } from 'zod';
import { actor } from './actor.js';
import { labels } from './labels.js';
import { severity } from './severity.js';
import { timestamp } from './timestamp.js';

/** Which version of the rules, and the hash of its text. Version 0: the default, which stands in no table. */
export const rulesVersionRef = z.object({ version: z.number().int().nonnegative(), hash: z.string() });
export type RulesVersionRef = z.infer<typeof rulesVersionRef>;

/** A version of the rules, and how it came to be in force. */
export const rulesVersion = rulesVersionRef.extend({
  origin: z.enum(['file', 'api', 'rollback']),
  actor,
  note: z.string().optional(),
  appliedAt: timestamp,
});
export type RulesVersion = z.infer<typeof rulesVersion>;

/** The sections of the rules file whose rules match something. */
export const ruleSection = z.enum([
  'severity',
  'identity',
  'route',
  'owners',
  'runbooks',
  'inhibit',
  'heartbeats',
  'storms',
]);
export type RuleSection = z.infer<typeof ruleSection>;

/** How often a rule in force has matched: by alerts or storms that began, problems that it began to mute, or signs of life. */
export const ruleUsage = z.object({
  section: ruleSection,
  /** Its name, or its place in the file. */
  rule: z.string(),
  matches: z.number().int().nonnegative(),
  /** Counted since then. */
  since: timestamp,
  /** Absent: it has matched nothing yet. */
  lastAt: timestamp.optional(),
  /** It has matched nothing for 30 days. */
  unused: z.boolean(),
});
export type RuleUsage = z.infer<typeof ruleUsage>;

/** What would happen to an alert with these labels now, and by which rule. */
export const explanation = z.object({
  rules: z.object({ version: z.number().int() }),
  title: z.string(),
  fingerprint: z.string(),
  /** What the fingerprint is made of, beside the source. */
  identity: labels,
  severity: z.object({ severity, why: z.string() }),
  told: z.object({ channel: z.string(), why: z.string() }),
  /** Whose it would be, and why. */
  owner: z.object({ name: z.string(), why: z.string() }).optional(),
  /** What would keep it from being told now; empty: nothing. */
  mutedBy: z.array(z.string()).default([]),
  /** It is a sign of life of these heartbeats. */
  heartbeats: z.array(z.string()).default([]),
  /** It waits for so long before it is told. */
  heldMs: z.number().optional(),
  /** What happens while nobody acknowledges it, in words. */
  unacknowledged: z.array(z.string()).default([]),
  /** Where it says what to do; absent: nowhere. */
  runbookUrl: z.string().optional(),
  /** Why there would be an incident; absent: there would be none. */
  incident: z.string().optional(),
  /** It ends by itself when its source has not repeated it for so many milliseconds; absent: it does not. */
  endsAfterMs: z.number().optional(),
});
export type Explanation = z.infer<typeof explanation>;
