import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOpsgenieSimulator, type OpsgenieSimulator } from './server.js';

let opsgenie: OpsgenieSimulator;

beforeEach(async () => {
  opsgenie = await startOpsgenieSimulator({ apiKey: 'key', rateLimits: false, decideAfterMs: 20 });
});

afterEach(() => opsgenie.stop());

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

async function call(method: string, path: string, body?: unknown, key = 'key'): Promise<Answered> {
  const response = await fetch(`${opsgenie.url}${path}`, {
    method,
    headers: { authorization: `GenieKey ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as Answered['body'] };
}

async function decided(of: 'v1/incidents' | 'v2/alerts', requestId: unknown): Promise<Answered['body']> {
  for (;;) {
    const { status, body } = await call('GET', `/${of}/requests/${String(requestId)}`);
    if (status === 200) return body['data'] as Answered['body'];
    await opsgenie.until(() => true);
  }
}

async function create(more: object = {}): Promise<string> {
  const { body } = await call('POST', '/v1/incidents/create', { message: 'Down', ...more });
  return String((await decided('v1/incidents', body['requestId']))['incidentId']);
}

describe('a call', () => {
  it('needs the key', async () => {
    expect((await call('GET', '/v1/incidents', undefined, 'other')).status).toBe(401);
    expect(JSON.stringify(opsgenie.received)).not.toContain('other');
  });

  it.each([
    [{}, 'message'],
    [{ message: 'x'.repeat(131) }, 'message'],
    [{ message: 'a', odd: 1 }, 'odd'],
    [{ message: 'a', details: { a: { b: 1 } } }, 'details.a'],
    [{ message: 'a', priority: 'P0' }, 'priority'],
    [{ message: 'a', tags: ['x'.repeat(51)] }, 'tags.0'],
    [{ message: 'a', description: 'x'.repeat(15_001) }, 'description'],
  ])('with %j is refused and names the field', async (body, field) => {
    const answer = await call('POST', '/v1/incidents/create', body);
    expect([answer.status, Object.keys(answer.body['errors'] as object)]).toEqual([422, [field]]);
    expect(opsgenie.incidents).toEqual([]);
  });

  it('that is no JSON is 400, and one that there is none of 405', async () => {
    expect((await call('POST', '/v1/incidents/create', '{')).status).toBe(400);
    expect((await call('PATCH', '/v1/incidents/1')).status).toBe(405);
  });

  it('over the limit is asked to wait, and says which', async () => {
    await opsgenie.stop();
    opsgenie = await startOpsgenieSimulator({ apiKey: 'key' });
    const answers = await Promise.all(Array.from({ length: 260 }, () => call('GET', '/v1/incidents')));
    const limited = answers.find(({ status }) => status === 429);
    expect(limited?.headers.get('x-ratelimit-state')).toBe('THROTTLED');
    expect(answers[0]?.headers.get('x-ratelimit-state')).toBe('OK');
  });
});

describe('an incident', () => {
  it('is accepted first', async () => {
    await opsgenie.stop();
    opsgenie = await startOpsgenieSimulator({ apiKey: 'key', rateLimits: false, decideAfterMs: 3_600_000 });
    const { status, body } = await call('POST', '/v1/incidents/create', { message: 'Down' });
    expect([status, body['result']]).toEqual([202, 'Request will be processed']);
    const early = await call('GET', `/v1/incidents/requests/${String(body['requestId'])}`);
    expect([early.status, early.headers.get('x-opsgenie-errortype')]).toEqual([404, 'RequestNotProcessed']);
  });

  it('is decided later', async () => {
    const { body } = await call('POST', '/v1/incidents/create', { message: 'Down' });
    expect(await decided('v1/incidents', body['requestId'])).toMatchObject({
      isSuccess: true,
      status: 'Created incident',
    });
  });

  it('is found by its tag and its state, and changed', async () => {
    const id = await create({ tags: ['gomon:1'], priority: 'P1' });
    await create({ tags: ['gomon:2'] });
    const find = async (query: string) => {
      const { body } = await call('GET', `/v1/incidents/?query=${encodeURIComponent(query)}&order=asc`);
      return (body['data'] as { id: string }[]).map((each) => each.id);
    };
    expect(await find('tag:"gomon:1" AND status: open')).toEqual([id]);
    expect(await find('NOT tag:"gomon:2"')).toEqual([id]);
    const { body } = await call('POST', `/v1/incidents/${id}/resolve`, { note: 'fixed' });
    expect(await decided('v1/incidents', body['requestId'])).toMatchObject({ isSuccess: true });
    expect(await find('status: open AND tag: gomon:1')).toEqual([]);
    const again = await call('POST', `/v1/incidents/${id}/resolve`, {});
    expect(await decided('v1/incidents', again.body['requestId'])).toMatchObject({
      isSuccess: false,
      status: 'Incident is resolved',
    });
    expect(opsgenie.incidents[0]?.timeline.map(({ text }) => text)).toContain('fixed');
  });

  it('that is not there fails with its request', async () => {
    const { status, body } = await call('POST', '/v1/incidents/none/resolve', {});
    expect(status).toBe(202);
    expect(await decided('v1/incidents', body['requestId'])).toMatchObject({
      isSuccess: false,
      status: 'Incident does not exist',
    });
    expect((await call('GET', '/v1/incidents/none')).status).toBe(404);
  });

  it('gets another message and priority by PUT, and its timeline says so', async () => {
    const id = await create({ priority: 'P3' });
    for (const [what, body] of [
      ['message', { message: '🚒'.repeat(130) }],
      ['priority', { priority: 'P1' }],
    ] as const) {
      const { status, body: answer } = await call('PUT', `/v1/incidents/${id}/${what}`, body);
      expect([status, answer['result']]).toEqual([202, 'Request will be processed']);
      expect(await decided('v1/incidents', answer['requestId'])).toMatchObject({
        isSuccess: true,
        status: `Updated ${what}`,
        incidentId: id,
      });
    }
    const { body } = await call('GET', `/v1/incidents/${id}`);
    expect(body['data']).toMatchObject({ message: '🚒'.repeat(130), priority: 'P1' });
    expect(opsgenie.incidents[0]?.timeline.map(({ text }) => text)).toEqual([
      'Incident created',
      `message: ${'🚒'.repeat(130)}`,
      'priority: P1',
    ]);
  });

  it.each([
    ['message', {}, 'message'],
    ['message', { message: ' ' }, 'message'],
    ['message', { message: '🚒'.repeat(131) }, 'message'],
    ['message', { message: 'a', note: 'b' }, 'note'],
    ['priority', {}, 'priority'],
    ['priority', { priority: 'P0' }, 'priority'],
    ['priority', { priority: 'P6' }, 'priority'],
    ['priority', { priority: 'P1', user: 'a' }, 'user'],
  ])('takes no %s of %j', async (what, body, field) => {
    const id = await create();
    const answer = await call('PUT', `/v1/incidents/${id}/${what}`, body);
    expect([answer.status, Object.keys(answer.body['errors'] as object)]).toEqual([422, [field]]);
  });

  it.each(['message', 'priority'])('gets no %s by POST, and none where it is not', async (what) => {
    const id = await create();
    const body = { [what]: 'P1' };
    expect((await call('POST', `/v1/incidents/${id}/${what}`, body)).status).toBe(405);
    const { status, body: answer } = await call('PUT', `/v1/incidents/none/${what}`, body);
    expect(status).toBe(202);
    expect(await decided('v1/incidents', answer['requestId'])).toMatchObject({
      isSuccess: false,
      status: 'Incident does not exist',
    });
  });

  it('outlives a restart when a file is given', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gomon-opsgenie-'));
    await opsgenie.stop();
    const options = { apiKey: 'key', stateFile: join(folder, 'state.json'), decideAfterMs: 1 };
    opsgenie = await startOpsgenieSimulator(options);
    const id = await create();
    await opsgenie.stop();
    opsgenie = await startOpsgenieSimulator(options);
    expect(opsgenie.incidents.map((each) => each.id)).toEqual([id]);
    await opsgenie.stop();
    await rm(folder, { recursive: true });
    opsgenie = await startOpsgenieSimulator({ apiKey: 'key' });
  });
});

describe('an alert', () => {
  it('is counted while one with its alias is open, and new after that', async () => {
    const post = async () => {
      const { body } = await call('POST', '/v2/alerts', { message: 'Down', alias: 'a/b' });
      return decided('v2/alerts', body['requestId']);
    };
    const first = await post();
    expect(await post()).toMatchObject({ alertId: first['alertId'] });
    expect(opsgenie.alerts).toMatchObject([{ count: 2, alias: 'a/b' }]);
    const closed = await call('POST', '/v2/alerts/a%2Fb/close?identifierType=alias', {});
    expect(await decided('v2/alerts', closed.body['requestId'])).toMatchObject({ isSuccess: true });
    expect((await post())['alertId']).not.toBe(first['alertId']);
  });
});

describe('a fault', () => {
  const post = (body: object) =>
    fetch(`${opsgenie.url}/__faults`, { method: 'POST', body: JSON.stringify(body) });

  it('hits as many calls of its kind as asked for', async () => {
    await post({ method: 'GET /v1/incidents', kind: '500', times: 2 });
    const statuses = [];
    for (let time = 0; time < 3; time += 1) statuses.push((await call('GET', '/v1/incidents')).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  it('may cut the connection before or after it acted, and fail what was accepted', async () => {
    await post({ method: 'POST /v1/incidents/create', kind: 'drop' });
    await expect(call('POST', '/v1/incidents/create', { message: 'a' })).rejects.toThrow();
    await post({ kind: 'lost-answer' });
    await expect(call('POST', '/v1/incidents/create', { message: 'b' })).rejects.toThrow();
    await opsgenie.until(({ incidents }) => incidents.length === 1);
    await post({ kind: 'fail-request', message: 'no such team' });
    const { body } = await call('POST', '/v1/incidents/create', { message: 'c' });
    expect(await decided('v1/incidents', body['requestId'])).toMatchObject({ status: 'no such team' });
    expect(opsgenie.incidents.map(({ message }) => message)).toEqual(['b']);
  });

  it('is forgotten with a reset', async () => {
    await post({ kind: '503', times: 0 });
    await fetch(`${opsgenie.url}/__reset`, { method: 'POST', body: '{"all":true}' });
    expect((await call('GET', '/v1/incidents')).status).toBe(200);
    expect(opsgenie.received).toHaveLength(1);
  });
});

it('the page is served with a strict policy, and a person acts in it', async () => {
  const id = await create({ message: '<img src=x>' });
  const page = await fetch(`${opsgenie.url}/incident/detail/${id}`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).not.toContain('<img');
  await fetch(`${opsgenie.url}/__incidents/${id}`, { method: 'POST', body: '{"action":"close"}' });
  expect(opsgenie.incidents[0]?.status).toBe('closed');
});
