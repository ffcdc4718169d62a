import { z } from 'zod';

/** Who did something, and from where. */
export const actor = z.object({
  kind: z.enum(['slack', 'api', 'webhook', 'source', 'system']),
  id: z.string().min(1),
  name: z.string().optional(),
});
export type Actor = z.infer<typeof actor>;
