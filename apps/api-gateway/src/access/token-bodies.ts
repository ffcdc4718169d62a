import { role, tokenName, tokenView } from '@gomon/contracts';
import { z } from 'zod';

export const createTokenBody = z.strictObject({
  name: tokenName.meta({ description: 'What the audit calls it; never used twice.' }),
  role: role.meta({ description: '`viewer` reads, `responder` acts on problems, `admin` does everything.' }),
});
export const createdToken = tokenView.extend({
  token: z.string().meta({ description: 'The secret: it is shown this once.' }),
});
export const tokenParameter = z.strictObject({ name: tokenName });
