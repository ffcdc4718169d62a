import { z } from 'zod';
import { DEFAULT_RULES, type Rules } from './decide/rules.js';

const HOUR_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

const channel = z.string().regex(/^#?[a-z0-9][a-z0-9._-]*$/i, 'a channel name such as #alert-critical');
/** Names or values, separated by commas. */
const list = (fallback: Iterable<string>) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    )
    .default([...fallback]);

/** What an operator can set about decisions, until there is a rules file. */
export const rulesEnv = {
  INCIDENT_PROVIDER: z.enum(['opsgenie', 'none']).default('opsgenie'),
  CHANNEL_URGENT: channel.default(DEFAULT_RULES.channels.urgent),
  CHANNEL_NORMAL: channel.default(DEFAULT_RULES.channels.normal),
  CHANNEL_NON_PRODUCTION: channel.default(DEFAULT_RULES.channels.nonProduction),
  /** Absent: no alert chooses its channel. */
  CHANNEL_LABEL: z.string().min(1).optional(),
  ENVIRONMENT_LABELS: list(DEFAULT_RULES.environmentLabels),
  NON_PRODUCTION_VALUES: list(DEFAULT_RULES.nonProductionValues),
  VOLATILE_LABELS: list(DEFAULT_RULES.volatileLabels),
  RESOLVE_TIMEOUT_HOURS: z.coerce.number().positive().default(6),
  QUIET_AFTER_RESOLVE_MINUTES: z.coerce.number().nonnegative().default(60),
};

export function rulesFrom(env: z.infer<z.ZodObject<typeof rulesEnv>>): Rules {
  const timeoutMs = env.RESOLVE_TIMEOUT_HOURS * HOUR_MS;
  return {
    volatileLabels: new Set(env.VOLATILE_LABELS),
    identifyingLabels: DEFAULT_RULES.identifyingLabels,
    resolveTimeoutMs: { grafana: timeoutMs, alertmanager: timeoutMs },
    incidentProvider: env.INCIDENT_PROVIDER,
    quietAfterPersonMs: env.QUIET_AFTER_RESOLVE_MINUTES * MINUTE_MS,
    channels: {
      urgent: env.CHANNEL_URGENT,
      normal: env.CHANNEL_NORMAL,
      nonProduction: env.CHANNEL_NON_PRODUCTION,
    },
    channelLabel: env.CHANNEL_LABEL,
    environmentLabels: env.ENVIRONMENT_LABELS,
    nonProductionValues: new Set(env.NON_PRODUCTION_VALUES.map((value) => value.toLowerCase())),
  };
}
