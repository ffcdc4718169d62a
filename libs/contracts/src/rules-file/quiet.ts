import { z } from 'zod';
import { matcherText } from '../matcher.js';
import { severity } from '../severity.js';
import { duration } from './duration.js';
import { ruleName, which } from './which.js';

const matchers = z.array(matcherText).min(1);

/** As in Alertmanager (https://prometheus.io/docs/alerting/latest/configuration/#inhibit_rule). */
const inhibition = z
  .strictObject({
    name: ruleName.optional(),
    source_matchers: matchers.meta({ description: 'Which firing alerts mute others.' }),
    target_matchers: matchers.meta({ description: 'Which alerts are muted.' }),
    equal: z.array(z.string().min(1)).default([]).meta({
      description:
        'Labels that both must have with the same value; a label that both lack is the same, as in Alertmanager.',
    }),
  })
  .meta({ description: 'While one alert fires, others that follow from it are not told.' });

export const inhibit = z.array(inhibition).default([]).meta({
  description:
    'An alert that matches both sides mutes none that does too, so that two of them never silence each other.',
});

export const flapping = z
  .strictObject({
    changes: z.number().int().min(3).max(50).default(6).meta({
      description: 'So many changes between firing and resolved within the window: it is flapping.',
    }),
    window: duration.default(1_800_000).meta({ description: 'The window.' }),
    calm: z.number().int().min(0).max(49).default(2).meta({
      description: 'So few changes within the window: it is stable again. Fewer than `changes`.',
    }),
    refire: duration.default(300_000).meta({
      description:
        'What fires again so soon after its source has ended it goes on: its problem, message and incident are open again, instead of new ones. `0s`: each time is one of its own.',
    }),
  })
  .prefault({})
  .refine(({ changes, calm }) => calm < changes, {
    path: ['calm'],
    message: 'calm must be fewer than changes',
  })
  .meta({
    description:
      'An alert that changes all the time is said to be flapping, once, and is quiet until it is stable; while it flaps, its episode goes on.',
  });

const heartbeat = z
  .strictObject({
    ...which,
    name: ruleName.meta({ description: 'What the alert is about that is raised when it stops.' }),
    every: duration.optional().meta({
      description:
        'It must be heard again within this; absent: one and a half times the repeat interval of its source.',
    }),
    severity: severity.default('P1').meta({ description: 'Of the alert that is raised when it stops.' }),
  })
  .meta({
    description:
      'Something that must be reported again and again. With `matchers`, the alerts that match are signs of life and are not told themselves; with `sources` alone, every report of such a source is one. It is watched from the first one on.',
  });

export const heartbeats = z
  .array(heartbeat)
  .default([
    {
      name: 'watchdog',
      matchers: [{ name: 'alertname', operator: '=', value: 'Watchdog' }],
      severity: 'P1',
    },
  ])
  .meta({ description: 'What raises an alert when it stops.' });
