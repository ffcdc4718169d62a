import { commonEnv, secretText } from '@gomon/service';
import { z } from 'zod';

const webAddress = () => z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

export const incidentSyncEnv = commonEnv.extend({
  /** Of an API integration that may create and change incidents. */
  OPSGENIE_API_KEY: secretText(z.string().min(1)),
  /** `https://api.eu.opsgenie.com` for accounts in Europe. */
  OPSGENIE_API_URL: webAddress().default('https://api.opsgenie.com'),
  /** Where people open an incident. */
  OPSGENIE_WEB_URL: webAddress().default('https://app.opsgenie.com'),
  /** The team that is called, by its name. */
  OPSGENIE_TEAM: z.string().min(1).optional(),
  /** The service that is impacted, by its id. */
  OPSGENIE_SERVICE_ID: z.string().min(1).optional(),
  /** A call that takes longer has an unknown outcome. */
  OPSGENIE_TIMEOUT_MS: z.coerce.number().int().positive().default(10_000),
  /** A created incident can surely be found after so long. */
  OPSGENIE_SETTLE_MS: z.coerce.number().int().positive().default(30_000),
});
export type IncidentSyncEnv = z.infer<typeof incidentSyncEnv>;
