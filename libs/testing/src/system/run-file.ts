import { z } from 'zod';

const place = z.object({ pid: z.number().int().positive(), url: z.string() });
/** What was here before the launcher has no pid. */
const foreignPlace = place.partial({ pid: true });

export const runFile = z.object({
  services: z.record(z.string(), place),
  simulators: z.record(z.string(), place),
  nats: foreignPlace,
  postgres: foreignPlace,
  credentials: z.object({
    grafanaHmacSecret: z.string(),
    alertmanagerBearer: z.string(),
    slackSigningSecret: z.string(),
    apiToken: z.string(),
  }),
});

/** Where everything is while the launcher runs, for tools: `run.json` in the data folder. */
export type RunFile = z.infer<typeof runFile>;
