import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Body, Controller, Get, Module, Post, Req } from '@nestjs/common';
import { startNatsServer, type NatsServer } from '@gomon/testing';
import { EventPattern } from '@nestjs/microservices';
import { CONSUMERS } from '@gomon/messaging';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  commonEnv,
  defineService,
  HttpProblem,
  parseJsonBody,
  startService,
  traceparentOf,
} from './index.js';
import { bearerToken, basicCredentials, secretEquals } from './http/credentials.js';

let server: NatsServer;

beforeAll(async () => {
  server = await startNatsServer();
});

afterAll(() => server.stop());

@Controller()
class SpecController {
  @Post('echo')
  echo(@Req() request: FastifyRequest) {
    return parseJsonBody(
      request.body,
      z.strictObject({ name: z.string(), list: z.array(z.object({ n: z.number() })).optional() }),
    );
  }

  @Get('teapot')
  teapot(): never {
    throw new HttpProblem(418, 'A teapot', {
      detail: 'short and stout',
      retryAfterS: 2.2,
      extensions: { handle: true },
    });
  }

  @Get('broken')
  broken(): never {
    throw new Error('password=inner-workings');
  }

  @Post('form')
  form(@Body() body: Buffer) {
    return { isBuffer: Buffer.isBuffer(body), text: body.toString() };
  }
}

@Module({ controllers: [SpecController] })
class SpecModule {}

function start(more: Record<string, string> = {}) {
  const service = defineService({ name: 'spec', env: commonEnv, module: () => ({ module: SpecModule }) });
  return startService(service, {
    PORT: '0',
    NATS_URL: server.url,
    LOG_LEVEL: 'fatal',
    BODY_LIMIT_BYTES: '2000',
    ...more,
  });
}

describe('a service over HTTP', () => {
  let url: string;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const running = await start();
    url = running.url;
    close = () => running.close();
    running.runtime.health.indicator('part', () => ({ ok: true, detail: 'fine' }));
  });

  afterAll(() => close());

  async function post(path: string, body: string, type = 'application/json') {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: (await response.json()) as Record<string, unknown>,
    };
  }

  it.each([
    ['{"name":1}', 400, [{ field: 'name', message: expect.any(String) as unknown }]],
    [
      '{"name":"a","list":[{"n":1},{"n":"x"}]}',
      400,
      [{ field: 'list[1].n', message: expect.any(String) as unknown }],
    ],
    ['{"name":"a","other":1}', 400, [{ field: 'other', message: 'is unknown' }]],
    ['{"name":', 400, [{ field: '', message: expect.any(String) as unknown }]],
    ['', 400, undefined],
  ])('answers %j with %i and names the field', async (body, status, errors) => {
    const answer = await post('/echo', body);
    expect(answer).toMatchObject({ status, type: 'application/problem+json; charset=utf-8' });
    expect(answer.body['errors']).toEqual(errors);
  });

  it('takes forms and JSON as raw bytes, nothing else, and not too much', async () => {
    expect((await post('/form', 'a=b', 'application/x-www-form-urlencoded')).body).toEqual({
      isBuffer: true,
      text: 'a=b',
    });
    expect((await post('/form', 'x', 'text/plain')).body).toMatchObject({ status: 415, type: 'about:blank' });
    expect((await post('/form', `"${'x'.repeat(3_000)}"`)).body).toMatchObject({ status: 413 });
  });

  it('answers its own problems as they are, and unknown errors without their inner workings', async () => {
    const teapot = await fetch(`${url}/teapot`);
    expect([teapot.status, teapot.headers.get('retry-after'), await teapot.json()]).toEqual([
      418,
      '3',
      { type: 'about:blank', title: 'A teapot', status: 418, detail: 'short and stout', handle: true },
    ]);
    const broken = await fetch(`${url}/broken`);
    expect([broken.status, await broken.text()]).toEqual([
      500,
      '{"type":"about:blank","title":"Internal Server Error","status":500}',
    ]);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    const undecodable = await fetch(`${url}/%zz`);
    expect([undecodable.status, undecodable.headers.get('content-type')]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('tells orchestrators and Prometheus how it is', async () => {
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({
        status: 'ready',
        indicators: expect.objectContaining({ part: { ok: true, detail: 'fine' } }) as unknown,
      }),
    ]);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /gomon_build_info\{service="spec",version="0\.1\.0"/,
    );
  });

  it('keeps idle connections longer than senders do, and closes them at once when it stops', async () => {
    const running = await start();
    expect(running.app.getHttpServer()).toMatchObject({ keepAliveTimeout: 65_000 });
    const socket = createConnection(Number(new URL(running.url).port), '127.0.0.1');
    socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    const closed = once(socket, 'close');
    await running.close();
    await closed;
  });
});

