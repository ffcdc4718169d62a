import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { commonEnv, ConfigError, readConfig, secretList, secretsIn, secretText } from './env.js';

const env = commonEnv.extend({
  TOKEN: secretText(),
  TOKENS: secretList().optional(),
  DATABASE_URL: secretText(z.url()).optional(),
  COUNT: z.coerce.number().int().default(3),
});
const good = { PORT: '0', NATS_URL: 'nats://localhost:4222', TOKEN: 'a-secret' };

function problemsOf(given: Record<string, string>): readonly string[] {
  try {
    readConfig(env, given);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('the environment', () => {
  it('is read with its defaults; an empty variable is none', () => {
    expect(readConfig(env, { ...good, COUNT: '', TOKENS: 'a1, b2,' })).toMatchObject({
      PORT: 0,
      HOST: '127.0.0.1',
      COUNT: 3,
      TOKENS: ['a1', 'b2'],
      GOMON_SCOPE: 'default',
    });
  });

  it('that is wrong is told all at once, by variable, without any value', () => {
    const problems = problemsOf({ PORT: 'many', NATS_URL: 'secret-host', LOG_LEVEL: 'loud' });
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
      'LOG_LEVEL',
      'NATS_URL',
      'PORT',
      'TOKEN',
    ]);
    expect(problems).toContain('TOKEN: is required');
    expect(problems.join(' ')).not.toMatch(/secret-host|many|loud/);
  });

  it('may name files that hold secrets', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gomon-env-'));
    const path = join(folder, 'token');
    writeFileSync(path, 'from-a-file\n');
    const { TOKEN: _, ...without } = good;
    expect(readConfig(env, { ...without, TOKEN_FILE: path }).TOKEN).toBe('from-a-file');
    expect(secretsIn(env, { ...without, TOKEN_FILE: path })).toContain('from-a-file');
    expect(problemsOf({ ...without, TOKEN_FILE: join(folder, 'none') })).toContain(
      'TOKEN_FILE: the file cannot be read',
    );
    rmSync(folder, { recursive: true });
  });
});

it('the secrets are the values, their items, what stands behind a name, and passwords of addresses', () => {
  const secrets = secretsIn(env, {
    ...good,
    TOKENS: 'ops:token-one,token-two',
    DATABASE_URL: 'postgresql://user:p%40ssword@host/db',
    COUNT: '1234567',
  });
  expect(secrets).toEqual(
    expect.arrayContaining(['a-secret', 'token-one', 'token-two', 'p%40ssword', 'p@ssword']),
  );
  expect(secrets).not.toContain('1234567');
});
