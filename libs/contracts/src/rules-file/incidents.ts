import { z } from 'zod';
import { duration } from './duration.js';

/** Longer, and somebody would be called too late for what is a problem of its own. */
const LONGEST_WAIT_MS = 300_000;

/** When urgent problems call somebody: see docs/operators/rules.md. */
export const incidents = z
  .strictObject({
    wait: duration
      .refine((ms) => ms <= LONGEST_WAIT_MS, 'at most 5m')
      .default(30_000)
      .meta({
        description:
          'So long a P1 problem waits for its cause before it is an incident, where somebody has just been called for another one and it is a symptom. Slack is told at once. `0s`: it never waits.',
      }),
    within: duration.default(120_000).meta({
      description: 'Somebody has just been called: within this time, for an alert of the same owner.',
    }),
  })
  .prefault({})
  .meta({
    description:
      'An outage begins with its symptoms: the first of them calls somebody, and those after it wait for a moment, as what they follow from may be told meanwhile. P0, what people do, and what is no symptom never wait.',
  });
