import { cleanText } from '@gomon/contracts';
import { parseJsonBody } from '@gomon/service';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

const LONGEST_TEXT = 4_000;

/** What a person says; without what PostgreSQL cannot keep. */
export const said = (description: string) =>
  z
    .string()
    .min(1)
    .max(LONGEST_TEXT)
    .meta({ description })
    .transform((text) => cleanText(text, LONGEST_TEXT).text);

export const acknowledgeBody = z.strictObject({
  note: said('Stands in the timeline, and where the problem is told.').optional(),
});
export const resolveBody = z.strictObject({ reason: said('Why it is over.').optional() });
export const archiveParameters = z.strictObject({ reason: said('Why it is put away.').optional() });

/** The body of a request that needs none. @throws HttpProblem 400 */
export function optionalBody<Schema extends z.ZodType>(
  request: FastifyRequest,
  schema: Schema,
): z.output<Schema> {
  const { body } = request;
  return Buffer.isBuffer(body) && body.length > 0 ? parseJsonBody(body, schema) : schema.parse({});
}
