import { z } from 'zod';

/** Somebody is posting the first message of a problem, or was when it died. */
const posting = z.object({
  state: z.literal('posting'),
  /** Goes into the message's metadata: by it the message is found again. */
  nonce: z.string(),
  channel: z.string(),
  /** Which process. */
  owner: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
});

const posted = z.object({
  state: z.literal('posted'),
  channel: z.string(),
  channelId: z.string(),
  ts: z.string(),
  /** The version that the message shows. */
  version: z.number(),
});

export const claim = z.discriminatedUnion('state', [posting, posted]);
export type Claim = z.infer<typeof claim>;
export type Posting = z.infer<typeof posting>;
export type Posted = z.infer<typeof posted>;
