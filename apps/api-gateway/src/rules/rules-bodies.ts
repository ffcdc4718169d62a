import { labels, MOST_RULES_LENGTH, source } from '@gomon/contracts';
import { z } from 'zod';
import { said } from '../correlator/command-bodies.js';

const note = said('Why, for the history.').optional();

export const applyRulesBody = z.strictObject({
  content: z.string().max(MOST_RULES_LENGTH).meta({ description: 'The text of the rules file.' }),
  note,
});
export const rollBackBody = z.strictObject({
  version: z.number().int().positive().meta({ description: 'The version whose text is put in force again.' }),
  note,
});
export const explainBody = z.strictObject({
  labels,
  source: source
    .default({ kind: 'grafana', instance: 'default' })
    .meta({ description: 'Where the alert would come from.' }),
});
export const versionParameter = z.strictObject({ version: z.coerce.number().int().positive() });
export const listRulesParameters = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .default(50)
    .meta({ description: 'At most so many versions.' }),
});
