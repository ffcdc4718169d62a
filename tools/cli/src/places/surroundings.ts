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

/** What `npm start` writes: see the launcher. */
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

/**
 * Flags win over variables (NATS_URL, GOMON_API_URL, GOMON_API_TOKEN), and those over `run.json` in GOMON_DATA.
 * @throws Error when `run.json` is there and is none
 */
export async function lookAround(flags: Flags, env: NodeJS.ProcessEnv): Promise<Surroundings> {
  const run = await readRunFile(join(env['GOMON_DATA'] ?? '.gomon', 'run.json'));
  const apiUrl = (flags.api ?? env['GOMON_API_URL'] ?? run?.services['api-gateway']?.url)?.replace(
    /\/+$/,
    '',
  );
  const services = Object.fromEntries(
    Object.entries(run?.services ?? {}).map(([name, { url }]) => [name, url]),
  );
  return {
    natsUrl: flags.nats ?? env['NATS_URL'] ?? run?.nats.url,
    apiUrl,
    apiToken: flags.token ?? env['GOMON_API_TOKEN'] ?? run?.credentials.apiToken,
    services: run === undefined && apiUrl !== undefined ? { 'api-gateway': apiUrl } : services,
    grafanaHmacSecret: run?.credentials.grafanaHmacSecret,
    alertmanagerBearer: run?.credentials.alertmanagerBearer,
  };
}

async function readRunFile(path: string): Promise<z.infer<typeof runFile> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return runFile.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : 'it is no JSON';
    throw new Error(`${path} does not say where things are: ${why}`, { cause: error });
  }
}

/** @throws UnknownPlaceError */
export function known(value: string | undefined, what: string, how: string): string {
  if (value !== undefined) return value;
  throw new UnknownPlaceError(`${what} is not known: start GoMon here (npm start), or say ${how}`);
}
