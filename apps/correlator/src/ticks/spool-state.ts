import { z } from 'zod';

export const SPOOL_SUBJECT = 'gomon.ingest.v1.spool';

/** What an ingest says of its spool every few seconds (core NATS, not stored). */
export const spoolState = z.object({
  instance: z.string(),
  undrained: z.number().int().nonnegative(),
});
export type SpoolState = z.infer<typeof spoolState>;
