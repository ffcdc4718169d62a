import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { register } from 'prom-client';
import { z } from 'zod';
import { SlackClient } from './slack-client.js';

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

let server: Server;
let client: SlackClient;
let next: Answer;

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(next.status ?? 200, next.headers).end(next.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => server.close());

beforeEach(() => {
  const { port } = server.address() as AddressInfo;
  const options = { token: 'xoxb-secret', timeoutMs: 2_000, log: () => undefined };
  client = new SlackClient({ ...options, apiUrl: `http://127.0.0.1:${port}/api/` }, () => 1);
});

afterEach(() => client.close());

function called(answer: Answer) {
  next = answer;
  return client.call(
    'chat.postMessage',
    { channel: 'C1' },
    z.object({ ok: z.literal(true), ts: z.string() }),
  );
}

describe('an answer of Slack', () => {
  it('is what it says when it fits', async () => {
    expect(await called({ body: '{"ok":true,"ts":"1.1"}' })).toEqual({
      kind: 'ok',
      value: { ok: true, ts: '1.1' },
    });
    expect(await called({ body: '{"ok":false,"error":"is_archived"}' })).toEqual({
      kind: 'refused',
      error: 'is_archived',
    });
  });

  it.each([
    ['a page', { body: '<html><h1>Sign in</h1></html>' }],
    ['half a body', { body: '{"ok":tru' }],
    ['nothing', { body: '' }],
    ['something else', { body: '{"ok":true}' }],
    ['a page that says so', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['an error after which it may be done', { body: '{"ok":false,"error":"internal_error"}' }],
    ['an error of no name', { body: '{"ok":false}' }],
  ])('is an unknown outcome when it is %s', async (_what, answer: Answer) => {
    expect(await called(answer)).toMatchObject({ kind: 'unknown' });
    const { values = [] } = (await register.getSingleMetric('gomon_slack_calls_total')?.get()) ?? {};
    expect(values.map(({ labels }) => labels['outcome'])).not.toContainEqual(expect.stringMatching(/[<{ ]/));
  });

  it.each([
    [undefined, 5_000],
    ['', 5_000],
    ['soon', 5_000],
    ['0', 5_000],
    ['-1', 5_000],
    ['Wed, 25 Nov 2026 09:40:10 GMT', 5_000],
    ['3.7', 3_000],
    ['30', 30_000],
    ['86400', 300_000],
  ])('asks to wait, Retry-After being %s, for %s ms', async (retryAfter, ms) => {
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const body = '{"ok":false,"error":"ratelimited"}';
    expect(await called({ status: 429, headers, body })).toMatchObject({
      kind: 'wait',
      ms,
      isForAll: false,
    });
  });

  it('asks to wait when it says so with status 200', async () => {
    expect(await called({ body: '{"ok":false,"error":"rate_limited"}' })).toMatchObject({ kind: 'wait' });
  });

  it('never shows the token in what it came to', async () => {
    next = { body: '' };
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
    const result = await called(next);
    expect(result).toMatchObject({ kind: 'unknown' });
    expect(JSON.stringify(result)).not.toContain('xoxb-secret');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
});
