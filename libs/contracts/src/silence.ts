import { z } from 'zod';
import { actor } from './actor.js';
import { compileMatchers, matcher } from './matcher.js';
import { recurrence } from './recurrence.js';
import { severity } from './severity.js';
import { timestamp } from './timestamp.js';

/** What is not told, when, and why. */
export const silenceTerms = z.object({
  /** All of them must match; empty only for one alert. */
  matchers: z.array(matcher).max(50),
  startsAt: timestamp,
  /** Absent: it lasts until the alert is resolved, or it comes back for ever. */
  endsAt: timestamp.optional(),
  /** Of one alert: it ends with the alert. */
  untilResolved: z.boolean().optional(),
  /** It is in force in these windows alone, between `startsAt` and `endsAt`. */
  recurrence: recurrence.optional(),
  comment: z.string().min(1).max(4000),
});
export type SilenceTerms = z.infer<typeof silenceTerms>;

/** A silence as it is kept. */
export const silence = silenceTerms.extend({
  id: z.uuid(),
  /** Of one alert: which, and the condition that it is an episode of. */
  alert: z.object({ id: z.uuid(), scope: z.string(), fingerprint: z.string(), title: z.string() }).optional(),
  author: actor,
  createdAt: timestamp,
  updatedAt: timestamp,
  /** Ended before its time: by a person, or with its alert. */
  expired: z.object({ at: timestamp, by: actor, reason: z.string().optional() }).optional(),
});
export type Silence = z.infer<typeof silence>;

export const silenceState = z.enum(['pending', 'active', 'expired']);
export type SilenceState = z.infer<typeof silenceState>;

/** A silence as readers see it. */
export const silenceView = silence.extend({
  /** Between two windows of a recurrence it is `pending`. */
  state: silenceState,
  /** Of a recurrence: the window that it is in, or the next one. */
  window: z.object({ startsAt: timestamp, endsAt: timestamp }).optional(),
  /** Alerts that it has muted so far, and when it muted one last. */
  muted: z.number().int().nonnegative(),
  lastMutedAt: timestamp.optional(),
  /** Open alerts that match it now. */
  matching: z.number().int().nonnegative(),
  /** That it is of no use, or mutes more than it should. */
  warnings: z.array(z.string()),
});
export type SilenceView = z.infer<typeof silenceView>;

/** What a silence would mute of what is open now. */
export const silencePreview = z.object({
  /** Open alerts that match, and all that are open. */
  matching: z.number().int().nonnegative(),
  open: z.number().int().nonnegative(),
  bySeverity: z.partialRecord(severity, z.number().int().positive()),
  alerts: z.array(z.object({ id: z.uuid(), title: z.string(), severity, problemId: z.uuid() })).max(20),
  /** What whoever makes it should know before. */
  warnings: z.array(z.string()),
});
export type SilencePreview = z.infer<typeof silencePreview>;

/** What is wrong with the terms of a silence, and where; undefined: nothing. Recurrences are judged by their reader. */
export function faultOfTerms(
  terms: Pick<SilenceTerms, 'matchers' | 'startsAt' | 'endsAt' | 'untilResolved' | 'recurrence'>,
  isOfOneAlert: boolean,
  now: string,
): { readonly field: string; readonly message: string } | undefined {
  const { matchers, startsAt, endsAt, untilResolved = false, recurrence: windows } = terms;
  if (!isOfOneAlert && matchers.length === 0)
    return { field: 'matchers', message: 'at least one is needed, or a target' };
  // As in Alertmanager: such a silence would be for every alert there is.
  if (!isOfOneAlert && compileMatchers(matchers)({}))
    return { field: 'matchers', message: 'at least one must not match where its label is missing' };
  if (untilResolved && !isOfOneAlert)
    return { field: 'untilResolved', message: 'only a silence of one alert can end with it' };
  if (endsAt === undefined && !untilResolved && windows === undefined)
    return { field: 'endsAt', message: 'it must end: at a time, with its alert, or come back in windows' };
  if (endsAt !== undefined && endsAt <= startsAt)
    return { field: 'endsAt', message: 'it must be after the beginning' };
  return endsAt !== undefined && endsAt <= now
    ? { field: 'endsAt', message: 'it is over already' }
    : undefined;
}

/** How a silence ended or is to be. RFC 3339 texts in UTC compare as text. */
export function silenceStateAt(
  { startsAt, endsAt, expired, recurrence: windows }: Silence,
  isInWindow: boolean,
  now: string,
): SilenceState {
  if (expired !== undefined || (endsAt !== undefined && endsAt <= now)) return 'expired';
  return now < startsAt || (windows !== undefined && !isInWindow) ? 'pending' : 'active';
}
