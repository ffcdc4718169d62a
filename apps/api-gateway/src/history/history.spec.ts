import { fieldsOf, Stage } from '../api-gateway.spec-support.js';
import { examples } from '../docs/examples.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage?.close());
beforeEach(() => stage.correlator.forget());

const since = '2026-03-05T09:40:10.000Z';

describe('history', () => {
  it('is read page by page', async () => {
    const nextCursor = 'WyIyMDI2LTAzLTA1VDA5OjQwOjEwLjAwMFoiLCJyZXBvcnQiLCJhIl0';
    stage.correlator.reply = () => ({ answer: { ...examples.history, nextCursor } });
    const until = '2026-03-05T10:00:00.000Z';
    const { status, body, headers } = await stage.call(
      'GET',
      `/api/v1/history?since=${since}&until=${until}&cursor=${nextCursor}&limit=9`,
    );
    expect([status, body]).toEqual([200, { ...examples.history, nextCursor }]);
    expect(headers.get('link')).toContain(`cursor=${nextCursor}`);
    expect(stage.correlator.asked).toEqual([
      { query: 'readHistory', question: { since, until, cursor: nextCursor, limit: 9 } },
    ]);
  });

  it('of up to now goes on, page by page, up to the same time', async () => {
    const nextCursor = 'WyIyMDI2LTAzLTA1VDA5OjQwOjEwLjAwMFoiLCJyZXBvcnQiLCJhIl0';
    stage.correlator.reply = () => ({ answer: { ...examples.history, nextCursor } });
    const { headers } = await stage.call('GET', `/api/v1/history?since=${since}`);
    const [, next = ''] = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '') ?? [];
    await stage.call('GET', next);
    const [first, second] = stage.correlator.asked.map(({ question }) => question) as { until: string }[];
    expect(second).toEqual({ ...first, cursor: nextCursor });
  });

  it('of a problem that is no longer stored is 410, and says from when on something is', async () => {
    stage.correlator.reply = () => ({ answer: { ...examples.history, gone: 3 } });
    const path = `/api/v1/history?since=${since}&problemId=${examples.id}`;
    const { status, body } = await stage.call('GET', path);
    expect([status, body['title'], body['gone'], body['storedFrom']]).toEqual([
      410,
      'No longer stored',
      3,
      since,
    ]);
    expect((await stage.call('GET', `/api/v1/history?since=${since}`)).status).toBe(200);
  });

  it.each([`/api/v1/history?since=${since}`, '/api/v1/cluster/topology'])(
    '%s is not for viewers',
    async (path) => {
      stage.correlator.reply = () => ({ answer: { token: { name: 'screen', role: 'viewer' } } });
      const { status, body } = await stage.call('GET', path, { token: 'gomon_screen' });
      expect([status, body['status']]).toEqual([403, 403]);
      expect(stage.correlator.asked.every(({ query }) => query === 'findToken')).toBe(true);
    },
  );
});

it('the topology is read part by part', async () => {
  expect((await stage.call('GET', '/api/v1/cluster/topology?part=2')).body).toEqual(examples.topology);
  expect(stage.correlator.asked).toEqual([{ query: 'readTopology', question: { part: 2 } }]);
});

describe('the board', () => {
  it('says what was open', async () => {
    const { status, body } = await stage.call('GET', `/api/v1/board?at=2026-03-05T10:50:00%2B01:00`);
    expect([status, body]).toEqual([200, examples.board]);
    expect(stage.correlator.asked).toEqual([
      { query: 'readBoard', question: { at: '2026-03-05T09:50:00.000Z' } },
    ]);
  });

  it('of the future is unknown', async () => {
    const answer = await stage.call('GET', '/api/v1/board?at=2926-03-05T09:50:00Z');
    expect([answer.status, fieldsOf(answer)]).toEqual([400, ['at']]);
  });
});
