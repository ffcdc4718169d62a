import { commonEnv, secretText } from '@gomon/service';
import { z } from 'zod';
import { rulesEnv } from './rules-from-env.js';

export const correlatorEnv = commonEnv.extend({
  DATABASE_URL: secretText(z.url({ protocol: /^postgres(ql)?$/ })),
  /** Pinged while the whole line works; the address may hold a secret. */
  HEARTBEAT_URL: secretText(z.url({ protocol: /^https?$/ })).optional(),
  HEARTBEAT_EVERY_S: z.coerce.number().positive().default(60),
  ...rulesEnv,
});
export type CorrelatorEnv = z.infer<typeof correlatorEnv>;
