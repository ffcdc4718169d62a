import { z } from 'zod';

/**
 * Kubernetes objects come from many writers. Counters that are zero and lists that are empty are left out of JSON by the API
 * server: absent means none. What is odd in one part costs that part, not the object.
 */

export const text = z.string().optional().catch(undefined);
export const counter = z.number().catch(0);
export const flag = z.boolean().catch(false);

/** A number that has a default. */
export function numberOr(fallback: number) {
  return z.number().catch(fallback);
}

/** A part of an object: with nothing in it where it is missing or odd. Each of its fields has to stand for nothing too. */
export function part<Shape extends z.ZodRawShape>(shape: Shape) {
  const schema = z.object(shape);
  return schema.catch(() => schema.parse({}));
}

/** A part that means something by being there. */
export function maybe<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape).optional().catch(undefined);
}

/** A list, without what is odd in it. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((things) =>
      things
        .map((each) => item.safeParse(each))
        .filter((parsed) => parsed.success)
        .map(({ data }) => data),
    );
}

/** Texts by name, without what is none. */
export const texts = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((given): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  );
