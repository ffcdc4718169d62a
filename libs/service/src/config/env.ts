import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Text that never reaches logs, errors or answers. `NAME_FILE` may name a file that holds it instead. */
export function secretText(): z.ZodString;
export function secretText<Schema extends z.ZodType>(schema: Schema): Schema;
export function secretText(schema: z.ZodType = z.string().min(1)): z.ZodType {
  return schema.meta({ secret: true });
}

/** Secrets, separated by commas: several at once, so that one can be rotated. */
export function secretList() {
  return z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    )
    .pipe(z.array(z.string().min(1)).min(1, 'must hold at least one'))
    .meta({ secret: true });
}

const port = z.coerce.number().int().min(0).max(65_535);

/** What every service reads. */
export const commonEnv = z.object({
  /** 0 takes a free one. */
  PORT: port,
  HOST: z.string().min(1).default('127.0.0.1'),
  /** May hold a user and a password. */
  NATS_URL: secretText(
    z.string().regex(/^(nats|tls|ws|wss):\/\/\S+$/, 'must be an address such as nats://host:4222'),
  ),
  /** Read anew with each connection. */
  NATS_CREDENTIALS_FILE: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  /** The cluster whose alerts these are. */
  GOMON_SCOPE: z.string().min(1).max(100).default('default'),
  BODY_LIMIT_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(5 * 1024 * 1024),
  KEEP_ALIVE_TIMEOUT_MS: z.coerce.number().int().positive().default(65_000),
  /** Copies of each stream: 1, or 3 in a NATS cluster. Absent: what exists stays as it is. */
  STREAM_REPLICAS: z.coerce.number().int().min(1).max(5).optional(),
});
export type CommonEnv = z.infer<typeof commonEnv>;

/** Everything that is wrong with the environment, by variable; values are never repeated. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`the environment is wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** @throws ConfigError naming every variable that is wrong */
export function readConfig<Env>(
  schema: z.ZodType<Env>,
  env: Readonly<Record<string, string | undefined>>,
): Env {
  const problems: string[] = [];
  const given = withFiles(schema, env, problems);
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    for (const { path, message, code } of parsed.error.issues) {
      const name = String(path[0] ?? 'environment');
      const isMissing = code === 'invalid_type' && given[name] === undefined;
      problems.push(`${name}: ${isMissing ? 'is required' : message}`);
    }
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError([...new Set(problems)]);
  return parsed.data;
}

/** The secrets among the values, and the parts of them that are secret on their own. */
export function secretsIn(
  schema: z.ZodType,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const given = withFiles(schema, env, []);
  const values = secretNames(schema).flatMap((name) => {
    const value = given[name];
    if (value === undefined) return [];
    const password = /\/\/[^/@]*:([^/@]*)@/.exec(value)?.[1];
    const items = value.split(',').map((item) => item.trim());
    return [
      value,
      ...items,
      ...items.map((item) => item.slice(item.indexOf(':') + 1)),
      ...passwords(password),
    ];
  });
  return [...new Set(values)]
    .filter((value) => value.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
}

/** Shorter texts are too common to be hidden wherever they appear. */
const SHORTEST_SECRET = 6;

function passwords(encoded: string | undefined): readonly string[] {
  if (encoded === undefined) return [];
  try {
    return [encoded, decodeURIComponent(encoded)];
  } catch {
    return [encoded];
  }
}

function withFiles(
  schema: z.ZodType,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): Readonly<Record<string, string | undefined>> {
  const given: Record<string, string | undefined> = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== ''),
  );
  for (const name of secretNames(schema)) {
    const path = given[`${name}_FILE`];
    if (path === undefined || given[name] !== undefined) continue;
    try {
      given[name] = readFileSync(path, 'utf8').trim();
    } catch {
      problems.push(`${name}_FILE: the file cannot be read`);
    }
  }
  return given;
}

function secretNames(schema: z.ZodType): readonly string[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const shape: Readonly<Record<string, unknown>> = schema.shape;
  return Object.entries(shape)
    .filter(([, field]) => isSecret(field))
    .map(([name]) => name);
}

function isSecret(schema: unknown): boolean {
  if (!(schema instanceof z.ZodType)) return false;
  if (schema.meta()?.['secret'] === true) return true;
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? isSecret(schema.unwrap())
    : false;
}
