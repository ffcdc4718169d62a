import { fieldsOf, Stage } from '../api-gateway.spec-support.js';
import { examples } from '../docs/examples.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage?.close());
beforeEach(() => stage.correlator.forget());

const get = (path: string) => stage.call('GET', path);
const cursor = Buffer.from(examples.id).toString('base64url');
const matcherQuery = (...filters: readonly string[]) =>
  filters.map((filter) => `filter=${encodeURIComponent(filter)}`).join('&');

describe('a list', () => {
  it('asks the correlator with what the query says', async () => {
    const filters = matcherQuery('a=~"b.*"', 'c!=d', 'toString="x"', '"größe µ" = "1,2"');
    const path = `/api/v1/alerts?status=firing,resolved&severity=P1&severity=P0&limit=5&${filters}&source=grafana`;
    expect((await get(path)).status).toBe(200);
    expect(stage.correlator.asked).toEqual([
      {
        query: 'listAlerts',
        question: {
          limit: 5,
          status: ['firing', 'resolved'],
          severity: ['P1', 'P0'],
          source: 'grafana',
          filter: [
            { name: 'a', operator: '=~', value: 'b.*' },
            { name: 'c', operator: '!=', value: 'd' },
            { name: 'toString', operator: '=', value: 'x' },
            { name: 'größe µ', operator: '=', value: '1,2' },
          ],
        },
      },
    ]);
  });

  it('of alerts is narrowed by whose they are, where, and when they were seen', async () => {
    const path =
      '/api/v1/alerts?assignee=Alice&namespace=shop&since=2026-03-01T10:00:00%2B01:00&until=2026-03-02T00:00:00Z';
    expect((await get(path)).status).toBe(200);
    expect(stage.correlator.asked).toEqual([
      {
        query: 'listAlerts',
        question: {
          limit: 50,
          assignee: 'Alice',
          namespace: 'shop',
          since: '2026-03-01T09:00:00.000Z',
          until: '2026-03-02T00:00:00.000Z',
        },
      },
    ]);
  });

  it('is not needed for the names of labels, which come all at once', async () => {
    expect((await stage.call('GET', '/api/v1/labels')).body).toEqual(examples.labelNames);
    expect(stage.correlator.asked).toEqual([{ query: 'labelNames', question: {} }]);
    expect((await stage.call('GET', '/api/v1/labels?limit=3')).status).toBe(400);
  });

  it('has 50 items unless told otherwise', async () => {
    await get('/api/v1/problems');
    expect(stage.correlator.asked).toEqual([{ query: 'listProblems', question: { limit: 50 } }]);
  });

  it.each(['alerts', 'problems', 'incidents'])(
    'of %s points to its next page, which keeps the filters',
    async (kind) => {
      stage.correlator.reply = () => ({ answer: { items: [], nextCursor: cursor } });
      const { headers, body } = await get(`/api/v1/${kind}?limit=1&severity=P1`);
      expect(body).toEqual({ items: [], nextCursor: cursor });
      const next = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? '';
      expect((await get(next)).status).toBe(200);
      expect(stage.correlator.asked.at(-1)?.question).toEqual({ limit: 1, severity: ['P1'], cursor });
    },
  );

  it('has no link on its last page', async () => {
    expect((await get('/api/v1/alerts')).headers.get('link')).toBeNull();
  });

  it('of problems shows them without where they are to be told', async () => {
    expect((await get('/api/v1/problems')).body).toEqual({ items: [examples.problem] });
  });

  it.each([
    ['alerts?limit=0', 'limit'],
    ['alerts?limit=501', 'limit'],
    ['alerts?limit=', 'limit'],
    ['alerts?limit=1&limit=2', 'limit'],
    ['alerts?status=gone', 'status[0]'],
    ['alerts?severity=P0,P9', 'severity[1]'],
    ['alerts?cursor=abc', 'cursor'],
    ['alerts?problemId=1', 'problemId'],
    ['alerts?nope=1', 'nope'],
    ['alerts?since=yesterday', 'since'],
    ['alerts?until=', 'until'],
    ['alerts/none', 'id'],
    [`alerts/${examples.id}?full=1`, 'full'],
    ['problems?source=x', 'source'],
    ['problems/none', 'id'],
    ['incidents?status=firing', 'status[0]'],
    ['incidents/none', 'id'],
    ['cluster/health?cluster=a', 'cluster'],
    ['board', 'at'],
    ['board?at=yesterday', 'at'],
    ['history', 'since'],
    ['history?since=2026-03-05T09:40:10Z&cursor=abc', 'cursor'],
    ['history?since=2026-03-05T09:40:10Z&problemId=1', 'problemId'],
    ['cluster/topology?part=-1', 'part'],
    ['ledger?reportId=', 'reportId'],
    ['ledger?report=1', 'report'],
  ])('%s is 400 and names %s', async (path, field) => {
    const answer = await get(`/api/v1/${path}`);
    expect([answer.status, fieldsOf(answer)]).toEqual([400, [field]]);
    expect(stage.correlator.asked).toEqual([]);
  });
});

