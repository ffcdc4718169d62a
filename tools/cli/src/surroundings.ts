import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Where everything is: from flags and the environment, else from what runs here. */
export interface Surroundings {
  readonly natsUrl: string | undefined;
  readonly apiUrl: string | undefined;
  readonly apiToken: string | undefined;
  /** Services by name, with their addresses. */
  readonly services: Readonly<Record<string, string>>;
  readonly grafanaHmacSecret: string | undefined;
  readonly alertmanagerBearer: string | undefined;
}

/** What a command needs is not known; the message says how to tell. */
export class UnknownPlaceError extends Error {
  override readonly name = 'UnknownPlaceError';
}

const place = z.object({ url: z.string() });
const runFile = z.object({
  services: z.record(z.string(), place),
  nats: place,
  credentials: z.object({
    grafanaHmacSecret: z.string(),
    alertmanagerBearer: z.string(),
    apiToken: z.string(),
  }),
});

export interface Flags {
  readonly nats?: string | undefined;
  readonly api?: string | undefined;
  readonly token?: string | undefined;
}

/** Flags win over variables (NATS_URL, GOMON_API_URL, GOMON_API_TOKEN), and those over `run.json` in GOMON_DATA. */
export async function lookAround(flags: Flags, env: NodeJS.ProcessEnv): Promise<Surroundings> {
  const text = await readFile(join(env['GOMON_DATA'] ?? '.gomon', 'run.json'), 'utf8').catch(() => undefined);
  const run = text === undefined ? undefined : runFile.parse(JSON.parse(text));
  return {
    natsUrl: flags.nats ?? env['NATS_URL'] ?? run?.nats.url,
    apiUrl: flags.api ?? env['GOMON_API_URL'] ?? run?.services['api-gateway']?.url,
    apiToken: flags.token ?? env['GOMON_API_TOKEN'] ?? run?.credentials.apiToken,
    services: Object.fromEntries(Object.entries(run?.services ?? {}).map(([name, { url }]) => [name, url])),
    grafanaHmacSecret: run?.credentials.grafanaHmacSecret,
    alertmanagerBearer: run?.credentials.alertmanagerBearer,
  };
}

export function known(value: string | undefined, what: string, how: string): string {
  if (value !== undefined) return value;
  throw new UnknownPlaceError(`${what} is not known: start GoMon here (npm start), or say ${how}`);
}
