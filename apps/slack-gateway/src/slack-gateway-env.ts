import { commonEnv, secretText } from '@gomon/service';
import { z } from 'zod';

export const slackGatewayEnv = commonEnv.extend({
  /** `xoxb-…`, with chat:write, chat:write.public, channels:read, channels:history. */
  SLACK_BOT_TOKEN: secretText(z.string().min(1)),
  SLACK_SIGNING_SECRET: secretText(z.string().min(1)),
  SLACK_API_URL: z.url({ protocol: /^https?$/ }).default('https://slack.com/api/'),
  /** Where a problem is told whose own channel does not take it. */
  SLACK_FALLBACK_CHANNEL: z.string().min(1).optional(),
  /** Messages a second to one channel; Slack takes about one. 0: as fast as Slack answers. */
  SLACK_PACE_PER_SECOND: z.coerce.number().nonnegative().default(1),
  /** A call that takes longer has an unknown outcome. */
  SLACK_TIMEOUT_MS: z.coerce.number().int().positive().default(10_000),
});
export type SlackGatewayEnv = z.infer<typeof slackGatewayEnv>;
