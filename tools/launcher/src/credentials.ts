import { randomBytes } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeSecretFile } from './secret-file.js';

const secret = () => randomBytes(24).toString('base64url');

const credentials = z.object({
  grafanaHmacSecret: z.string().min(1),
  alertmanagerBearer: z.string().min(1),
  slackSigningSecret: z.string().min(1),
  slackBotToken: z.string().min(1),
  apiToken: z.string().min(1),
  /** Of the simulated Opsgenie; a folder of an earlier version has none. */
  opsgenieApiKey: z.string().min(1).default(secret),
  /** Of the simulated Kubernetes; as above. */
  kubernetesToken: z.string().min(1).default(secret),
  databasePassword: z.string().min(1),
});

/** The secrets of one data folder, random, made at its first start. */
export type Credentials = z.infer<typeof credentials>;

export async function loadCredentials(dataFolder: string): Promise<Credentials> {
  const path = join(dataFolder, 'credentials.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) {
    const fresh = newCredentials();
    await writeSecretFile(path, fresh);
    return fresh;
  }
  await chmod(path, 0o600);
  const parsed = credentials.safeParse(parseJson(text));
  if (parsed.success) {
    await writeSecretFile(path, parsed.data);
    return parsed.data;
  }
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new Error(
    `${path} is damaged (${fields || 'no JSON'}): restore it; without it PostgreSQL lets nobody in`,
  );
}

function newCredentials(): Credentials {
  return {
    grafanaHmacSecret: secret(),
    alertmanagerBearer: secret(),
    slackSigningSecret: randomBytes(16).toString('hex'),
    slackBotToken: `xoxb-${secret()}`,
    apiToken: secret(),
    opsgenieApiKey: secret(),
    kubernetesToken: secret(),
    databasePassword: secret(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
