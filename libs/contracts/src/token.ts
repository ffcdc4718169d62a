import { z } from 'zod';
import { actor, role } from './actor.js';
import { timestamp } from './timestamp.js';

/** What opens the API: `gomon_` and 43 characters. It is shown once, and kept as its hash alone. */
export const TOKEN_PREFIX = 'gomon_';

export const tokenName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, 'letters, digits, dots, hyphens and underscores, 80 at most');

/** SHA-256 in hex: a token has as much chance in it as the hash has room. */
export const tokenHash = z.string().regex(/^[0-9a-f]{64}$/);

/** A token as readers see it. */
export const tokenView = z.object({
  name: tokenName,
  role,
  createdAt: timestamp,
  createdBy: actor,
  /** Within a minute. */
  lastUsedAt: timestamp.optional(),
  revoked: z.object({ at: timestamp, by: actor }).optional(),
});
export type TokenView = z.infer<typeof tokenView>;
