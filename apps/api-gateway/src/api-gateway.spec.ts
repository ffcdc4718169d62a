import { createRequire } from 'node:module';
import {
  commandEvent,
  observedEvent,
  queries,
  type CommandAnswer,
  type CommandEvent,
} from '@gomon/contracts';
import { Nats, reconcileStreams } from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import { startNatsServer, type NatsServer } from '@gomon/testing';
import type { FastifyInstance } from 'fastify';
import { AlertsController } from './alerts/alerts.controller.js';
import type { ApiGatewayEnv } from './api-gateway-env.js';
import { apiGatewayService } from './api-gateway.js';
import { ROUTES } from './docs/openapi.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { ProblemsController } from './problems/problems.controller.js';

const { Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
const addFormats = createRequire(import.meta.url)('ajv-formats') as (ajv: object) => void;

const ID = '0195a1b2-0000-7000-8000-000000000001';
const AT = '2026-03-01T09:00:00.000Z';
const alert = {
  id: ID,
  fingerprint: 'f',
  scope: 'default',
  source: { kind: 'grafana', instance: 'default' },
  status: 'firing',
  severity: 'P1',
  title: 'A',
  labels: { alertname: 'A' },
  annotations: {},
  episode: 1,
  observations: 1,
  firstSeenAt: AT,
  lastSeenAt: AT,
  updatedAt: AT,
  problemId: ID,
} as const;

let server: NatsServer;
let nats: Nats;
let service: RunningService<ApiGatewayEnv>;
/** What the played correlator was asked, and what it answers. */
const asked: { subject: string; data: unknown }[] = [];
let reply: ((data: unknown) => unknown) | 'silence' | 'garbage';
let commandAnswer: Partial<CommandAnswer> | undefined;
const commands: CommandEvent[] = [];

beforeAll(async () => {
  server = await startNatsServer();
  nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
  await reconcileStreams(nats);
  service = await startService(apiGatewayService, {
    PORT: '0',
    NATS_URL: server.url,
    LOG_LEVEL: 'fatal',
    API_TOKENS: 'ops:secret-token-1,other:secret-token-2',
  });
  for (const { subject } of Object.values(queries)) {
    nats.connection.subscribe(subject, {
      callback: (_error, message) => {
        const { id, data } = message.json<{ id: string; data: unknown }>();
        asked.push({ subject, data });
        if (reply === 'silence') return;
        if (reply === 'garbage') message.respond('not json');
        else message.respond(JSON.stringify({ id, response: reply(data), isDisposed: true }));
      },
    });
  }
  nats.connection.subscribe('gomon.command.v1.>', {
    callback: (_error, message) => {
      const command = commandEvent.parse(message.json());
      commands.push(command);
      const { replyTo } = command.data;
      if (replyTo === undefined || commandAnswer === undefined) return;
      nats.connection.publish(
        replyTo,
        JSON.stringify({ commandId: command.id, message: 'm', ...commandAnswer }),
      );
    },
  });
  await nats.connection.flush();
}, 60_000);

afterAll(async () => {
  await nats.drain();
  await service.close();
  await server.stop();
});

beforeEach(() => {
  asked.length = 0;
  commands.length = 0;
  reply = () => ({ items: [] });
  commandAnswer = { outcome: 'done' };
});

async function call(
  method: string,
  path: string,
  more: { body?: unknown; headers?: Record<string, string>; token?: string } = {},
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${more.token ?? 'secret-token-1'}`,
      ...(more.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more.headers,
    },
    ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

describe('access', () => {
  it.each(ROUTES.map(({ method, path }) => [method.toUpperCase(), path.replace('{id}', ID)] as const))(
    '%s %s needs a token',
    async (method, path) => {
      const { status, headers, body } = await call(method, path, { token: 'wrong-token-9' });
      expect([status, headers.get('www-authenticate'), body['detail']]).toEqual([
        401,
        'Bearer realm="gomon"',
        'The token is wrong.',
      ]);
      expect(asked.length + commands.length).toBe(0);
    },
  );

  it('is not possible without configuration', async () => {
    await expect(startService(apiGatewayService, { PORT: '0', NATS_URL: server.url })).rejects.toThrow(
      /API_TOKENS: is required/,
    );
    await expect(
      startService(apiGatewayService, { PORT: '0', NATS_URL: server.url, API_TOKENS: 'short:x' }),
    ).rejects.toThrow(/API_TOKENS: each must be name:token/);
  });
});

describe('posted alerts', () => {
  it('are 202 once the stream has them, as one report of the caller', async () => {
    const body = {
      alerts: [
        { labels: { alertname: 'A', severity: 'P0' } },
        { labels: { alertname: 'B' }, status: 'resolved' },
      ],
    };
    const { status, body: answer } = await call('POST', '/api/v1/alerts', { body });
    expect([status, answer['accepted']]).toEqual([202, 2]);
    const manager = await nats.jetstreamManager();
    const message = await manager.streams.getMessage('OBSERVATIONS', {
      last_by_subj: 'gomon.observed.v1.urgent.api',
    });
    expect(observedEvent.parse(message?.json())).toMatchObject({
      id: answer['reportId'],
      data: {
        source: { kind: 'api', instance: 'ops' },
        observations: [{ status: 'firing' }, { status: 'resolved' }],
      },
    });
  });

  it('with an Idempotency-Key are one report, however often they are sent', async () => {
    const send = (token: string) =>
      call('POST', '/api/v1/alerts', {
        body: { labels: { a: 'b' } },
        headers: { 'idempotency-key': 'k1' },
        token,
      });
    const first = await send('secret-token-1');
    expect((await send('secret-token-1')).body).toEqual(first.body);
    expect((await send('secret-token-2')).body).not.toEqual(first.body);
  });

  it.each([
    [{}, 'labels'],
    [{ labels: {} }, 'labels'],
    [{ labels: { a: 'b' }, label: 1 }, 'label'],
    [{ labels: { a: 1 } }, 'labels.a'],
    [{ labels: { a: 'b' }, startsAt: 'now' }, 'startsAt'],
    [{ labels: { a: 'b' }, generatorUrl: 'javascript:x' }, 'generatorUrl'],
    [{ alerts: [{ labels: { a: 'b' } }, {}] }, 'alerts[1].labels'],
    [{ alerts: [] }, 'alerts'],
    [7, ''],
  ])('%j is 400 and names %s', async (body, field) => {
    const answer = await call('POST', '/api/v1/alerts', { body });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
    expect((answer.body['errors'] as { field: string }[])[0]?.field).toBe(field);
  });
});

describe('a list', () => {
  it('asks the correlator with what the query says', async () => {
    const path = `/api/v1/alerts?status=firing,resolved&severity=P1&limit=5&filter=a%3D~%22b.*%22&filter=c%21%3Dd&source=grafana`;
    expect((await call('GET', path)).status).toBe(200);
    expect(asked).toEqual([
      {
        subject: queries.listAlerts.subject,
        data: {
          limit: 5,
          status: ['firing', 'resolved'],
          severity: ['P1'],
          source: 'grafana',
          filter: [
            { name: 'a', operator: '=~', value: 'b.*' },
            { name: 'c', operator: '!=', value: 'd' },
          ],
        },
      },
    ]);
  });

  it('points to its next page', async () => {
    reply = () => ({ items: [], nextCursor: Buffer.from(ID).toString('base64url') });
    const { headers } = await call('GET', '/api/v1/alerts?limit=1&severity=P1');
    const next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? '';
    expect(next).toContain('severity=P1');
    expect((await call('GET', next)).status).toBe(200);
    expect(asked.at(-1)?.data).toMatchObject({ cursor: Buffer.from(ID).toString('base64url') });
  });

  it.each([
    ['/api/v1/alerts?limit=0', 'limit'],
    ['/api/v1/alerts?limit=501', 'limit'],
    ['/api/v1/alerts?status=gone', 'status[0]'],
    ['/api/v1/alerts?cursor=abc', 'cursor'],
    ['/api/v1/alerts?filter=a%3D~%22(%22', 'filter'],
    ['/api/v1/alerts?nope=1', 'nope'],
    ['/api/v1/alerts/none', 'id'],
    ['/api/v1/problems?source=x', 'source'],
    ['/api/v1/ledger?reportId=', 'reportId'],
  ])('%s is 400 and names %s', async (path, field) => {
    const { status, body } = await call('GET', path);
    expect([status, (body['errors'] as { field: string }[])[0]?.field]).toEqual([400, field]);
    expect(asked).toEqual([]);
  });

  it.each([
    ['garbage' as const, 502],
    ['silence' as const, 504],
  ])('that is answered with %s is %i, and says to come again', async (how, status) => {
    reply = how;
    const answer = await call('GET', '/api/v1/problems');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '5']);
    expect((await call('GET', '/api/docs/openapi.json')).status).toBe(200);
  });

  it('of something unknown is 404', async () => {
    reply = () => ({ alert: null });
    expect((await call('GET', `/api/v1/alerts/${ID}`)).status).toBe(404);
    reply = () => ({ found: null });
    expect((await call('GET', `/api/v1/problems/${ID}`)).status).toBe(404);
    expect((await call('GET', '/api/v1/nothing')).status).toBe(404);
  });
});

describe('a command', () => {
  it('is answered with the present state, and stands under the name of its token', async () => {
    commandAnswer = { outcome: 'done', alert };
    const { status, body } = await call('PUT', `/api/v1/alerts/${ID}/acknowledge`, {
      body: { note: 'mine' },
    });
    expect([status, body['id']]).toEqual([200, ID]);
    expect(commands).toMatchObject([
      {
        type: 'gomon.command.v1.acknowledge-problem',
        data: { actor: { kind: 'api', id: 'ops' }, target: { kind: 'alert', id: ID }, note: 'mine' },
      },
    ]);
  });

  it('that came too late is 409 with the present state', async () => {
    commandAnswer = { outcome: 'without-effect', message: 'it ended at 09:00 UTC', alert };
    const { status, body } = await call('DELETE', `/api/v1/alerts/${ID}?reason=done`);
    expect([status, body['detail'], body['present']]).toEqual([409, 'it ended at 09:00 UTC', alert]);
    expect(commands).toMatchObject([{ data: { alertId: ID, reason: 'done' } }]);
  });

  it('of something unknown is 404', async () => {
    commandAnswer = { outcome: 'not-found' };
    expect((await call('PUT', `/api/v1/problems/${ID}/resolve`)).status).toBe(404);
  });

  it('that is not answered within a second is 202 with its id', async () => {
    commandAnswer = undefined;
    const { status, body } = await call('PUT', `/api/v1/problems/${ID}/acknowledge`);
    expect([status, body['commandId']]).toEqual([202, commands[0]?.id]);
  });

  it('with an Idempotency-Key is the same command when it is sent again', async () => {
    const send = () =>
      call('PUT', `/api/v1/problems/${ID}/resolve`, {
        body: { reason: 'x' },
        headers: { 'idempotency-key': 'k' },
      });
    await send();
    await send();
    expect(new Set(commands.map(({ id }) => id)).size).toBe(1);
    expect(
      (await call('DELETE', `/api/v1/alerts/${ID}`, { headers: { 'idempotency-key': 'x'.repeat(201) } }))
        .status,
    ).toBe(400);
  });

  it('with a body that does not fit is 400 and nothing is sent', async () => {
    expect((await call('PUT', `/api/v1/alerts/${ID}/acknowledge`, { body: { nope: 1 } })).status).toBe(400);
    expect(commands).toEqual([]);
  });
});

describe('the documentation', () => {
  it('is a page without scripts, and a document for tools', async () => {
    const page = await fetch(`${service.url}/api/docs`);
    expect(page.headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'self'");
    expect(await page.text()).toContain('/api/v1/alerts/{id}/acknowledge');
    const { body } = await call('GET', '/api/docs/openapi.json');
    expect(body).toMatchObject({ openapi: '3.1.0', security: [{ token: [] }] });
  });

  it('holds every route of the API, and none that is not there', async () => {
    const fastify = service.app.getHttpAdapter().getInstance() as FastifyInstance;
    for (const { method, path } of ROUTES) {
      expect(
        fastify.hasRoute({ method: method.toUpperCase() as 'GET', url: path.replace('{id}', ':id') }),
      ).toBe(true);
    }
    const handlers = [AlertsController, ProblemsController, LedgerController].flatMap(({ prototype }) =>
      Object.values(Object.getOwnPropertyDescriptors(prototype)).filter(
        ({ value }) => typeof value === 'function' && Reflect.getMetadata('method', value) !== undefined,
      ),
    );
    expect(handlers).toHaveLength(ROUTES.length);
  });

  it('has schemas that real answers fit', async () => {
    const { body: document } = await call('GET', '/api/docs/openapi.json');
    const paths = document['paths'] as Record<
      string,
      Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }>
    >;
    const schema =
      paths['/api/v1/alerts']?.['get']?.responses['200']?.content['application/json']?.schema ?? {};
    const ajv = new Ajv2020({ strict: false });
    addFormats(ajv);
    const validate = ajv.compile(schema);
    reply = () => ({ items: [alert] });
    const { body } = await call('GET', '/api/v1/alerts');
    expect([validate(body), validate.errors]).toEqual([true, null]);
    expect(validate({ items: [{}] })).toBe(false);
  });
});

describe('while nats-server is away', () => {
  it('alerts and commands are 503 and say to come again, and nothing is half-done', async () => {
    await server.kill();
    expect((await call('POST', '/api/v1/alerts', { body: { labels: { a: 'b' } } })).status).toBe(503);
    expect((await call('PUT', `/api/v1/problems/${ID}/resolve`)).status).toBe(503);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(503);
    await server.restart();
    await service.runtime.nats.whenConnected();
    expect((await call('POST', '/api/v1/alerts', { body: { labels: { a: 'b' } } })).status).toBe(202);
  });
});
