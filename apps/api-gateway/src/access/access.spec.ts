import { startService } from '@gomon/service';
import { apiGatewayService } from '../api-gateway.js';
import { Stage } from '../api-gateway.spec-support.js';
import { examples } from '../docs/examples.js';
import { ROUTES } from '../docs/routes.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage?.close());
beforeEach(() => stage.correlator.forget());

const routes = ROUTES.map(
  ({ method, path }) => [method.toUpperCase(), path.replace('{id}', examples.id)] as const,
);

describe('access', () => {
  it.each([...routes, ['GET', '/api/v1/nothing'] as const])('%s %s needs a token', async (method, path) => {
    const { status, headers, body } = await stage.call(method, path, { token: 'wrong-token-9' });
    expect([status, headers.get('www-authenticate'), body['detail']]).toEqual([
      401,
      'Bearer realm="gomon", error="invalid_token"',
      'The token is wrong.',
    ]);
    expect(stage.correlator.asked.length + stage.correlator.commands.length).toBe(0);
  });

  it.each([
    ['', 'A bearer token is expected.'],
    ['Basic b3BzOnNlY3JldC10b2tlbi0x', 'A bearer token is expected.'],
    ['Bearer secret-token-1 x', 'A bearer token is expected.'],
    ['Bearer secret-token-', 'The token is wrong.'],
    ['Bearer ops:secret-token-1', 'The token is wrong.'],
  ])('is refused to the authorization "%s"', async (authorization, detail) => {
    const { status, body } = await stage.call('GET', '/api/v1/alerts', { headers: { authorization } });
    expect([status, body['detail']]).toEqual([401, detail]);
  });

  it('is given to each token, under any spelling of the scheme', async () => {
    for (const token of ['secret-token-1', 'secret-token-2']) {
      const headers = { authorization: `bearer ${token}` };
      expect((await stage.call('GET', '/api/v1/alerts', { headers })).status).toBe(200);
    }
  });

  it.each([
    [{}, /API_TOKENS: is required/],
    [{ API_TOKENS: 'short:x' }, /API_TOKENS: each must be name:token/],
    [{ API_TOKENS: 'a-token-without-name' }, /API_TOKENS: each must be name:token/],
    [{ API_AUTH: 'no', API_TOKENS: 'ops:secret-token-1' }, /API_AUTH: /],
  ])('is not open by mistake: %j does not start', async (env, message) => {
    const started = startService(apiGatewayService, { PORT: '0', NATS_URL: stage.server.url, ...env });
    await expect(started).rejects.toThrow(message);
  });

  it('is open to anybody only when that was asked for', async () => {
    const env = { PORT: '0', NATS_URL: stage.server.url, LOG_LEVEL: 'fatal', API_AUTH: 'off' };
    const open = await startService(apiGatewayService, env);
    try {
      expect((await fetch(`${open.url}/api/v1/alerts`)).status).toBe(200);
    } finally {
      await open.close();
    }
  });
});

describe('what is no route', () => {
  it.each([
    ['PATCH', '/api/v1/alerts', 'POST, GET, HEAD, OPTIONS'],
    ['POST', '/api/v1/problems', 'GET, HEAD, OPTIONS'],
    ['DELETE', `/api/v1/problems/${examples.id}`, 'GET, HEAD, OPTIONS'],
    ['GET', `/api/v1/alerts/${examples.id}/acknowledge`, 'PUT, OPTIONS'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const answer = await stage.call(method, path);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body['status']).toBe(405);
  });

  it.each(['/api/v1/nothing', '/api/v1/alerts/', `/api/v1/alerts/${'a'.repeat(200)}`, '/'])(
    '%s is 404',
    async (path) => {
      const { status, body } = await stage.call('GET', path);
      expect([status, body['status']]).toEqual([404, 404]);
    },
  );

  it('OPTIONS says what is allowed, and lets no foreign page in', async () => {
    const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'DELETE' };
    const answer = await stage.call('OPTIONS', `/api/v1/alerts/${examples.id}`, { headers });
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, HEAD, DELETE, OPTIONS']);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it('HEAD answers like GET, without the body', async () => {
    const answer = await stage.call('HEAD', '/api/v1/alerts');
    expect([answer.status, answer.headers.get('cache-control'), answer.body]).toEqual([200, 'no-store', {}]);
  });
});
