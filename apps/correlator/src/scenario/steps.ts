import { z } from 'zod';
import { command, type Command } from './commands.js';
import { labelTexts } from './label-subset.js';
import { at } from './moment.js';

export const SOURCES = [
  'grafana',
  'kubernetes',
  'health-check',
  'alertmanager',
  'cloudwatch',
  'api',
] as const;

/** What a source says. */
const observed = z.strictObject({
  at,
  source: z.enum(SOURCES),
  status: z.enum(['firing', 'resolved']),
  labels: labelTexts,
  annotations: labelTexts.default({}),
  /** When it began, as the source says, in seconds from the start; absent: it does not say. */
  startsAt: at.optional(),
});
export type Observed = z.output<typeof observed>;

export type Step = Observed | Command;

/** `{i}` in a template's texts counts from 0. */
const generated = z.strictObject({
  at,
  generate: z.strictObject({
    count: z.number().int().positive().max(1_000_000),
    /** Seconds from one to the next. */
    every: z.number().nonnegative(),
    template: z.record(z.string(), z.unknown()),
  }),
});

/** One step of a file, or as many as it generates. */
export const steps = z.looseObject({ at }).transform((raw, context): readonly Step[] => {
  if (!('generate' in raw)) return readAs(stepSchema(raw), raw, [], context);
  const [read] = readAs(generated, raw, [], context);
  if (read === undefined) return [];
  const { count, every, template } = read.generate;
  const all: Step[] = [];
  for (let index = 0; index < count; index += 1) {
    const step = { at: read.at + index * every, ...(numbered(template, index) as object) };
    const one = readAs(stepSchema(step), step, ['generate', 'template'], context);
    // What is wrong with the first is wrong with all.
    if (one.length === 0) return [];
    all.push(...one);
  }
  return all;
});

function stepSchema(raw: object): typeof command | typeof observed {
  return 'command' in raw ? command : observed;
}

/** A step is read by the one schema that it is meant for, so that what is wrong with it is said by that alone. */
function readAs<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  path: readonly string[],
  context: z.RefinementCtx,
): z.output<Schema>[] {
  const read = schema.safeParse(raw);
  if (read.success) return [read.data];
  for (const issue of read.error.issues)
    context.issues.push({ ...issue, path: [...path, ...issue.path], input: raw } as z.core.$ZodRawIssue);
  return [];
}

function numbered(value: unknown, index: number): unknown {
  if (typeof value === 'string') return value.replaceAll('{i}', String(index));
  if (Array.isArray(value)) return value.map((one) => numbered(one, index));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, numbered(one, index)]));
}
