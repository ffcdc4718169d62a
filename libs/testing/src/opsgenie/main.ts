import { z } from 'zod';
import { startOpsgenieSimulator } from './server.js';

const env = z
  .object({
    OPSGENIE_SIMULATOR_PORT: z.coerce.number().int().min(0).default(8092),
    HOST: z.string().default('127.0.0.1'),
    OPSGENIE_API_KEY: z.string().min(1),
    OPSGENIE_SIMULATOR_STATE_FILE: z.string().min(1).optional(),
    OPSGENIE_SIMULATOR_RATE_LIMITS: z.enum(['on', 'off']).default('on'),
  })
  .parse(process.env);

const simulator = await startOpsgenieSimulator({
  port: env.OPSGENIE_SIMULATOR_PORT,
  host: env.HOST,
  apiKey: env.OPSGENIE_API_KEY,
  rateLimits: env.OPSGENIE_SIMULATOR_RATE_LIMITS === 'on',
  ...(env.OPSGENIE_SIMULATOR_STATE_FILE === undefined
    ? {}
    : { stateFile: env.OPSGENIE_SIMULATOR_STATE_FILE }),
});
process.stdout.write(`simulated Opsgenie on ${simulator.url}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void simulator.stop().then(() => process.exit(0));
  });
}
