import { z } from 'zod';

/** What an ingest says of its spool every few seconds: core NATS, not stored. */
export const spoolState = z.object({
  /** Which ingest: one name for one spool. */
  instance: z.string().min(1),
  /** Messages accepted and not in their stream yet. */
  undrained: z.number().int().nonnegative(),
});
export type SpoolState = z.infer<typeof spoolState>;
