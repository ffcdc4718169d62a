import { z } from 'zod';
import { startSlackSimulator } from './server.js';

const env = z
  .object({
    SLACK_SIMULATOR_PORT: z.coerce.number().int().min(0).default(8091),
    HOST: z.string().default('127.0.0.1'),
    SLACK_BOT_TOKEN: z.string().min(1),
    SLACK_SIGNING_SECRET: z.string().min(1),
    SLACK_INTERACTIONS_URL: z.url().optional(),
    SLACK_SIMULATOR_RATE_LIMITS: z.enum(['on', 'off']).default('on'),
    SLACK_SIMULATOR_STATE_FILE: z.string().min(1).optional(),
  })
  .parse(process.env);

const simulator = await startSlackSimulator({
  port: env.SLACK_SIMULATOR_PORT,
  host: env.HOST,
  botToken: env.SLACK_BOT_TOKEN,
  signingSecret: env.SLACK_SIGNING_SECRET,
  rateLimits: env.SLACK_SIMULATOR_RATE_LIMITS === 'on',
  ...(env.SLACK_INTERACTIONS_URL === undefined ? {} : { interactionsUrl: env.SLACK_INTERACTIONS_URL }),
  ...(env.SLACK_SIMULATOR_STATE_FILE === undefined ? {} : { stateFile: env.SLACK_SIMULATOR_STATE_FILE }),
});
process.stdout.write(`simulated Slack on ${simulator.url}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void simulator.stop().then(() => process.exit(0));
  });
}
