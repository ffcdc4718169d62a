import { z } from 'zod';
import { examples } from './examples.js';

/** A body, as its schema, with an example that fits it. */
export interface Content {
  readonly schema: z.ZodType;
  readonly example?: unknown;
}

/** What a status answers. */
export interface Answer extends Content {
  readonly description: string;
}

/** One route of the API. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodObject;
  readonly body?: Content & { readonly required: boolean };
  /** It takes an `Idempotency-Key`. */
  readonly changes?: boolean;
  /** It has pages, and a `Link` to the next one. */
  readonly pages?: boolean;
  /** What a success answers, by status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** What 409 calls the present state. */
  readonly present?: z.ZodType;
  readonly errors: readonly number[];
}

const commanded = z.object({ commandId: z.string() }).meta({ id: 'Commanded' });

export const QUERY_ERRORS = [400, 401, 502, 503, 504];
const COMMAND_ERRORS = [400, 401, 403, 404, 409, 413, 415, 503];

export const answered = (
  description: string,
  schema: z.ZodType,
  example: unknown,
): Readonly<Record<200, Answer>> => ({
  200: { description, schema, example },
});

export function changed(what: string, present: z.ZodType, example: unknown) {
  return {
    changes: true,
    present,
    answers: {
      ...answered(`The ${what} as it is now.`, present, example),
      202: {
        description:
          'It is stored and will be done; no answer came within a second. So it is for one that was sent before.',
        schema: commanded,
        example: examples.commanded,
      },
    },
    errors: COMMAND_ERRORS,
  };
}

export const nextCursor = z
  .string()
  .meta({ description: 'Where the next page begins; absent on the last one.' })
  .optional();
