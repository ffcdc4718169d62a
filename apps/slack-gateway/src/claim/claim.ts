import type { Claims } from '@gomon/messaging';
import { z } from 'zod';

/** Somebody is posting the first message of a problem, or was when it died. */
const posting = z.object({
  state: z.literal('posting'),
  /** Goes into the message's metadata: by it the message is found again. */
  nonce: z.string(),
  channel: z.string(),
  /** Which process. */
  owner: z.string(),
  /** When this try began, and the first one with this nonce. Milliseconds since the epoch. */
  at: z.number(),
  since: z.number(),
});

const posted = z.object({
  state: z.literal('posted'),
  channel: z.string(),
  channelId: z.string(),
  ts: z.string(),
  /** The version that the message shows. */
  version: z.number(),
  /** The version of the last announcement that was told; absent in claims of an earlier release: all up to `version`. */
  announced: z.number().optional(),
  /** The version of the last digest that was told; absent: all up to `version`. */
  digested: z.number().optional(),
  /** Somebody is announcing it again, or replies with a digest, or was when it died: by the nonce the reply is found. */
  announcing: z
    .object({
      /** Absent: an announcement. */
      what: z.enum(['announcement', 'digest']).optional(),
      version: z.number(),
      nonce: z.string(),
      owner: z.string(),
      at: z.number(),
      since: z.number(),
    })
    .optional(),
  /** Who is changing the message, or was when it died: others keep away from it for a while. */
  writer: z.object({ owner: z.string(), at: z.number() }).optional(),
  /**
   * It was posted after a try whose outcome nobody knows: that one may still arrive. From `checkAt` on it is looked for,
   * and deleted.
   */
  doubt: z.object({ nonce: z.string(), since: z.number(), checkAt: z.number() }).optional(),
});

export const claim = z.discriminatedUnion('state', [posting, posted]);
export type Claim = z.infer<typeof claim>;
/** By problem id. */
export type SlackClaims = Claims<Claim>;
export type Posting = z.infer<typeof posting>;
export type Posted = z.infer<typeof posted>;
