import { readFileSync } from 'node:fs';
import { HttpProblem } from '@gomon/service';
import { z } from 'zod';
import { ingestEnv } from '../ingest-env.js';
import { authenticate, basicCredentialOf, credentialOf, grafanaSignature, type Senders } from './sender.js';

const vectors = z
  .object({
    vectors: z.array(
      z.object({
        name: z.string(),
        secret: z.string(),
        timestamp: z.string().nullable(),
        body: z.string(),
        expectedSignature: z.string(),
      }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(new URL('../webhooks/fixtures/grafana/hmac-vectors.json', import.meta.url), 'utf8'),
    ),
  ).vectors;

const body = Buffer.from('{"alerts":[]}');
const now = new Date('2026-03-01T09:00:00Z');
const seconds = String(now.getTime() / 1_000);

function senders(more: Partial<Senders> = {}): Senders {
  return {
    isOpen: false,
    hmac: {
      credentials: [credentialOf('old-secret'), credentialOf('east:new-secret')],
      header: 'X-Signature',
    },
    basic: [
      basicCredentialOf('west:pass:word'),
      basicCredentialOf('west:next'),
      basicCredentialOf('svc.grafana@example.com:pw'),
    ],
    bearer: [credentialOf('north:token-1')],
    ...more,
  };
}

const timed: Partial<Senders> = {
  hmac: { credentials: [credentialOf('secret')], header: 'X-Signature', timestampHeader: 'X-Time' },
};

function ask(headers: Record<string, string>, more: Partial<Senders> = {}): string {
  try {
    return authenticate(senders(more), { headers, body }, now);
  } catch (error) {
    if (error instanceof HttpProblem) return `${error.getStatus()} ${String(error.body()['detail'])}`;
    throw error;
  }
}

describe('a signature', () => {
  it.each(vectors)(
    'of the vector "$name" is as Grafana makes it',
    ({ secret, timestamp, body: text, expectedSignature }) => {
      expect(grafanaSignature(secret, Buffer.from(text), timestamp ?? undefined)).toBe(expectedSignature);
      expect(grafanaSignature(secret, Buffer.from(`${text} `), timestamp ?? undefined)).not.toBe(
        expectedSignature,
      );
    },
  );

  it('is taken with any of several secrets, and tells the sender', () => {
    expect(ask({ 'x-signature': grafanaSignature('old-secret', body) })).toBe('default');
    expect(ask({ 'x-signature': grafanaSignature('new-secret', body) })).toBe('east');
  });

  it('that does not fit is refused, whatever else the request holds', () => {
    const headers = { 'x-signature': grafanaSignature('wrong', body), authorization: 'Bearer token-1' };
    expect(ask(headers)).toBe('401 the signature does not fit body and secret');
    expect(ask({ 'x-signature': 'x' })).toMatch(/^401/);
  });

  it('covers the time where that is configured, and is refused outside of the window', () => {
    const signed = (time: string) =>
      ask({ 'x-signature': grafanaSignature('secret', body, time), 'x-time': time }, timed);
    expect(signed(seconds)).toBe('default');
    expect(signed(String(Number(seconds) - 300))).toBe('default');
    expect(signed(String(Number(seconds) - 301))).toBe('401 X-Time is 301 s old; the window is 300 s');
    expect(signed(String(Number(seconds) + 301))).toBe('401 X-Time is 301 s ahead; the window is 300 s');
    expect(signed('yesterday')).toBe('401 X-Time is no Unix time in seconds');
  });

  it('over the body alone is refused where the time is configured', () => {
    expect(ask({ 'x-signature': grafanaSignature('secret', body) }, timed)).toBe('401 X-Time is missing');
    const headers = { 'x-signature': grafanaSignature('secret', body), 'x-time': seconds };
    expect(ask(headers, timed)).toBe('401 the signature does not fit body and secret');
  });
});

describe('other credentials', () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  it('are taken by user and password, or by token', () => {
    expect(ask(basic('west:pass:word'))).toBe('west');
    expect(ask(basic('west:next'))).toBe('west');
    expect(ask(basic('svc.grafana@example.com:pw'))).toBe('svc.grafana@example.com');
    expect(ask({ authorization: 'Bearer token-1' })).toBe('north');
  });

  it('that are wrong or missing are refused with a reason and without a secret', () => {
    expect(ask(basic('west:pass'))).toBe('401 user or password is wrong');
    expect(ask(basic('nocolon'))).toBe('401 X-Signature is missing');
    expect(ask({ authorization: 'Bearer token-2' })).toBe('401 the token is wrong');
    expect(ask({})).toBe('401 X-Signature is missing');
    expect(ask({}, { isOpen: true })).toBe('default');
  });
});

describe('the configuration of credentials', () => {
  const env = { PORT: '0', NATS_URL: 'nats://127.0.0.1:4222', SPOOL_DIR: '/spool' };
  const problems = (more: Record<string, string>) =>
    ingestEnv
      .safeParse({ ...env, ...more })
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

  it('is required for each door, unless that is left open on purpose', () => {
    expect(problems({})).toEqual([
      expect.stringMatching(/^GRAFANA_HMAC_SECRETS: set this/),
      expect.stringMatching(/^ALERTMANAGER_BEARER_TOKENS: set this/),
    ]);
    expect(problems({ GRAFANA_AUTH: 'off', ALERTMANAGER_AUTH: 'off' })).toBeUndefined();
    expect(problems({ GRAFANA_BEARER_TOKENS: 't', ALERTMANAGER_BASIC: 'user:password' })).toBeUndefined();
  });

  it('refuses a user without a password', () => {
    expect(problems({ GRAFANA_BASIC: 'user', ALERTMANAGER_AUTH: 'off' })).toContain(
      'GRAFANA_BASIC: must be user:password',
    );
    expect(problems({ GRAFANA_AUTH: 'off', ALERTMANAGER_BASIC: ':password' })).toContain(
      'ALERTMANAGER_BASIC: must be user:password',
    );
  });
});
