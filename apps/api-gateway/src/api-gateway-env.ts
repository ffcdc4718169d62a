import { commonEnv, secretList } from '@gomon/service';
import { z } from 'zod';

export const apiGatewayEnv = commonEnv
  .extend({
    /** `name:token`, several by commas; the name stands in the audit. */
    API_TOKENS: secretList()
      .refine(
        (all) => all.every((one) => /^[^:]{1,80}:.{8,}$/.test(one)),
        'each must be name:token, the token of 8 characters or more',
      )
      .optional(),
    /** `off`: anybody may read and command. */
    API_AUTH: z.enum(['on', 'off']).default('on'),
  })
  .refine((env) => env.API_AUTH === 'off' || env.API_TOKENS !== undefined, {
    path: ['API_TOKENS'],
    message: 'is required (or API_AUTH=off to let anybody in)',
  });
export type ApiGatewayEnv = z.infer<typeof apiGatewayEnv>;
