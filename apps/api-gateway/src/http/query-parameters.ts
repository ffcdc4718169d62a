import { canonicalTime, matcherText, pageCursor, severity, status } from '@gomon/contracts';
import { z } from 'zod';

const MOST_FILTERS = 20;
/** The place of a fault in an expression is searched for, and the longer the expression, the longer that takes. */
const LONGEST_FILTER = 1_000;

/** One value or several: `status=firing&status=resolved`, or `status=firing,resolved`. */
export function listOf<Item extends z.ZodType>(item: Item, about: string) {
  return z.preprocess(
    (value) =>
      all(value).flatMap((one: unknown) => (typeof one === 'string' ? one.split(',') : [one])) as unknown,
    z.array(item).min(1).meta({ description: about }),
  );
}

function all(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

const filter = z.preprocess(
  all,
  z
    .array(z.string().max(LONGEST_FILTER).pipe(matcherText))
    .max(MOST_FILTERS)
    .meta({
      description:
        'A label matcher as in Prometheus: `name="value"`, `!=`, `=~` or `!~` (RE2, anchored at both ends; a missing label equals an empty one). Repeated: all must match.',
      examples: [['team="shop"', 'instance=~"db-.*"']],
    }),
);

/** A time with any offset, as the correlator takes it. */
export function time(description: string) {
  return z
    .string()
    .transform((text, context) => {
      try {
        const canonical = canonicalTime(text);
        if (canonical !== undefined) return canonical;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
      context.addIssue({ code: 'custom', message: 'an RFC 3339 time such as 2026-11-25T09:40:10Z' });
      return z.NEVER;
    })
    .meta({ description, examples: ['2026-11-25T09:40:10Z'] });
}

export const page = {
  limit: z.coerce.number().int().min(1).max(500).default(50).meta({ description: 'At most so many items.' }),
  cursor: pageCursor.meta({ description: '`nextCursor` of the page before, as it is.' }).optional(),
};
const statuses = listOf(status, 'One or several, repeated or separated by commas.').optional();
const severities = listOf(severity, 'One or several, repeated or separated by commas.').optional();
const scope = z.string().min(1).meta({ description: 'The cluster.' }).optional();

export const listIncidentsParameters = z.strictObject({
  ...page,
  status: listOf(z.enum(['open', 'resolved']), 'One or several, repeated or separated by commas.').optional(),
  severity: severities,
  scope,
});

export const clusterHealthParameters = z.strictObject({ scope });

export const listAlertsParameters = z.strictObject({
  ...page,
  status: statuses,
  severity: severities,
  source: z
    .string()
    .min(1)
    .meta({ description: 'The kind of the source.', examples: ['grafana'] })
    .optional(),
  scope,
  problemId: z.uuid().optional(),
  fingerprint: z.string().min(1).optional(),
  assignee: z.string().min(1).meta({ description: 'Whose they are: a name.' }).optional(),
  namespace: z.string().min(1).meta({ description: 'The label `namespace`.' }).optional(),
  muted: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .meta({
      description: 'Only what is, or was until it ended, kept from being told; `false`: only the rest.',
    })
    .optional(),
  since: time('First seen then or later: RFC 3339.').optional(),
  until: time('First seen before then: RFC 3339.').optional(),
  filter: filter.optional(),
});

export const listProblemsParameters = z.strictObject({
  ...page,
  status: statuses,
  severity: severities,
  scope,
});

export const ledgerParameters = z.strictObject({
  reportId: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: 'Of the answer to a webhook or to `POST /api/v1/alerts`.' })
    .optional(),
});

export const noParameters = z.strictObject({});
export const idParameter = z.object({ id: z.uuid() });
