import { fieldsOf, Stage } from '../api-gateway.spec-support.js';
import { examples } from '../docs/examples.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage?.close());
beforeEach(() => stage.correlator.forget());

const ID = examples.id;
const OTHER_ID = '019cbc8a-7c00-7000-8000-000000000009';
const commanded = () => stage.correlator.commands;
const actor = { kind: 'api', id: 'ops' };

describe('a command', () => {
  it.each([
    ['PUT', `/api/v1/alerts/${ID}/acknowledge`, 'acknowledge-problem', { target: { kind: 'alert', id: ID } }],
    ['DELETE', `/api/v1/alerts/${ID}`, 'archive-alert', { alertId: ID, reason: 'archived by ops' }],
    [
      'PUT',
      `/api/v1/problems/${ID}/acknowledge`,
      'acknowledge-problem',
      { target: { kind: 'problem', id: ID } },
    ],
    ['PUT', `/api/v1/problems/${ID}/incident`, 'open-incident', { target: { kind: 'problem', id: ID } }],
    ['PUT', `/api/v1/problems/${ID}/resolve`, 'resolve-problem', { target: { kind: 'problem', id: ID } }],
    [
      'PUT',
      `/api/v1/problems/${ID}/unacknowledge`,
      'unacknowledge-problem',
      { target: { kind: 'problem', id: ID } },
    ],
    ['PUT', `/api/v1/problems/${ID}/escalate`, 'escalate-problem', { target: { kind: 'problem', id: ID } }],
    [
      'PUT',
      `/api/v1/problems/${ID}/deescalate`,
      'deescalate-problem',
      { target: { kind: 'problem', id: ID } },
    ],
    ['PUT', `/api/v1/problems/${ID}/assign`, 'assign-problem', { target: { kind: 'problem', id: ID } }],
    ['PUT', `/api/v1/problems/${ID}/reopen`, 'reopen-problem', { target: { kind: 'problem', id: ID } }],
    ['PUT', `/api/v1/alerts/${ID}/escalate`, 'escalate-problem', { target: { kind: 'alert', id: ID } }],
    ['PUT', `/api/v1/alerts/${ID}/assign`, 'assign-problem', { target: { kind: 'alert', id: ID } }],
  ])('%s %s is done under the name of its token, and shows what is now', async (method, path, name, data) => {
    const { status, body } = await stage.call(method, path);
    expect([status, body]).toEqual([200, path.includes('/alerts/') ? examples.alert : examples.problem]);
    expect(commanded()).toMatchObject([{ type: `gomon.command.v1.${name}`, data: { actor, ...data } }]);
  });

  it.each([
    ['PUT', `/api/v1/alerts/${ID}/acknowledge`, { note: 'mine' }, { note: 'mine' }],
    ['PUT', `/api/v1/problems/${ID}/resolve`, { reason: 'fixed' }, { reason: 'fixed' }],
    ['PUT', `/api/v1/problems/${ID}/resolve`, { noise: true }, { noise: true }],
    ['PUT', `/api/v1/problems/${ID}/escalate`, { to: 'P0', note: 'all' }, { to: 'P0', note: 'all' }],
    ['PUT', `/api/v1/alerts/${ID}/assign`, { to: 'Alice' }, { to: 'Alice' }],
    ['POST', `/api/v1/problems/${ID}/notes`, { text: 'a\u0000' }, { text: 'a\ufffd' }],
    ['POST', `/api/v1/alerts/${ID}/notes`, { text: 'seen' }, { text: 'seen' }],
    [
      'POST',
      `/api/v1/problems/${ID}/merge`,
      { into: OTHER_ID, reason: 'one' },
      { target: { kind: 'problem', id: ID }, into: OTHER_ID, reason: 'one' },
    ],
    [
      'POST',
      `/api/v1/problems/${ID}/split`,
      { alertIds: [OTHER_ID], reason: 'two' },
      { target: { kind: 'problem', id: ID }, alertIds: [OTHER_ID], reason: 'two' },
    ],
    [
      'POST',
      `/api/v1/problems/${ID}/move`,
      { alertIds: [OTHER_ID], to: OTHER_ID },
      { target: { kind: 'problem', id: ID }, alertIds: [OTHER_ID], to: OTHER_ID },
    ],
    ['DELETE', `/api/v1/alerts/${ID}?reason=gone`, undefined, { reason: 'gone' }],
    ['DELETE', `/api/v1/alerts/${ID}`, { reason: 'gone' }, { reason: 'gone' }],
    ['PUT', `/api/v1/alerts/${ID}/acknowledge`, '{"note":"a\\u0000\\ud800"}', { note: 'a\ufffd\ufffd' }],
  ])('%s %s with %j carries what was said', async (method, path, body, data) => {
    expect((await stage.call(method, path, { body })).status).toBe(200);
    expect(commanded()).toMatchObject([{ data }]);
  });

  it.each([
    [`/api/v1/alerts/${ID}/acknowledge`, { nope: 1 }, 'nope'],
    [`/api/v1/alerts/${ID}/acknowledge`, { note: '' }, 'note'],
    [`/api/v1/alerts/${ID}/acknowledge`, { note: 'x'.repeat(4_001) }, 'note'],
    [`/api/v1/problems/${ID}/resolve?why=1`, undefined, 'why'],
    [`/api/v1/problems/${ID}/escalate`, { to: 'P7' }, 'to'],
    [`/api/v1/problems/${ID}/assign`, { to: '' }, 'to'],
    ['/api/v1/problems/7/resolve', undefined, 'id'],
  ])('%s with %j is 400, and nothing is sent', async (path, body, field) => {
    const answer = await stage.call('PUT', path, { body });
    expect([answer.status, fieldsOf(answer)]).toEqual([400, [field]]);
    expect(commanded()).toEqual([]);
  });

  it.each([
    ['merge', undefined, ['into']],
    ['merge', { into: 'elsewhere' }, ['into']],
    ['split', { alertIds: [] }, ['alertIds']],
    ['split', { alertIds: ['x'] }, ['alertIds[0]']],
    ['move', { alertIds: [ID] }, ['to']],
    ['move', { to: ID, alertIds: Array.from({ length: 1_001 }, () => ID) }, ['alertIds']],
  ])('of a problem to %s, with %j, is 400 and nothing is sent', async (word, body, fields) => {
    const answer = await stage.call('POST', `/api/v1/problems/${ID}/${word}`, { body });
    expect([answer.status, fieldsOf(answer)]).toEqual([400, fields]);
    expect(commanded()).toEqual([]);
  });

  it('that cannot be is 422, and names the field', async () => {
    stage.correlator.commandAnswer = { outcome: 'refused', message: 'into: it is that problem itself' };
    const answer = await stage.call('POST', `/api/v1/problems/${ID}/merge`, { body: { into: ID } });
    expect([answer.status, fieldsOf(answer)]).toEqual([422, ['into']]);
  });

  it('that its caller may not give is 403, and says why', async () => {
    stage.correlator.commandAnswer = {
      outcome: 'forbidden',
      message: 'ops is a viewer: that takes a responder',
    };
    const { status, body } = await stage.call('PUT', `/api/v1/problems/${ID}/resolve`);
    expect([status, body['detail']]).toEqual([403, 'ops is a viewer: that takes a responder']);
  });

  it('of a note without a text is 400', async () => {
    const answer = await stage.call('POST', `/api/v1/problems/${ID}/notes`);
    expect([answer.status, fieldsOf(answer)]).toEqual([400, ['text']]);
  });

  it('that came after the end is 409 with the present state', async () => {
    const alert = {
      ...examples.alert,
      status: 'resolved' as const,
      resolved: { at: examples.alert.lastSeenAt, by: 'source' as const },
    };
    stage.correlator.commandAnswer = { outcome: 'without-effect', message: 'it ended at 09:40 UTC', alert };
    const { status, body } = await stage.call('PUT', `/api/v1/alerts/${ID}/acknowledge`);
    expect([status, body['detail'], body['present']]).toEqual([409, 'it ended at 09:40 UTC', alert]);
    expect(body['commandId']).toBe(commanded()[0]?.id);
  });

  it('of something unknown is 404', async () => {
    stage.correlator.commandAnswer = { outcome: 'not-found', message: 'there is no problem' };
    const { status, body } = await stage.call('PUT', `/api/v1/problems/${ID}/resolve`);
    expect([status, body['detail']]).toEqual([404, 'there is no problem']);
  });

  it.each([
    ['silence', undefined],
    ['garbage', { outcome: 'perhaps' as never }],
  ])('that is answered with %s is 202 with its id: it is stored', async (_how, answer) => {
    stage.correlator.commandAnswer = answer;
    const { status, body } = await stage.call('PUT', `/api/v1/problems/${ID}/acknowledge`);
    expect([status, body]).toEqual([202, { commandId: commanded()[0]?.id }]);
    const manager = await stage.nats.jetstreamManager();
    const stored = await manager.streams.getMessage('COMMANDS', {
      last_by_subj: 'gomon.command.v1.acknowledge-problem',
    });
    expect(stored?.json<{ id: string }>().id).toBe(body['commandId']);
  });

  it('with an Idempotency-Key is stored once, however often it is sent', async () => {
    const send = () =>
      stage.call('PUT', `/api/v1/problems/${ID}/resolve`, {
        body: { reason: 'x' },
        headers: { 'idempotency-key': 'k' },
      });
    const manager = await stage.nats.jetstreamManager();
    const before = (await manager.streams.info('COMMANDS')).state.messages;
    expect((await send()).status).toBe(200);
    expect([200, 202]).toContain((await send()).status);
    expect((await manager.streams.info('COMMANDS')).state.messages).toBe(before + 1);
    expect(new Set(commanded().map(({ id }) => id)).size).toBe(1);
  });
});

describe('while nats-server is away', () => {
  it('alerts, commands and questions are 503 and say to come again; afterwards all is as before', async () => {
    await stage.server.kill();
    const answers = await Promise.all([
      stage.call('POST', '/api/v1/alerts', { body: { labels: { a: 'b' } } }),
      stage.call('PUT', `/api/v1/problems/${ID}/resolve`),
      stage.call('GET', '/api/v1/alerts'),
    ]);
    expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [503, '5'],
      [503, '5'],
      [503, '5'],
    ]);
    expect((await fetch(`${stage.service.url}/health/ready`)).status).toBe(503);
    await stage.server.restart();
    await stage.service.runtime.nats.whenConnected();
    expect((await stage.call('POST', '/api/v1/alerts', { body: { labels: { a: 'b' } } })).status).toBe(202);
  });
});
