import { commonEnv, secretText } from '@gomon/service';
import { z } from 'zod';

export const correlatorEnv = commonEnv.extend({
  DATABASE_URL: secretText(z.url({ protocol: /^postgres(ql)?$/ })),
  /** The rules file. */
  GOMON_CONFIG: z.string().min(1).default('config/gomon.yaml'),
  /** What was decided stays readable for so long, so that rules can be tried on it; the inbox forgets it after 30 days. */
  HISTORY_DAYS: z.coerce.number().min(0).max(30).default(7),
  INCIDENT_PROVIDER: z.enum(['opsgenie', 'none']).default('opsgenie'),
  /** Pinged while the whole line works; the address may hold a secret. */
  HEARTBEAT_URL: secretText(z.url({ protocol: /^https?$/ })).optional(),
  HEARTBEAT_EVERY_S: z.coerce.number().positive().default(60),
});
export type CorrelatorEnv = z.infer<typeof correlatorEnv>;
