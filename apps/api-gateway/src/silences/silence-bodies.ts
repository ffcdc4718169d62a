import { matcherText, recurrenceText, silenceState, spanOfTime } from '@gomon/contracts';
import { z } from 'zod';
import { said } from '../correlator/command-bodies.js';
import { listOf, page, time } from '../http/query-parameters.js';

const matchers = z.array(z.string().max(1_000).pipe(matcherText)).max(50).meta({
  description: 'Label matchers as in Alertmanager, e.g. `namespace="shop"`; all of them must match.',
});

const terms = {
  startsAt: time('When it begins; absent: now.').optional(),
  endsAt: time('When it ends.').optional(),
  recurrence: recurrenceText.optional().meta({
    description:
      'It is in force in windows alone: `rrule` as in calendars, `timezone`, and `duration` of each window. The first begins with `startsAt`.',
  }),
};

export const createSilenceBody = z
  .strictObject({
    matchers: matchers.default([]),
    alert: z.uuid().optional().meta({ description: 'Only this alert, whatever its episode.' }),
    problem: z.uuid().optional().meta({ description: 'Only the alert of this problem.' }),
    ...terms,
    duration: spanOfTime.optional().meta({ description: 'Instead of `endsAt`: `90m`, `2h`, `3d`.' }),
    untilResolved: z.boolean().optional().meta({ description: 'Of one alert: it ends with it.' }),
    comment: said('Why.'),
  })
  .refine(({ alert, problem }) => alert === undefined || problem === undefined, {
    path: ['problem'],
    message: 'either an alert or a problem',
  });
export const updateSilenceBody = z.strictObject({
  matchers: matchers.optional(),
  ...terms,
  comment: said('Why.').optional(),
});
export const previewBody = z.strictObject({ matchers });
export const listSilencesParameters = z.strictObject({
  ...page,
  state: listOf(silenceState, 'One or several, repeated or separated by commas.').optional(),
});
