import { z } from 'zod';
import { duration } from './rules-file/duration.js';

/** A window that comes back, as calendars write it (RFC 5545 §3.3.10). */
export const recurrence = z.object({
  /** E.g. `FREQ=WEEKLY;BYDAY=SU`; the first window begins with the silence. */
  rrule: z.string().min(1).max(500),
  /** Of the IANA database, e.g. `Europe/Berlin`: a window at 02:00 is at 02:00 in summer and in winter. */
  timezone: z.string().min(1).max(100),
  durationMs: z
    .number()
    .int()
    .min(60_000)
    .max(31 * 86_400_000),
});
export type Recurrence = z.infer<typeof recurrence>;

/** The same as people write it: `duration: 2h`. */
export const recurrenceText = recurrence
  .omit({ durationMs: true })
  .extend({ duration: duration.pipe(recurrence.shape.durationMs) })
  .transform(({ duration: durationMs, ...rest }): Recurrence => ({ ...rest, durationMs }));
