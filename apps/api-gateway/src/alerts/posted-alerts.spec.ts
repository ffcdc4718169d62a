import { observedEvent } from '@gomon/contracts';
import { fieldsOf, Stage } from '../api-gateway.spec-support.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage?.close());
beforeEach(() => stage.correlator.forget());

const post = (body: unknown, headers: Readonly<Record<string, string>> = {}, token = 'secret-token-1') =>
  stage.call('POST', '/api/v1/alerts', { body, headers, token });

async function newest(urgency: 'urgent' | 'normal') {
  return observedEvent.parse(await stage.newest(`gomon.observed.v1.${urgency}.api`));
}

describe('posted alerts', () => {
  it('are 202 once the stream has them, as one report of the caller', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const body = {
      alerts: [
        { labels: { alertname: 'A', severity: 'critical' }, annotations: { summary: 's' } },
        { labels: { alertname: 'B', empty: '' }, status: 'resolved', values: { A: null } },
      ],
    };
    const answer = await post(body, { traceparent });
    expect([answer.status, answer.body['accepted']]).toEqual([202, 2]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await newest('urgent')).toMatchObject({
      id: answer.body['reportId'],
      traceparent,
      data: {
        kind: 'delta',
        scope: 'default',
        source: { kind: 'api', instance: 'ops' },
        observations: [
          {
            status: 'firing',
            labels: { alertname: 'A', severity: 'critical' },
            annotations: { summary: 's' },
          },
          { status: 'resolved', labels: { alertname: 'B' }, annotations: {}, values: { A: null } },
        ],
      },
    });
  });

  it('that are not critical do not travel before those that are', async () => {
    const { body } = await post({ labels: { alertname: 'Low', severity: 'warning' } });
    expect((await newest('normal')).id).toBe(body['reportId']);
  });

  it('carry how many they are, so that a backlog can be counted without reading it', async () => {
    await post({ alerts: [{ labels: { a: '1' } }, { labels: { a: '2' } }, { labels: { a: '3' } }] });
    const manager = await stage.nats.jetstreamManager();
    const message = await manager.streams.getMessage('OBSERVATIONS', {
      last_by_subj: 'gomon.observed.v1.normal.api',
    });
    expect(message?.header.get('Gomon-Observations')).toBe('3');
  });

  it('keep their times to the millisecond, in UTC, whatever the offset', async () => {
    await post({
      labels: { a: 'time' },
      startsAt: '2026-03-29T01:30:00.123456789Z',
      endsAt: '2026-03-29T01:30:00-03:30',
    });
    expect((await newest('normal')).data.observations).toMatchObject([
      { startsAt: '2026-03-29T01:30:00.123Z', endsAt: '2026-03-29T05:00:00.000Z' },
    ]);
  });

  it('may have labels that are named like parts of the language', async () => {
    const labels = '{"toString":"x","hasOwnProperty":"1","length":"3","constructor":"c","a":"1","a":"2"}';
    expect((await post(`{"labels":${labels}}`)).status).toBe(202);
    const [observation] = (await newest('normal')).data.observations;
    expect(observation?.labels).toEqual({
      toString: 'x',
      hasOwnProperty: '1',
      length: '3',
      constructor: 'c',
      a: '2',
    });
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('lose what PostgreSQL cannot keep, and say so', async () => {
    expect((await post('{"labels":{"a":"x\\u0000y"},"annotations":{"b":"\\ud800"}}')).status).toBe(202);
    expect((await newest('normal')).data.observations).toMatchObject([
      {
        labels: { a: 'x\ufffdy' },
        annotations: { b: '\ufffd' },
        notes: ['label a: NUL replaced', 'annotation b: lone surrogate replaced'],
      },
    ]);
  });

  it.each<[unknown, string]>([
    [{}, 'labels'],
    [{ labels: {} }, 'labels'],
    [{ labels: { a: '' } }, 'labels'],
    [{ labels: { a: 'b' }, label: 1 }, 'label'],
    [{ labels: { a: 1 } }, 'labels.a'],
    [{ labels: { '': 'b' } }, 'labels.'],
    [{ labels: { constructor: null } }, 'labels.constructor'],
    ['{"labels":{"a":"b","__proto__":"x"}}', 'labels.__proto__'],
    ['{"labels":{"a\\u0000":"b"}}', 'labels.a\0'],
    [{ labels: { a: 'b'.repeat(1_025) } }, 'labels.a'],
    [{ labels: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`l${n}`, 'x'])) }, 'labels'],
    [{ labels: { a: 'b' }, status: 'gone' }, 'status'],
    [{ labels: { a: 'b' }, startsAt: 'now' }, 'startsAt'],
    [{ labels: { a: 'b' }, startsAt: 7 }, 'startsAt'],
    [{ labels: { a: 'b' }, generatorUrl: 'javascript:x' }, 'generatorUrl'],
    [{ labels: { a: 'b' }, values: { A: '1' } }, 'values.A'],
    [{ alerts: [{ labels: { a: 'b' } }, {}] }, 'alerts[1].labels'],
    [{ alerts: [{ labels: { a: 'b' }, nope: 1 }] }, 'alerts[0].nope'],
    [{ alerts: [{ labels: { a: 'b' } }], labels: { a: 'b' } }, 'labels'],
    [{ alerts: Array.from({ length: 501 }, () => ({ labels: { a: 'b' } })) }, 'alerts'],
    [{ alerts: [] }, 'alerts'],
    [{ alerts: null }, 'alerts'],
    [[], ''],
    ['null', ''],
    ['"x"', ''],
    ['{"labels"', ''],
  ])('%j are 400 and the field is named', async (body, field) => {
    const answer = await post(body);
    expect([answer.status, fieldsOf(answer)[0]]).toEqual([400, field]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  it('are 400 with a query that means nothing, without a body 400, as a form 415, too large 413', async () => {
    const nothing = await stage.call('POST', '/api/v1/alerts?dry=1', { body: { labels: { a: 'b' } } });
    expect([nothing.status, fieldsOf(nothing)]).toEqual([400, ['dry']]);
    expect((await post('')).status).toBe(400);
    expect((await post('x', { 'content-type': 'text/plain' })).status).toBe(415);
    const large = { labels: { a: 'b' }, annotations: Object.fromEntries(annotations(64)) };
    expect((await post({ alerts: Array.from({ length: 3 }, () => large) })).status).toBe(413);
    expect((await post(' '.repeat(6_000_000))).status).toBe(413);
  });
});

function annotations(count: number): readonly [string, string][] {
  return Array.from({ length: count }, (_, n) => [`n${n}`, 'x'.repeat(8_000)]);
}

describe('an Idempotency-Key', () => {
  const body = { labels: { a: 'key' } };

  it('makes one report of however many requests of one caller', async () => {
    const first = await post(body, { 'idempotency-key': 'k1' });
    const manager = await stage.nats.jetstreamManager();
    const before = (await manager.streams.info('OBSERVATIONS')).state.messages;
    const second = await post(body, { 'idempotency-key': 'k1' });
    expect([second.status, second.body]).toEqual([202, first.body]);
    expect((await manager.streams.info('OBSERVATIONS')).state.messages).toBe(before);
    expect((await post(body, { 'idempotency-key': 'k1' }, 'secret-token-2')).body).not.toEqual(first.body);
  });

  it('that is used again for other alerts hides none of them', async () => {
    const first = await post(body, { 'idempotency-key': 'k2' });
    const other = await post({ labels: { a: 'other' } }, { 'idempotency-key': 'k2' });
    expect(other.body['reportId']).not.toEqual(first.body['reportId']);
    expect((await newest('normal')).id).toBe(other.body['reportId']);
  });

  it('that is empty or endless is 400', async () => {
    for (const key of ['', 'x'.repeat(201)]) {
      const answer = await post(body, { 'idempotency-key': key });
      expect([answer.status, fieldsOf(answer)]).toEqual([400, ['Idempotency-Key']]);
    }
  });
});
