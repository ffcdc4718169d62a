import { z } from 'zod';
import { timestamp } from './timestamp.js';

/** What keeps an alert from being told. */
export const mute = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('silence'),
    silenceId: z.uuid(),
    /** Who, why, and by which labels. */
    why: z.string(),
    /** When it ends; absent: when the alert does. */
    until: timestamp.optional(),
  }),
  z.object({
    kind: z.literal('inhibition'),
    rule: z.string(),
    /** The firing alert that mutes. */
    by: z.uuid(),
    why: z.string(),
  }),
  z.object({ kind: z.literal('flapping'), why: z.string() }),
]);
export type Mute = z.infer<typeof mute>;

/** Since when something is not told, by what, and what nobody was told meanwhile. */
export const muted = z.object({
  since: timestamp,
  by: z.array(mute).min(1),
  /** Absent: nobody was told that it is there at all, or there was no news. */
  missed: z.array(z.string()).optional(),
});
export type Muted = z.infer<typeof muted>;