describe('a filter that is no matcher', () => {
  it.each([
    ['a', 'operator =, !=, =~ or !~ is missing at position 1'],
    ['=b', 'label name is missing at position 0'],
    ['a=~"["', 'at position 4'],
    ['a="b', 'quote is not closed at position 2'],
  ])('%s is 400 with the position', async (filter, message) => {
    const answer = await get(`/api/v1/alerts?${matcherQuery('good="1"', filter)}`);
    expect([answer.status, answer.body['errors']]).toEqual([
      400,
      [{ field: 'filter[1]', message: expect.stringContaining(message) as unknown }],
    ]);
  });

  it('is bounded, in length and in number', async () => {
    expect(fieldsOf(await get(`/api/v1/alerts?${matcherQuery(`a=~"${'('.repeat(1_000)}"`)}`))).toEqual([
      'filter[0]',
    ]);
    const many = matcherQuery(...Array.from({ length: 21 }, (_, n) => `a="${n}"`));
    expect(fieldsOf(await get(`/api/v1/alerts?${many}`))).toEqual(['filter']);
  });
});

describe('something unknown is 404', () => {
  it.each([
    [`alerts/${examples.id}`, { alert: null }],
    [`problems/${examples.id}`, { found: null }],
    [`incidents/${examples.id}`, { incident: null }],
    ['ledger?reportId=r', { ...examples.ledger, report: null }],
  ])('%s', async (path, answer) => {
    stage.correlator.reply = () => ({ answer });
    const { status, body } = await get(`/api/v1/${path}`);
    expect([status, body['title']]).toEqual([404, 'Not found']);
  });
});

describe('a reply that is no answer', () => {
  it.each([
    ['text', { bytes: 'hello' }, 502],
    ['a list', { bytes: '[]' }, 502],
    ['JSON of another shape', { bytes: '{"items":[]}' }, 502],
    ['an answer of another shape', { answer: { items: [{ id: 1 }] } }, 502],
    [
      'an error of the correlator',
      { bytes: '{"err":{"status":"error","message":"no"},"isDisposed":true}' },
      502,
    ],
    ['nothing at all', { bytes: '' }, 503],
  ])('%s: the next question is answered as ever', async (_what, reply, status) => {
    stage.correlator.reply = () => reply;
    const answer = await get('/api/v1/alerts');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '5']);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    stage.correlator.forget();
    expect((await get('/api/v1/alerts')).status).toBe(200);
  });

  it('silence is 504 after a while', async () => {
    stage.correlator.reply = () => undefined;
    const answer = await get('/api/v1/alerts');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([504, '5']);
  });

  it('a slow answer is waited for, and a large one fits', async () => {
    let answerNow: () => void = () => undefined;
    const soon = new Promise<void>((resolve) => {
      answerNow = resolve;
    });
    const annotations = { text: 'x'.repeat(900_000) };
    stage.correlator.reply = async () => {
      await soon;
      return { answer: { alert: { ...examples.alert, annotations } } };
    };
    const answered = get(`/api/v1/alerts/${examples.id}`);
    await stage.correlator.whenAsked();
    answerNow();
    expect((await answered).body).toMatchObject({ annotations });
  });
});

describe('while nobody answers questions', () => {
  it('they are 503, readiness tells, and alerts are taken all the same', async () => {
    await get('/api/v1/alerts');
    const ready = async () => (await fetch(`${stage.service.url}/health/ready`)).text();
    expect(await ready()).toContain('"correlator":{"ok":true,"detail":"answers"}');
    await stage.correlator.leave();
    const answer = await get('/api/v1/alerts');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await ready()).toContain('did not answer the last question (nobody-there)');
    expect((await stage.call('POST', '/api/v1/alerts', { body: { labels: { a: 'b' } } })).status).toBe(202);
  });
});
