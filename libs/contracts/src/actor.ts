import { z } from 'zod';

/** What somebody may do. */
export const role = z.enum(['viewer', 'responder', 'admin']);
export type Role = z.infer<typeof role>;

/** Who did something, and from where. */
export const actor = z.object({
  kind: z.enum(['slack', 'api', 'webhook', 'source', 'system']),
  id: z.string().min(1),
  name: z.string().optional(),
  /** Of the token by which the door let them in, where it has one. */
  role: role.optional(),
});
export type Actor = z.infer<typeof actor>;
