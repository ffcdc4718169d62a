import { z } from 'zod';

/** One token of a NATS subject. */
export const subjectToken = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'lower-case letters, digits, - and _');

/** Where an observation comes from: the kind of sender, and which one of them, told apart by its credential. */
export const source = z.object({ kind: subjectToken, instance: z.string().min(1).max(100) });
export type Source = z.infer<typeof source>;
