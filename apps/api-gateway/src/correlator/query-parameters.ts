import { MatcherError, pageCursor, parseMatcher, severity, status, type Matcher } from '@gomon/contracts';
import { z } from 'zod';

/** One value or several: `status=firing&status=resolved`, or `status=firing,resolved`. */
function listOf<Item extends z.ZodType<unknown, string>>(item: Item) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : [value]).flatMap((text) => text.split(',')))
    .pipe(z.array(item));
}

const matchers = z.union([z.string(), z.array(z.string())]).transform((value, context): Matcher[] => {
  return (Array.isArray(value) ? value : [value]).flatMap((text) => {
    try {
      return parseMatcher(text);
    } catch (error) {
      if (!(error instanceof MatcherError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return [];
    }
  });
});

const page = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: pageCursor.optional(),
};

export const listAlertsParameters = z.strictObject({
  ...page,
  status: listOf(status).optional(),
  severity: listOf(severity).optional(),
  source: z.string().min(1).optional(),
  scope: z.string().min(1).optional(),
  problemId: z.uuid().optional(),
  fingerprint: z.string().min(1).optional(),
  filter: matchers.optional(),
});

export const listProblemsParameters = z.strictObject({
  ...page,
  status: listOf(status).optional(),
  severity: listOf(severity).optional(),
  scope: z.string().min(1).optional(),
});

export const ledgerParameters = z.strictObject({ reportId: z.string().min(1).max(200).optional() });

export const noParameters = z.strictObject({});
export const idParameter = z.object({ id: z.uuid() });

/** The same question without the keys that were not given. */
export function given<T extends object>(question: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(question).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
