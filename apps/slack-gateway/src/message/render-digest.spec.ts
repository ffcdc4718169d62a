import type { ToldDigest } from '@gomon/contracts';
import { startSlackSimulator, type SlackSimulator } from '@gomon/testing';
import fc from 'fast-check';
import { problemView } from './problem-view.spec-support.js';
import { renderDigest } from './render-digest.js';
import { renderProblem } from './render-problem.js';

const AT = '2026-03-01T09:00:00.000Z';
const STORM = { rule: 'x', since: AT, from: AT, joined: 0, ended: 0, digests: 1, nextAt: AT };

const DIGEST: ToldDigest = {
  version: 2,
  number: 1,
  at: AT,
  from: AT,
  joined: 120,
  ended: 3,
  total: 121,
  firing: 118,
  severities: [
    { severity: 'P1', total: 1, firing: 1 },
    { severity: 'P3', total: 120, firing: 117 },
  ],
  namespaces: [
    { name: 'shop', total: 80, firing: 78 },
    { name: '', total: 1, firing: 1 },
  ],
  otherNamespaces: { names: 7, total: 40, firing: 39 },
  titles: [{ name: 'KubePodNotReady', total: 121, firing: 118 }],
  last: false,
};

function shown(digest: ToldDigest, storm: typeof STORM | undefined = STORM): string {
  const problem = problemView(storm === undefined ? {} : { storm });
  const { blocks } = renderDigest(problem, digest) as { blocks: readonly { text?: { text: string } }[] };
  return blocks.map((block) => block.text?.text ?? JSON.stringify(block)).join('\n');
}

describe('a digest', () => {
  it('says how many of what fire, and when the next one comes', () => {
    const text = shown(DIGEST);
    for (const part of [
      'Digest 1: 118 of 121 alerts are firing; 120 joined and 3 ended since the last.',
      'By severity: P1 1 · P3 117 of 120',
      'By namespace: shop 78 of 80 · no namespace 1 · 7 other namespaces 39 of 40',
      'Firing, of all:\n• KubePodNotReady: 118 of 121',
      'The next digest <!date^',
    ])
      expect(text).toContain(part);
  });

  it('says at the end what is still open', () => {
    const text = shown({ ...DIGEST, number: 3, last: true }, undefined);
    expect(text).toContain('Digest 3, the last, the storm is over: 118 of 121 alerts are still open');
    expect(text).toContain('Still open, of all:');
    expect(text).not.toContain('next digest');
    expect(shown({ ...DIGEST, firing: 0, last: true })).toContain('none of 121 alerts is open any more');
  });

  it('is what the message of the problem leads to while the storm goes on', () => {
    const message = (storm: typeof STORM | undefined) =>
      JSON.stringify(renderProblem(problemView(storm === undefined ? {} : { storm }), { channel: '#a' }));
    expect(message(STORM)).toContain('*storm* since <!date^');
    expect(message(undefined)).not.toContain('storm');
  });
});

describe('whatever alerts are called', () => {
  let slack: SlackSimulator;

  beforeAll(async () => {
    slack = await startSlackSimulator({ botToken: 't', signingSecret: 's', rateLimits: false });
  });

  afterAll(() => slack.stop());

  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3_000 }).map((text) => text.toWellFormed().replaceAll('\0', '')),
    fc.constantFrom('<!channel>', '<!here|x> <@U1>', '*bold* `code`', '&'.repeat(3_000), '👩‍👩‍👧‍👦'.repeat(500)),
  );
  const shares = fc.array(fc.record({ name, total: fc.constant(1_000_000), firing: fc.nat(1_000_000) }), {
    maxLength: 5,
  });

  it('Slack takes the digest, and nobody is pinged', async () => {
    await fc.assert(
      fc.asyncProperty(shares, shares, name, async (namespaces, titles, title) => {
        const digest = { ...DIGEST, namespaces, titles };
        const rendered = renderDigest(problemView({ title: title || 'x', storm: STORM }), digest);
        const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: 'Bearer t' },
          body: JSON.stringify({ channel: 'general', ...rendered }),
        });
        expect(await response.json()).toMatchObject({ ok: true });
        expect(slack.workspace.byIdOrName('general')?.messages.at(-1)?.pings).toEqual([]);
        expect(JSON.stringify(rendered.blocks).length).toBeLessThan(13_000);
        expect(rendered.text.length).toBeLessThanOrEqual(1_000);
      }),
      { numRuns: 60 },
    );
  });
});
