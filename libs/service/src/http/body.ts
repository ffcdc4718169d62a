import { type z } from 'zod';
import { HttpProblem, type FieldError } from './problem.js';

const MOST_ERRORS = 20;

/** Parses a raw body. @throws HttpProblem 400 that names each wrong field */
export function parseJsonBody<Schema extends z.ZodType>(body: unknown, schema: Schema): z.output<Schema> {
  return parseInput(jsonOf(body), schema, 'The body does not fit');
}

/** Parses what a request says elsewhere: its query, its path. @throws HttpProblem 400 that names each wrong field */
export function parseInput<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  title = 'The request does not fit',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpProblem(400, title, { errors: fieldErrors(parsed.error) });
}

/** @throws HttpProblem 400 when the body is no JSON */
export function jsonOf(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) {
    throw new HttpProblem(400, 'The body is empty', { detail: 'A JSON body is expected.' });
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new HttpProblem(400, 'The body is no JSON', {
      errors: [{ field: '', message: error instanceof Error ? error.message : 'no JSON' }],
    });
  }
}

/** Each fault with the path of its field, e.g. `alerts[2].labels`; empty for the whole. */
export function fieldErrors(error: z.ZodError): readonly FieldError[] {
  return error.issues.slice(0, MOST_ERRORS).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: pathText([...issue.path, key]), message: 'is unknown' }));
    }
    return [{ field: pathText(issue.path), message: issue.message }];
  });
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );
}
