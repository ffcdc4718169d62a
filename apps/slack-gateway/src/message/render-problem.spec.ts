import type { ProblemView } from '@gomon/contracts';
import { startSlackSimulator, type SlackSimulator } from '@gomon/testing';
import fc from 'fast-check';
import { problemView } from './problem-view.spec-support.js';
import { renderPlainly, renderProblem } from './render-problem.js';

const tell = { channel: '#alert-critical' };

function shown(problem: ProblemView): string {
  return JSON.stringify(renderProblem(problem, tell));
}

function withPrimary(more: Partial<ProblemView['primary']>): ProblemView {
  const view = problemView();
  return { ...view, primary: { ...view.primary, ...more } };
}

let slack: SlackSimulator;

beforeAll(async () => {
  slack = await startSlackSimulator({ botToken: 't', signingSecret: 's', rateLimits: false });
});

afterAll(() => slack.stop());

/** What Slack says of a message, and whom it would have pinged. */
async function judged(rendered: object): Promise<{ error?: string; pings: readonly string[] }> {
  const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer t' },
    body: JSON.stringify({ channel: 'general', ...rendered }),
  });
  const { error, response_metadata } = (await response.json()) as {
    error?: string;
    response_metadata?: object;
  };
  const pings = slack.workspace.byIdOrName('general')?.messages.at(-1)?.pings ?? [];
  return error === undefined ? { pings } : { error: `${error} ${JSON.stringify(response_metadata)}`, pings };
}

describe('a message', () => {
  it('says what, how bad, since when, where and what to do', () => {
    const text = shown(problemView());
    for (const part of [
      'P1 DiskFull',
      'The disk of db-0 is full',
      '*Firing* since',
      '`namespace=shop`',
      'Acknowledge',
      'Resolve',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('loses Acknowledge once somebody did, and every button at the end', () => {
    const by = { kind: 'slack', id: 'U1', name: 'Alice' } as const;
    const acknowledged = problemView({
      status: 'acknowledged',
      acknowledged: { at: '2026-03-01T09:05:00.000Z', by },
    });
    expect(shown(acknowledged)).toContain('acknowledged* by Alice');
    expect(shown(acknowledged)).not.toContain('"Acknowledge"');
    const resolved = problemView({
      status: 'resolved',
      resolved: { at: '2026-03-01T10:30:00.000Z', by: 'source' },
    });
    expect(shown(resolved)).toContain('*Resolved* by its source');
    expect(shown(resolved)).toContain('after 1 h 30 min');
    expect(shown(resolved)).not.toContain('"actions"');
  });

  it('says how an end came about', () => {
    const end = (by: 'person' | 'timeout', reason?: string) =>
      shown(
        problemView({
          status: 'resolved',
          resolved: { at: '2026-03-01T10:30:00.000Z', by, actor: { kind: 'api', id: 'ops' }, reason },
        }),
      );
    expect(end('person', 'fixed')).toContain('*Resolved* by ops');
    expect(end('person', 'fixed')).toContain('(fixed)');
    expect(end('timeout')).toContain('not repeated any more');
  });

  it.each(['<no value>', 'undefined', 'null', 'NaN', '<nil>'])(
    'never shows %s for a text that is not there',
    (text) => {
      expect(shown(withPrimary({ annotations: { summary: text, description: text } }))).not.toContain(
        text.replace(/[<>]/g, ''),
      );
    },
  );

  it.each(['javascript:alert(1)', 'not a link', '/relative', 'ftp://x/y'])(
    'makes no link of %s',
    (generatorUrl) => {
      expect(shown(withPrimary({ generatorUrl }))).not.toContain('|Source>');
    },
  );

  it('lets nothing in a link end its markup', () => {
    const text = shown(withPrimary({ generatorUrl: 'https://x/?q=a|b>c<!channel> d&e=f' }));
    expect(text).toContain('<https://x/?q=a%7Cb%3Ec%3C!channel%3E%20d&amp;e=f|Source>');
  });

  it('shows the most telling labels first, and says how many are left', () => {
    const labels = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`x${index}`, 'v']));
    const text = shown(withPrimary({ labels: { ...labels, namespace: 'shop', cluster: 'east' } }));
    expect(text.indexOf('cluster=east')).toBeLessThan(text.indexOf('namespace=shop'));
    expect(text).toContain('and 20 more');
  });
});

describe('whatever stands in an alert', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 5_000 }).map((text) => text.toWellFormed().replaceAll('\0', '')),
    fc.constantFrom(
      '<!channel>',
      '<!here|x> <@U1>',
      '&lt;!channel&gt;',
      '*bold* `code` <https://x|y>',
      '👩‍👩‍👧‍👦'.repeat(1_500),
      '&'.repeat(9_000),
      '\u202eevil',
    ),
  );
  const texts = fc.dictionary(
    nasty.filter((text) => text !== ''),
    nasty,
    { maxKeys: 20 },
  );

  it('Slack takes the message, and nobody is pinged', async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, nasty, async (labels, annotations, title) => {
        const view = withPrimary({
          labels,
          annotations: { ...annotations, summary: title, description: title },
          generatorUrl: title,
        });
        const problem = { ...view, title: title || 'x', timeline: [{ at: view.openedAt, text: title }] };
        const rendered = renderProblem(problem, { channel: title }, { note: title });
        expect(await judged(rendered)).toEqual({ pings: [] });
        expect(await judged(renderPlainly(problem))).toEqual({ pings: [] });
        expect(rendered.text.length).toBeLessThanOrEqual(4_000);
      }),
      { numRuns: 60 },
    );
  });
});
