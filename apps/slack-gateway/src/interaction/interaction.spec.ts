import { readFileSync } from 'node:fs';
import { commandOf, press, wordsFor } from './press.js';
import { interactionOf } from './interaction.js';
import { signatureFault, type SignedRequest } from './slack-signature.js';

const vectors = JSON.parse(
  readFileSync(new URL('fixtures/signatures.json', import.meta.url), 'utf8'),
) as readonly {
  secret: string;
  timestamp: string;
  body: string;
  signature: string;
}[];

describe('a signature of Slack', () => {
  it.each(vectors)(
    'of $timestamp is verified over the raw body, and any change is noticed',
    ({ secret, timestamp, body, signature }) => {
      const now = new Date(Number(timestamp) * 1_000);
      const request = { timestamp, signature, body: Buffer.from(body) };
      const reasonOf = (more: Partial<SignedRequest>, key = secret) =>
        signatureFault(key, { ...request, ...more }, now)?.reason;
      expect(reasonOf({})).toBeUndefined();
      expect(reasonOf({ body: Buffer.from(`${body} `) })).toBe('mismatch');
      expect(reasonOf({}, `${secret}x`)).toBe('mismatch');
      expect(reasonOf({ signature: signature.toUpperCase() })).toBe('mismatch');
      expect(reasonOf({ signature: undefined })).toBe('missing');
      expect(reasonOf({ timestamp: undefined })).toBe('missing');
      expect(reasonOf({ timestamp: 'soon' })).toBe('unreadable');
      expect(reasonOf({ timestamp: `${timestamp}000` })).toBe('unreadable');
      expect(reasonOf({ timestamp: `-${timestamp}` })).toBe('unreadable');
    },
  );

  it.each([
    [299, undefined],
    [300, undefined],
    [301, 'stale'],
    [-299, undefined],
    [-301, 'future'],
    [-3_600, 'future'],
  ])('that is %s s old is judged by both sides of the window', (ageS, reason) => {
    const [vector] = vectors;
    if (vector === undefined) throw new Error('there are no vectors');
    const { secret, timestamp, body, signature } = vector;
    const now = new Date((Number(timestamp) + ageS) * 1_000);
    const request = { timestamp, signature, body: Buffer.from(body) };
    expect(signatureFault(secret, request, now)?.reason).toBe(reason);
  });

  it('that fits while the clocks differ is told by both clocks, and not called wrong', () => {
    const [vector] = vectors;
    if (vector === undefined) throw new Error('there are no vectors');
    const { secret, timestamp, body, signature } = vector;
    const now = new Date((Number(timestamp) + 20 * 86_400) * 1_000);
    const fault = signatureFault(secret, { timestamp, signature, body: Buffer.from(body) }, now);
    expect(fault).toEqual({
      reason: 'stale',
      detail: `the request is about 20 days old: signed at ${new Date(Number(timestamp) * 1_000).toISOString()}, our clock says ${now.toISOString()}`,
    });
  });
});

describe('an interaction', () => {
  const FORM = 'application/x-www-form-urlencoded';
  const form = (payload: unknown) =>
    new URLSearchParams({
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    }).toString();

  it('that asks whether the URL is ours gets its challenge back', () => {
    const body = JSON.stringify({ type: 'url_verification', token: 't', challenge: 'c1' });
    expect(interactionOf(body, 'application/json')).toEqual({ kind: 'challenge', challenge: 'c1' });
    expect(interactionOf('{}', 'application/json').kind).toBe('unreadable');
  });

  it('that is none of our messages’ is acknowledged', () => {
    expect(interactionOf('ssl_check=1&token=t', FORM)).toEqual({ kind: 'nothing-to-do' });
    expect(interactionOf(form({ type: 'view_closed' }), FORM)).toEqual({ kind: 'nothing-to-do' });
  });

  it.each(['', '{', '[]', 'null', { type: 'block_actions', user: {}, actions: [] }])(
    'of %j cannot be read',
    (payload) => {
      expect(interactionOf(form(payload), FORM).kind).toBe('unreadable');
    },
  );
});

describe('a press', () => {
  const payload = {
    type: 'block_actions',
    user: { id: 'U1', username: 'alice' },
    container: { message_ts: '1.1', channel_id: 'C1' },
    actions: [
      {
        action_id: 'acknowledge',
        action_ts: '1772355600.000001',
        value: '0195a1b2-0000-7000-8000-000000000001',
      },
    ],
  };
  const command = (more: object = {}) => commandOf(press.parse({ ...payload, ...more }), new Date(0), '00-x');

  it('is one command, however often Slack sends it; another press is another', () => {
    expect(command()?.id).toBe(command()?.id);
    expect(command({ user: { id: 'U2' } })?.id).not.toBe(command()?.id);
    expect(command()).toMatchObject({
      type: 'gomon.command.v1.acknowledge-problem',
      data: { actor: { kind: 'slack', id: 'U1', name: 'alice' }, target: { kind: 'problem' } },
    });
  });

  it('of a button that is none of ours is no command', () => {
    expect(command({ actions: [{ action_id: 'constructor', action_ts: '1', value: 'x' }] })).toBeUndefined();
    expect(command({ actions: [{ action_id: 'resolve', action_ts: '1', value: 'no id' }] })).toBeUndefined();
  });

  it('is answered to its presser only when the message does not say it all', () => {
    const answer = { commandId: 'c', message: 'it ended at 09:00 UTC' };
    expect(wordsFor({ ...answer, outcome: 'done' })).toBeUndefined();
    expect(wordsFor({ ...answer, outcome: 'done', hint: 'Mind the gap' })).toBe('Mind the gap.');
    expect(wordsFor({ ...answer, outcome: 'without-effect' })).toBe(
      'Nothing was done: it ended at 09:00 UTC.',
    );
    expect(wordsFor({ ...answer, outcome: 'not-found' })).toMatch(/not known/);
    expect(wordsFor(undefined)).toMatch(/^Accepted/);
  });
});
