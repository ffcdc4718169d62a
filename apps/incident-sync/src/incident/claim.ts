import type { Claims } from '@gomon/messaging';
import { z } from 'zod';
import { headline } from './headline.js';

/** Somebody is creating the incident, or was when it died: by its tag it is found. */
const creating = z.object({
  state: z.literal('creating'),
  /** Which process. */
  owner: z.string(),
  /** When this try began. Milliseconds since the epoch. */
  at: z.number(),
  /** An earlier try was made as well, whose outcome nobody knows. */
  retried: z.boolean(),
  /** With what this try creates it. */
  headline: headline.default({}),
});

/** Opsgenie has accepted to create it; its request says what becomes of it. */
const requested = z.object({
  state: z.literal('requested'),
  requestId: z.string(),
  at: z.number(),
  retried: z.boolean(),
  headline: headline.default({}),
});

const linked = z.object({
  state: z.literal('linked'),
  opsgenieIncidentId: z.string(),
  /** As we left it there. */
  providerStatus: z.enum(['open', 'resolved']),
  /** The version of the problem that it was brought to. */
  version: z.number(),
  headline: headline.default({}),
  /** Says why its title has changed, and is still to be left there. */
  note: z.string().optional(),
  /** A change that Opsgenie has accepted and not yet decided. */
  change: z.object({ to: z.enum(['open', 'resolved']), requestId: z.string(), at: z.number() }).optional(),
  /** It was created after a try whose outcome nobody knew: from `checkAt` on a second one is looked for and closed. */
  doubt: z.object({ checkAt: z.number() }).optional(),
});

/** The problem was over before there was an incident: an older word of it creates none. */
const over = z.object({ state: z.literal('over'), version: z.number() });

export const claim = z.discriminatedUnion('state', [creating, requested, linked, over]);
export type Claim = z.infer<typeof claim>;
export type Creating = z.infer<typeof creating>;
export type Requested = z.infer<typeof requested>;
export type Linked = z.infer<typeof linked>;

/** By incident id. */
export type IncidentClaims = Claims<Claim>;
