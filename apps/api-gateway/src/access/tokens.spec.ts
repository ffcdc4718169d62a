import { createHash } from 'node:crypto';
import { Stage } from '../api-gateway.spec-support.js';
import { examples } from '../docs/examples.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage?.close());
beforeEach(() => stage.correlator.forget());

const path = '/api/v1/tokens';
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

describe('tokens', () => {
  it('are made once, and only their hash leaves this service', async () => {
    const { status, body } = await stage.call('POST', path, {
      body: { name: 'deploy-bot', role: 'responder' },
    });
    const token = String(body['token']);
    expect([status, body['name'], body['role']]).toEqual([201, 'deploy-bot', 'responder']);
    expect(token).toMatch(/^gomon_[\w-]{43}$/);
    const [command] = stage.correlator.commands;
    expect(command).toMatchObject({
      type: 'gomon.command.v1.create-token',
      data: { name: 'deploy-bot', role: 'responder', hash: hashOf(token) },
    });
    expect(JSON.stringify(stage.correlator.commands)).not.toContain(token);
  });

  it.each([
    [{ name: 'a b', role: 'viewer' }, 400],
    [{ name: 'x', role: 'owner' }, 400],
    [{ name: 'x' }, 400],
  ])('that nobody can understand are refused: %j', async (body, status) => {
    expect((await stage.call('POST', path, { body })).status).toBe(status);
    expect(stage.correlator.commands).toEqual([]);
  });

  it('are not made again by a repeated request', async () => {
    const headers = { 'idempotency-key': 'once' };
    const body = { name: 'deploy-bot', role: 'responder' };
    expect((await stage.call('POST', path, { body, headers })).status).toBe(400);
    expect(stage.correlator.commands).toEqual([]);
  });

  it('are listed and revoked', async () => {
    expect((await stage.call('GET', path)).body).toEqual(examples.tokens);
    expect((await stage.call('DELETE', `${path}/deploy-bot`)).body).toEqual(examples.token);
    expect(stage.correlator.commands).toMatchObject([
      { type: 'gomon.command.v1.revoke-token', data: { name: 'deploy-bot' } },
    ]);
  });

  it('open the API with their role, and are not asked for each time', async () => {
    const token = 'gomon_known';
    stage.correlator.reply = (query) => ({
      answer:
        query === 'findToken' ? { token: { name: 'deploy-bot', role: 'responder' } } : examples.alertsPage,
    });
    expect((await stage.call('GET', '/api/v1/alerts', { token })).status).toBe(200);
    await stage.call('PUT', `/api/v1/problems/${examples.id}/acknowledge`, { token });
    expect(stage.correlator.asked.filter(({ query }) => query === 'findToken')).toEqual([
      { query: 'findToken', question: { hash: hashOf(token) } },
    ]);
    expect(stage.correlator.commands).toMatchObject([
      { data: { actor: { kind: 'api', id: 'deploy-bot', role: 'responder' } } },
    ]);
  });

  it('of a viewer post no alerts', async () => {
    stage.correlator.reply = () => ({ answer: { token: { name: 'screen', role: 'viewer' } } });
    const answer = await stage.call('POST', '/api/v1/alerts', {
      token: 'gomon_screen',
      body: examples.posted,
    });
    expect([answer.status, answer.body['detail']]).toEqual([403, 'The token screen only reads.']);
  });

  it('that are revoked, or never were, open nothing', async () => {
    const { status, body } = await stage.call('GET', '/api/v1/alerts', { token: 'gomon_unknown' });
    expect([status, body['detail']]).toEqual([401, 'The token is wrong.']);
  });

  it('cannot be judged while the correlator is away, which is no refusal', async () => {
    stage.correlator.reply = () => ({ bytes: '' });
    const { status, headers } = await stage.call('GET', '/api/v1/alerts', { token: 'gomon_other' });
    expect([status, headers.has('retry-after')]).toEqual([503, true]);
  });
});
