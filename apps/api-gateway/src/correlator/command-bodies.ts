import { cleanText, MOST_NAMED_ALERTS, severity } from '@gomon/contracts';
import { parseInput, parseJsonBody } from '@gomon/service';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { given } from '../http/given.js';
import { idParameter, noParameters } from '../http/query-parameters.js';

const LONGEST_TEXT = 4_000;

/** What a person says; without what PostgreSQL cannot keep. */
export const said = (description: string) =>
  z
    .string()
    .min(1)
    .max(LONGEST_TEXT)
    .meta({ description })
    .transform((text) => cleanText(text, LONGEST_TEXT).text);

export const noteBody = z.strictObject({
  note: said('Stands in the timeline, and where the problem is told.').optional(),
});
export const levelBody = z.strictObject({
  to: severity.optional().meta({ description: 'The severity that it is to have; absent: one level.' }),
  note: said('Why.').optional(),
});
export const assignBody = z.strictObject({
  to: said('Whose it is: a name or an address of the rules, or any other. Absent: nobody’s any more.')
    .pipe(z.string().max(200))
    .optional(),
});
export const textBody = z.strictObject({ text: said('What others should know.') });
export const reasonBody = z.strictObject({ reason: said('Why.').optional() });
export const resolveBody = z.strictObject({
  reason: said('Why it is over.').optional(),
  noise: z.boolean().optional().meta({ description: 'It was nothing that anybody should have been told.' }),
});
const alertIds = z
  .array(z.uuid())
  .min(1)
  .max(MOST_NAMED_ALERTS)
  .meta({ description: 'Alerts that are part of the problem.' });
export const mergeBody = z.strictObject({
  into: z.uuid().meta({ description: 'The problem that goes on.' }),
  reason: said('Why.').optional(),
});
export const splitBody = z.strictObject({ alertIds, reason: said('Why.').optional() });
export const moveBody = z.strictObject({
  alertIds,
  to: z.uuid().meta({ description: 'The open problem that they become part of.' }),
  reason: said('Why.').optional(),
});
export const archiveParameters = z.strictObject({ reason: said('Why it is put away.').optional() });

/** What a request says of the problem, or the problem of the alert, that its path names. @throws HttpProblem 400 */
export function aboutTarget<Kind extends 'problem' | 'alert', Shape extends z.ZodRawShape>(
  request: FastifyRequest,
  kind: Kind,
  schema: z.ZodObject<Shape>,
) {
  const { id } = parseInput(request.params, idParameter);
  parseInput(request.query, noParameters);
  return { target: { kind, id }, ...given(optionalBody(request, schema)) };
}

/** The body of a request that needs none. @throws HttpProblem 400 */
export function optionalBody<Schema extends z.ZodType>(
  request: FastifyRequest,
  schema: Schema,
): z.output<Schema> {
  const { body } = request;
  return Buffer.isBuffer(body) && body.length > 0
    ? parseJsonBody(body, schema)
    : parseInput({}, schema, 'The body does not fit');
}
