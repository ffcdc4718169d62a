import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSlackSimulator, type SlackSimulator } from './server.js';

const options = { botToken: 'xoxb-1', signingSecret: 'signing', rateLimits: false };
let slack: SlackSimulator;

beforeEach(async () => {
  slack = await startSlackSimulator(options);
});

afterEach(() => slack.stop());

interface Answer {
  readonly ok?: boolean;
  readonly error?: string;
  readonly ts?: string;
  readonly channel?: string;
  readonly messages?: readonly { readonly ts: string; readonly metadata?: unknown }[];
  readonly has_more?: boolean;
  readonly response_metadata?: { readonly next_cursor?: string; readonly messages?: readonly string[] };
}

async function call(method: string, args: object, token = 'xoxb-1'): Promise<Answer> {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` },
    body: JSON.stringify(args),
  });
  return (await response.json()) as Answer;
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (action_id: string) => ({
  type: 'actions',
  elements: [{ type: 'button', action_id, value: 'v', text: { type: 'plain_text', text: 'Press' } }],
});

describe('the Web API', () => {
  it('posts by name or id, updates by id alone, and shows what it holds', async () => {
    const { ts, channel } = await call('chat.postMessage', {
      channel: '#general',
      text: 'a',
      blocks: [section('a')],
    });
    expect((await call('chat.update', { channel: '#general', ts, text: 'b' })).error).toBe(
      'channel_not_found',
    );
    expect((await call('chat.update', { channel, ts, text: 'b' })).ok).toBe(true);
    const [message] = slack.workspace.byIdOrName('general')?.messages ?? [];
    // A text without blocks removes them.
    expect(message).toMatchObject({ text: 'b', blocks: [], edited: { user: 'U0GOMON' } });
  });

  it.each([
    ['chat.postMessage', { channel: 'nowhere', text: 'a' }, 'channel_not_found'],
    ['chat.postMessage', { channel: 'general' }, 'no_text'],
    [
      'chat.postMessage',
      { channel: 'general', text: 'a', metadata: { event_type: 'x' } },
      'invalid_metadata_format',
    ],
    ['chat.update', { channel: 'C0004', ts: '1.1', text: 'a' }, 'message_not_found'],
    ['chat.unknown', {}, 'unknown_method'],
  ])('%s %j is refused with %s', async (method, args, error) => {
    expect((await call(method, args)).error).toBe(error);
  });

  it('knows its token', async () => {
    expect((await call('auth.test', {}, 'xoxb-2')).error).toBe('invalid_auth');
    expect((await call('auth.test', {})).ok).toBe(true);
  });

  it('takes an update of 4,000 characters and no more', async () => {
    const { ts, channel } = await call('chat.postMessage', { channel: 'general', text: 'x'.repeat(40_000) });
    expect((await call('chat.update', { channel, ts, text: 'x'.repeat(4_000) })).ok).toBe(true);
    expect((await call('chat.update', { channel, ts, text: 'x'.repeat(4_001) })).error).toBe('msg_too_long');
  });

  it.each([
    ['too many blocks', Array.from({ length: 51 }, () => ({ type: 'divider' }))],
    ['a long section', [section('x'.repeat(3_001))]],
    ['an empty text', [section('')]],
    ['a header in mrkdwn', [{ type: 'header', text: { type: 'mrkdwn', text: 'a' } }]],
    [
      'a long button',
      [
        {
          type: 'actions',
          elements: [{ type: 'button', text: { type: 'plain_text', text: 'x'.repeat(76) } }],
        },
      ],
    ],
    ['an unknown field', [{ ...section('a'), colour: 'red' }]],
    [
      'a link that is none',
      [
        {
          type: 'actions',
          elements: [{ type: 'button', url: 'javascript:x', text: { type: 'plain_text', text: 'x' } }],
        },
      ],
    ],
    [
      'two equal block ids',
      [
        { ...section('a'), block_id: 'x' },
        { ...section('b'), block_id: 'x' },
      ],
    ],
  ])('refuses %s and says where', async (_, blocks) => {
    const answer = await call('chat.postMessage', { channel: 'general', text: 'a', blocks });
    expect(answer.error).toBe('invalid_blocks');
    expect(answer.response_metadata?.messages?.[0]).toContain('json-pointer:/blocks');
  });

  it('finds messages by history, with metadata only when asked for', async () => {
    const metadata = { event_type: 'x', event_payload: { nonce: 'n' } };
    for (let count = 0; count < 3; count += 1)
      await call('chat.postMessage', { channel: 'general', text: 'a', metadata });
    const channel = slack.workspace.byIdOrName('general')?.id;
    const first = await call('conversations.history', { channel, limit: 2, include_all_metadata: true });
    expect([first.messages?.length, first.has_more, first.messages?.[0]?.metadata]).toEqual([
      2,
      true,
      metadata,
    ]);
    const rest = await call('conversations.history', {
      channel,
      limit: 2,
      cursor: first.response_metadata?.next_cursor,
    });
    expect([rest.messages?.length, rest.has_more, rest.messages?.[0]?.metadata]).toEqual([
      1,
      false,
      { event_type: 'x' },
    ]);
  });

  it('notices whom a message pings', async () => {
    await call('chat.postMessage', {
      channel: 'general',
      text: 'x',
      blocks: [section('<!channel> <@U1> &lt;!here&gt; <!date^1^{date}|x>')],
    });
    expect(slack.workspace.byIdOrName('general')?.messages[0]?.pings).toEqual(['!channel', '@U1']);
  });
});

describe('a fault', () => {
  it('hits as many calls of its method as asked for', async () => {
    await fetch(`${slack.url}/__faults`, {
      method: 'POST',
      body: JSON.stringify({ method: 'auth.test', kind: '429', times: 2, retryAfter: 7 }),
    });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) {
      const response = await fetch(`${slack.apiUrl}auth.test`, {
        method: 'POST',
        headers: { authorization: 'Bearer xoxb-1' },
      });
      statuses.push([response.status, response.headers.get('retry-after')]);
    }
    expect(statuses).toEqual([
      [429, '7'],
      [429, '7'],
      [200, null],
    ]);
  });

  it('may cut the connection before or after it acted', async () => {
    slack.faults.add({ kind: 'drop', times: 1, delayMs: 0, retryAfter: null, error: '' });
    await expect(call('chat.postMessage', { channel: 'general', text: 'dropped' })).rejects.toThrow();
    slack.faults.add({ kind: 'lost-answer', times: 1, delayMs: 0, retryAfter: null, error: '' });
    await expect(call('chat.postMessage', { channel: 'general', text: 'kept' })).rejects.toThrow();
    expect(slack.workspace.byIdOrName('general')?.messages.map(({ text }) => text)).toEqual(['kept']);
  });
});

describe('rate limits', () => {
  it('let a short burst through to a channel and then ask to wait', async () => {
    const limited = await startSlackSimulator({ ...options, rateLimits: true });
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const response = await fetch(`${limited.apiUrl}chat.postMessage`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-1' },
          body: JSON.stringify({ channel: 'general', text: 'a' }),
        });
        return response.status;
      }),
    );
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(2);
    await limited.stop();
  });
});

describe('a press of a button', () => {
  let app: Server;

  afterEach(() => {
    app.close();
  });

  it('is sent signed, and what the app answers is seen by the presser alone', async () => {
    const seen: { body: string; signature: string }[] = [];
    app = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const timestamp = String(request.headers['x-slack-request-timestamp']);
        const expected = `v0=${createHmac('sha256', 'signing').update(`v0:${timestamp}:${body}`).digest('hex')}`;
        seen.push({ body, signature: expected === request.headers['x-slack-signature'] ? 'good' : 'bad' });
        response.end();
      });
    });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    slack.setInteractionsUrl(`http://127.0.0.1:${(app.address() as AddressInfo).port}/`);
    const { ts = '' } = await call('chat.postMessage', {
      channel: 'general',
      text: 'a',
      blocks: [button('acknowledge')],
    });
    const interaction = await slack.click({ channel: 'general', ts, actionId: 'acknowledge', user: 'U2' });
    expect(interaction).toMatchObject({ status: 200, wasLate: false });
    const payload = JSON.parse(new URLSearchParams(seen[0]?.body).get('payload') ?? '') as {
      response_url: string;
      actions: object[];
    };
    expect([seen[0]?.signature, payload.actions]).toEqual([
      'good',
      [expect.objectContaining({ action_id: 'acknowledge', value: 'v' })],
    ]);
    await fetch(payload.response_url, { method: 'POST', body: JSON.stringify({ text: 'too late' }) });
    expect(slack.workspace.ephemerals).toMatchObject([{ user: 'U2', text: 'too late' }]);
  });
});

it('messages outlive a restart when a file is given', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gomon-slack-'));
  const stateFile = join(folder, 'state.json');
  const first = await startSlackSimulator({ ...options, stateFile });
  await fetch(`${first.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-1' },
    body: JSON.stringify({ channel: 'general', text: 'remember' }),
  });
  await first.stop();
  const second = await startSlackSimulator({ ...options, stateFile });
  expect(second.workspace.byIdOrName('general')?.messages[0]?.text).toBe('remember');
  await second.stop();
  await rm(folder, { recursive: true });
});

it('the page is served with a strict policy', async () => {
  const response = await fetch(slack.url);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await response.text()).toContain('Simulated Slack');
});
