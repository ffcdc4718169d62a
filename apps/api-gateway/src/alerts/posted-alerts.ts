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

const LIMITS = {
  labels: 64,
  name: 256,
  label: 1_024,
  annotations: 64,
  annotation: 8_192,
  url: 2_048,
  alerts: 500,
};

const clean = (longest: number) =>
  z
    .string()
    .max(longest)
    .transform((text) => cleanText(text, longest).text);

const texts = (most: number, longest: number) =>
  z
    .record(z.string().min(1).max(LIMITS.name), clean(longest))
    .refine((all) => Object.keys(all).length <= most, `at most ${most} entries`);

const time = z.string().transform((text, context) => {
  try {
    return canonicalTime(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is no time' });
    return z.NEVER;
  }
});

/** An alert as a client posts it. */
export const postedAlert = z.strictObject({
  status: z.enum(['firing', 'resolved']).default('firing'),
  labels: texts(LIMITS.labels, LIMITS.label).refine(
    (all) => Object.values(all).some((value) => value !== ''),
    'at least one label is needed: labels are what an alert is known by',
  ),
  annotations: texts(LIMITS.annotations, LIMITS.annotation).default({}),
  startsAt: time.optional(),
  endsAt: time.optional(),
  generatorUrl: z
    .url({ protocol: /^https?$/ })
    .max(LIMITS.url)
    .optional(),
  dashboardUrl: z
    .url({ protocol: /^https?$/ })
    .max(LIMITS.url)
    .optional(),
});
export type PostedAlert = z.infer<typeof postedAlert>;

export const postedAlerts = z.strictObject({ alerts: z.array(postedAlert).min(1).max(LIMITS.alerts) });

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

function observationOf(alert: PostedAlert): Observation {
  const visible = Object.entries(alert.labels).filter(([, value]) => value !== '');
  const { status, annotations, startsAt, endsAt, generatorUrl, dashboardUrl } = alert;
  return {
    status,
    labels: Object.fromEntries(visible),
    annotations,
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(generatorUrl === undefined ? {} : { generatorUrl }),
    ...(dashboardUrl === undefined ? {} : { dashboardUrl }),
  };
}
