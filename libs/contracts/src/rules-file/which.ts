import { z } from 'zod';
import { matcherText } from '../matcher.js';
import { subjectToken } from '../source.js';

export const ruleName = z
  .string()
  .min(1)
  .max(100)
  .meta({ description: 'What explanations and metrics call it.' });

/** Which alerts a rule is for: all that is given must hold; nothing given: every alert. */
export const which = {
  name: ruleName.optional(),
  matchers: z.array(matcherText).default([]).meta({ description: 'All of them must match.' }),
  sources: z
    .array(subjectToken)
    .min(1)
    .optional()
    .meta({ description: 'Kinds of source, such as `grafana`, `alertmanager`, `kubernetes`, `api`.' }),
};

export const channel = z
  .string()
  .regex(/^#[a-z0-9][a-z0-9._-]{0,79}$/, 'a channel name such as #alert-critical')
  .meta({ description: 'A Slack channel.', examples: ['#alert-critical'] });
