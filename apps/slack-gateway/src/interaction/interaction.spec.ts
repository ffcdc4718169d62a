import { readFileSync } from 'node:fs';
import { commandOf, press, wordsFor } from './press.js';
import { signatureFault } from './slack-signature.js';

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
      expect(signatureFault(secret, request, now)).toBeUndefined();
      expect(signatureFault(secret, { ...request, body: Buffer.from(`${body} `) }, now)).toMatch(
        /does not fit/,
      );
      expect(signatureFault(`${secret}x`, request, now)).toMatch(/does not fit/);
      expect(signatureFault(secret, request, new Date(now.getTime() + 300_000))).toBeUndefined();
      expect(signatureFault(secret, request, new Date(now.getTime() + 301_000))).toBe(
        'the timestamp is 301 s off; the window is 300 s',
      );
      expect(signatureFault(secret, request, new Date(now.getTime() - 301_000))).toMatch(/301 s off/);
      expect(signatureFault(secret, { ...request, signature: undefined }, now)).toBe(
        'the signature is missing',
      );
      expect(signatureFault(secret, { ...request, timestamp: 'soon' }, now)).toMatch(/no Unix time/);
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
    expect(wordsFor({ ...answer, outcome: 'without-effect' })).toBe(
      'Nothing was done: it ended at 09:00 UTC.',
    );
    expect(wordsFor({ ...answer, outcome: 'not-found' })).toMatch(/not known/);
    expect(wordsFor(undefined)).toMatch(/^Accepted/);
  });
});
