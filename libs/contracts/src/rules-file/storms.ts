import { z } from 'zod';
import { duration } from './duration.js';
import { which } from './which.js';

/** A shorter one would be a single notice again. */
const SHORTEST_INTERVAL_MS = 10_000;
const MOST_INTERVALS = 20;
const SHORTEST_WINDOW_MS = 1_000;
const LONGEST_WINDOW_MS = 24 * 3_600_000;
const MOST_ALERTS = 100_000;

const intervals = z
  .array(duration.refine((ms) => ms >= SHORTEST_INTERVAL_MS, 'at least 10s'))
  .min(1)
  .max(MOST_INTERVALS)
  .superRefine((all, context) => {
    for (const [index, ms] of all.entries()) {
      if (ms >= (all[index - 1] ?? 0)) continue;
      const message = 'shorter than the one before: intervals grow';
      context.addIssue({ code: 'custom', path: [index], message });
    }
  });

const limit = z
  .strictObject({
    ...which,
    alerts: z
      .number()
      .int()
      .min(1)
      .max(MOST_ALERTS)
      .default(25)
      .meta({ description: 'More than so many alerts joined the problem within the window: a storm.' }),
    within: duration
      .refine(
        (ms) => ms >= SHORTEST_WINDOW_MS && ms <= LONGEST_WINDOW_MS,
        'at least one second and at most 24h',
      )
      .default(300_000)
      .meta({ description: 'The window.' }),
    digests: intervals.default([60_000, 300_000, 900_000, 1_800_000, 3_600_000]).meta({
      description:
        'How long until each digest: the first after the storm began, the next after the one before; the last of them repeats.',
    }),
    calm: z.number().int().min(1).max(MOST_ALERTS).default(5).meta({
      description: 'Fewer than so many joined since the digest before: the storm is over.',
    }),
  })
  .refine(({ alerts, calm }) => calm <= alerts, {
    path: ['calm'],
    message: 'calm must not be more than alerts',
  })
  .meta({ description: 'When a problem is in a storm, and what is told then.' });

/** What problems are told of while they are in a storm: see docs/users/correlation.md. */
export const storms = z
  .array(limit)
  .prefault([{ name: 'every problem' }])
  .meta({
    description:
      'The first whose matchers fit the primary alert of a problem is its limit; none: the problem is never in a storm. In a storm digests are told instead of each alert that joins or ends.',
  });
