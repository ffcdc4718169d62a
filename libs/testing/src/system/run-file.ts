import { z } from 'zod';

const place = z.object({ pid: z.number().optional(), url: z.string() });

/** What the launcher writes to `run.json`. */
export const runFile = z.object({
  services: z.record(z.string(), place),
  simulators: z.record(z.string(), place),
  nats: place,
  postgres: place,
  credentials: z.object({
    grafanaHmacSecret: z.string(),
    alertmanagerBearer: z.string(),
    slackSigningSecret: z.string(),
    apiToken: z.string(),
  }),
});
export type RunFile = z.infer<typeof runFile>;