it('an indicator that fails or does not answer makes the service not ready', async () => {
  const running = await start();
  running.runtime.health.indicator('broken', () => Promise.reject(new Error('away')));
  const ready = await fetch(`${running.url}/health/ready`);
  expect([ready.status, await ready.text()]).toEqual([
    503,
    expect.stringContaining('"broken":{"ok":false,"detail":"away"}'),
  ]);
  await running.close();
});

it('a consumer without its handler keeps the service from starting, and is named', async () => {
  const consumes = [{ consumer: CONSUMERS.slackOpenedUrgent, schema: z.unknown() }];
  const service = defineService({
    name: 'spec',
    env: commonEnv,
    module: () => ({ module: SpecModule }),
    consumes,
  });
  const env = { PORT: '0', NATS_URL: server.url, LOG_LEVEL: 'fatal' };
  await expect(startService(service, env)).rejects.toThrow('slack-opened-urgent has no handler');

  @Controller()
  class TwiceController {
    @EventPattern(CONSUMERS.slackOpenedUrgent.name)
    one(_data: unknown): void {
      return;
    }

    @EventPattern(CONSUMERS.slackOpenedUrgent.name)
    two(_data: unknown): void {
      return;
    }
  }
  const twice = { ...service, module: () => ({ module: SpecModule, controllers: [TwiceController] }) };
  await expect(startService(twice, env)).rejects.toThrow('slack-opened-urgent has more than one handler');
});

describe('a process', () => {
  const script = fileURLToPath(new URL('fixtures/tiny-service.mjs', import.meta.url));

  function run(env: Record<string, string>) {
    const child = spawn(process.execPath, [script], { env: { PATH: process.env['PATH'], ...env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (output += data.toString()));
    const exited = once(child, 'exit').then(([code]) => ({ code: code as number | null, output }));
    const said = async (text: string) => {
      const ended = exited.then(() => {
        throw new Error(`it ended without saying ${text}: ${output}`);
      });
      ended.catch(() => undefined);
      while (!output.includes(text)) await Promise.race([once(child.stdout, 'data'), ended]);
    };
    return { child, exited, said };
  }

  const env = {
    PORT: '0',
    NATS_URL: 'nats://user:nats-password@127.0.0.1:1',
    TINY_SECRET: 'very "secret" \\ text',
  };

  it('whose environment is wrong ends with 78 and says by variable what is', async () => {
    const { code, output } = await run({ PORT: 'x' }).exited;
    expect(code).toBe(78);
    for (const text of ['PORT: ', 'NATS_URL: is required', 'TINY_SECRET: is required'])
      expect(output).toContain(text);
  });

  it('stops in order when it is asked to, and no secret is in its log', async () => {
    const { child, exited, said } = run(env);
    await said('tiny is ready');
    child.kill('SIGTERM');
    const { code, output } = await exited;
    expect(code).toBe(0);
    const messages = output
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages.filter((message) => !message.startsWith('NATS')).slice(-3)).toEqual([
      'stopping',
      'flushed',
      'stopped',
    ]);
    expect(output).toContain('the secret is [hidden]');
    expect(output).not.toMatch(/very|nats-password/);
  });

  it.each([
    ['throw', 'an exception was not caught'],
    ['reject', 'a rejection was not handled'],
  ])('that meets an unexpected %s logs it and ends with 1', async (fault, message) => {
    const { code, output } = await run({ ...env, TINY_FAULT: fault }).exited;
    expect([code, output]).toEqual([1, expect.stringContaining(message)]);
    expect(output).not.toContain('very');
  });

  it('whose shutdown hangs ends at once when it is asked twice', async () => {
    const { child, exited, said } = run({ ...env, TINY_FAULT: 'hang' });
    await said('tiny is ready');
    child.kill('SIGTERM');
    await said('flushed');
    child.kill('SIGTERM');
    expect((await exited).code).toBe(130);
  });
});

describe('credentials and traces of a request', () => {
  it('are read as the standards say', () => {
    const headers = (authorization?: string) => ({
      headers: authorization === undefined ? {} : { authorization },
    });
    expect(bearerToken(headers('Bearer abc'))).toBe('abc');
    expect(bearerToken(headers('bearer  abc '))).toBe('abc');
    expect(bearerToken(headers('Basic abc'))).toBeUndefined();
    expect(bearerToken(headers())).toBeUndefined();
    expect(basicCredentials(headers(`Basic ${Buffer.from('a:b:c').toString('base64')}`))).toEqual({
      user: 'a',
      password: 'b:c',
    });
    expect([secretEquals('a', 'a'), secretEquals('a', 'ab'), secretEquals('', '')]).toEqual([
      true,
      false,
      true,
    ]);
    const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect(traceparentOf({ traceparent: trace })).toBe(trace);
    expect(
      traceparentOf({ traceparent: '00-00000000000000000000000000000000-00f067aa0ba902b7-01' }),
    ).not.toContain('0'.repeat(32));
    expect(traceparentOf({})).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
