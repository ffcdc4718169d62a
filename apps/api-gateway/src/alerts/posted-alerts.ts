import {
  canonicalTime,
  cleanText,
  eventOf,
  isUrgent,
  OBSERVATIONS_HEADER,
  severityOf,
  subjects,
  type Observation,
  type Report,
} from '@gomon/contracts';
import { z } from 'zod';
import { given } from '../http/given.js';

const LIMITS = {
  labels: 64,
  name: 256,
  label: 1_024,
  annotations: 64,
  annotation: 8_192,
  url: 2_048,
  values: 64,
  alerts: 500,
};

/** PostgreSQL takes it as it is. */
const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0');

const names = z.string().min(1).max(LIMITS.name).refine(isStorable);

const entries = <Value extends z.ZodType>(most: number, value: Value) =>
  z.preprocess(
    refuseProto,
    z
      .record(names, value, {
        error: ({ code }) =>
          code === 'invalid_key' ? `is no name: 1 to ${LIMITS.name} characters, no NUL` : undefined,
      })
      .refine((all) => Object.keys(all).length <= most, `at most ${most} entries`),
  );

/** zod leaves this key out without a word, and a label that vanishes was not accepted. */
function refuseProto(value: unknown, context: z.RefinementCtx): unknown {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__')) {
    context.addIssue({ code: 'custom', path: ['__proto__'], message: 'cannot be a name' });
  }
  return value;
}

const time = (description: string) =>
  z
    .string()
    .meta({ description, format: 'date-time', examples: ['2026-03-01T09:00:00Z'] })
    .transform((text, context) => {
      try {
        return canonicalTime(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is no time' });
        return z.NEVER;
      }
    })
    .optional();

const link = (description: string) =>
  z
    .url({ protocol: /^https?$/ })
    .max(LIMITS.url)
    .refine(isStorable, 'is no address')
    .meta({ description })
    .optional();

/** An alert as a client posts it. */
export const postedAlert = z
  .strictObject({
    status: z
      .enum(['firing', 'resolved'])
      .default('firing')
      .meta({ description: 'Nothing that was posted ends by silence: post its end.' }),
    labels: entries(LIMITS.labels, z.string().max(LIMITS.label))
      .refine(
        (all) => Object.values(all).some((value) => value !== ''),
        'at least one label is needed: labels are what an alert is known by',
      )
      .meta({
        description:
          'What the alert is known by: the same labels are the same alert. `severity` says how bad it is (P0 to P4, or words such as critical and warning); an empty label equals a missing one.',
      }),
    annotations: entries(LIMITS.annotations, z.string().max(LIMITS.annotation))
      .default({})
      .meta({ description: 'What a person reads: `summary`, `description`, `runbook_url`.' }),
    startsAt: time('When the condition began, RFC 3339 with any offset. Absent: when it is accepted.'),
    endsAt: time(
      'When it ended; of one that fires, until when it does if it is not posted again. RFC 3339 with any offset.',
    ),
    generatorUrl: link('What made it.'),
    dashboardUrl: link('Where to look.'),
    panelUrl: link('The panel.'),
    silenceUrl: link('Where its sender silences it.'),
    imageUrl: link('A picture of it.'),
    values: entries(LIMITS.values, z.number().nullable())
      .meta({ description: 'What was measured.' })
      .optional(),
  })
  .meta({ id: 'PostedAlert', description: 'An alert to be decided about.' });
export type PostedAlert = z.infer<typeof postedAlert>;

export const postedAlerts = z
  .strictObject({ alerts: z.array(postedAlert).min(1).max(LIMITS.alerts) })
  .meta({ id: 'PostedAlerts', description: 'Several alerts, accepted together or not at all.' });

/** The report of posted alerts, as a message for the stream. */
export function reportMessage(
  alerts: readonly PostedAlert[],
  about: {
    readonly id: string;
    readonly name: string;
    readonly scope: string;
    readonly now: Date;
    readonly traceparent: string;
  },
) {
  const { id, name, scope, now, traceparent } = about;
  const observations = alerts.map(observationOf);
  const data: Report = {
    kind: 'delta',
    scope,
    source: { kind: 'api', instance: name },
    acceptedAt: now.toISOString(),
    observations,
  };
  const urgent = observations.some(({ labels }) => isUrgent(severityOf(labels).severity));
  return {
    subject: subjects.observed(urgent ? 'urgent' : 'normal', 'api'),
    id,
    headers: { [OBSERVATIONS_HEADER]: String(observations.length) },
    event: eventOf('gomon.observed.v1', data, { id, source: 'gomon/api-gateway', time: now, traceparent }),
  };
}

function observationOf({ labels, annotations, ...alert }: PostedAlert): Observation {
  const notes: string[] = [];
  const cleanAll = (kind: string, texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(texts).map(([name, raw]) => {
        const cleaned = cleanText(raw, LIMITS.annotation);
        notes.push(...cleaned.notes.map((note) => `${kind} ${name}: ${note}`));
        return [name, cleaned.text];
      }),
    );
  const visible = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
  return {
    ...given(alert),
    labels: cleanAll('label', visible),
    annotations: cleanAll('annotation', annotations),
    ...(notes.length === 0 ? {} : { notes }),
  };
}
