import { z } from 'zod';
import { cloudEvent } from './cloud-event.js';
import { timestamp } from './timestamp.js';

/** A message (or one alert of a webhook) that could not be handled, with all that is needed to understand and redo it. */
export const deadLetter = z.object({
  /** Why it stands here, for the operator. */
  reason: z.string(),
  /** Where it came from: a message of a stream, or one alert of an HTTP delivery that was otherwise accepted. */
  origin: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('message'),
      stream: z.string(),
      seq: z.number().int().nonnegative(),
      /** Which event of the message it is, counted from 0, when that is a list of several. */
      place: z.object({ index: z.number().int().nonnegative(), of: z.number().int().positive() }).optional(),
      consumer: z.string(),
      attempts: z.number().int().nonnegative(),
      publishedAt: timestamp.optional(),
    }),
    z.object({ kind: z.literal('http'), path: z.string(), reportId: z.string(), index: z.number().int() }),
  ]),
  /** The original subject. For an HTTP origin the payload is a webhook body that holds the refused alert alone. */
  subject: z.string(),
  headers: z.record(z.string(), z.string()),
  payload: z.object({
    encoding: z.enum(['utf8', 'base64']),
    text: z.string(),
    /** Bytes of the whole payload, and its SHA-256 in hex. */
    bytes: z.number().int().nonnegative(),
    sha256: z.string(),
    /** The payload was too large to be kept whole: it can be read, not replayed. */
    cut: z.boolean(),
  }),
});
export type DeadLetter = z.infer<typeof deadLetter>;

export const deadLetterEvent = cloudEvent('gomon.dead.v1', deadLetter);
export type DeadLetterEvent = z.infer<typeof deadLetterEvent>;
