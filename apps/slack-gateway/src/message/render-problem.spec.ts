import type { ProblemView } from '@gomon/contracts';
import { startSlackSimulator, type SlackSimulator } from '@gomon/testing';
import fc from 'fast-check';
import { problemView } from './problem-view.spec-support.js';
import { renderAnnouncement, renderPlainly, renderProblem } from './render-problem.js';

const tell = { channel: '#alert-critical' };

function shown(problem: ProblemView): string {
  return JSON.stringify(renderProblem(problem, tell));
}

function withPrimary(more: Partial<ProblemView['primary']>): ProblemView {
  const view = problemView();
  return { ...view, primary: { ...view.primary, ...more } };
}

const linked = {
  opsgenieIncidentId: 'og-1',
  externalUrl: 'https://og.example/1?a=1&b=2',
  providerStatus: 'open',
  at: '2026-03-01T09:00:02.000Z',
} as const;

function withIncident(more: Partial<NonNullable<ProblemView['incident']>>): ProblemView {
  return problemView({
    incident: {
      id: '0195a1b2-0000-7000-8000-000000000002',
      status: 'open',
      openedAt: '2026-03-01T09:00:01.000Z',
      openedBy: { kind: 'system', id: 'severity' },
      why: 'P1 is urgent',
      ...more,
    },
  });
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
      'namespace=shop · pod=db-0',
      'Acknowledge',
      'Resolve',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('loses Acknowledge once somebody did, and every button at the end but why', () => {
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
    expect(shown(resolved)).not.toContain('Silence for');
    expect(shown(resolved)).toContain('Why?');
    expect(shown({ ...acknowledged, ...resolved, acknowledged: acknowledged.acknowledged })).toContain(
      'it was acknowledged by Alice',
    );
    expect(shown(problemView({ status: 'archived' }))).toContain('*Archived*');
    expect(shown(problemView({ status: 'archived' }))).not.toContain('"actions"');
    const escalated = {
      at: '2026-03-01T09:05:00.000Z',
      by,
      from: 'P2',
      to: 'P1',
      note: 'all of it',
    } as const;
    expect(shown(problemView({ status: 'escalated', escalated }))).toContain(
      '📣 *escalated* from P2 by Alice (all of it)',
    );
  });

  it('has buttons for what can be done now', () => {
    const by = { kind: 'slack', id: 'U1', name: 'Alice' } as const;
    const at = '2026-03-01T09:05:00.000Z';
    const buttonsOf = (problem: ProblemView) =>
      [...shown(problem).matchAll(/"action_id":"([\w-]+)"/g)].map(([, action]) => action);
    expect(buttonsOf(problemView({ severity: 'P2' }))).toEqual([
      'more',
      'acknowledge',
      'resolve',
      'escalate',
      'assign-to-me',
      'open-incident',
    ]);
    expect(buttonsOf(problemView({ severity: 'P0', acknowledged: { at, by } }))).toEqual([
      'more',
      'unacknowledge',
      'resolve',
      'assign-to-me',
      'open-incident',
    ]);
    expect(buttonsOf(problemView({ resolved: { at, by: 'person', actor: by } }))).toEqual(['more', 'reopen']);
    expect(buttonsOf(problemView({ resolved: { at, by: 'source' } }))).toEqual(['more']);
  });

  it('says whose it is, that it was de-escalated, and that it was noise', () => {
    const by = { kind: 'slack', id: 'U1', name: 'Alice' } as const;
    const at = '2026-03-01T09:05:00.000Z';
    expect(shown(problemView({ assigned: { at, by, to: 'Carol <!here>' } }))).toContain(
      '👤 Carol &lt;!here&gt;',
    );
    expect(shown(problemView({ escalated: { at, by, from: 'P2', to: 'P4' } }))).toContain(
      'de-escalated from P2 by Alice',
    );
    expect(shown(problemView({ resolved: { at, by: 'person', actor: by, noise: true } }))).toContain(
      '*Marked as noise* by Alice',
    );
  });

  it('has a button that creates an incident, as long as there is none', () => {
    expect(shown(problemView({ severity: 'P3' }))).toContain('"Create incident"');
    expect(shown(withIncident({}))).not.toContain('"Create incident"');
  });

  it('says how its incident stands in the provider, and leads there', () => {
    expect(shown(withIncident({}))).toContain('*Incident*: being created in Opsgenie');
    expect(shown(withIncident({ linked }))).toContain(
      '*Incident* open <https://og.example/1?a=1&amp;b=2|in Opsgenie>',
    );
    const failure = { at: '2026-03-01T09:00:05.000Z', reason: 'Opsgenie does not answer <!here>' };
    expect(shown(withIncident({ failure }))).toContain('⚠️ Opsgenie does not answer &lt;!here&gt;');
    expect(shown(withIncident({ linked: { ...linked, externalUrl: 'javascript:alert(1)' } }))).not.toContain(
      'javascript',
    );
    const over = withIncident({ linked, status: 'resolved' });
    expect(
      shown({ ...over, status: 'resolved', resolved: { at: '2026-03-01T10:30:00.000Z', by: 'source' } }),
    ).toContain('*Incident* resolved <https://og.example');
  });

  it('says its state to those who see no emoji', () => {
    const { text } = renderProblem(problemView({ status: 'acknowledged' }), tell);
    expect(text).toBe('🔴 P1 acknowledged: DiskFull: The disk of db-0 is full');
  });

  it('of many alerts counts them and names the first, to the unit', () => {
    const member = { severity: 'P1', status: 'firing', primary: false } as const;
    const members = Array.from({ length: 20 }, (_, index) => ({
      ...member,
      alertId: problemView().id,
      title: `Disk ${index}`,
    }));
    const text = shown(problemView({ members, counts: { total: 1_500, firing: 800, resolved: 700 } }));
    expect(text).toContain('800 of 1500 alerts firing');
    expect(text).toContain('• Disk 0 (firing)');
    expect(text).toContain('and 1495 more');
  });

  it('shows measured values, zero as well, or, from older senders, their text', () => {
    expect(shown(withPrimary({ values: { B: 0, A: 0.1 + 0.2, C: null } }))).toContain(
      'B = 0 · A = 0.3 · namespace',
    );
    expect(shown(withPrimary({ values: { B: null }, valueString: "[ var='B' value=7 ]" }))).toContain(
      "[ var='B' value=7 ] · namespace",
    );
  });

  it.each(['', '  ', '\u200b\u202e', '<no value>', 'undefined'])(
    'with the title %j has a name all the same',
    (title) => {
      expect(shown(problemView({ title }))).toContain('P1 Unnamed alert of grafana');
    },
  );

  it('does not say the same twice', () => {
    const view = withPrimary({
      annotations: { summary: 'DiskFull', description: 'twice', message: 'twice' },
    });
    expect(shown(view).split('twice')).toHaveLength(3);
    expect(JSON.stringify(renderProblem(view, tell).blocks).split('twice')).toHaveLength(2);
    expect(JSON.stringify(renderProblem(view, tell).blocks).split('DiskFull')).toHaveLength(2);
  });

  it('shows what its source says character for character, with no formatting of its own', () => {
    const texts = {
      labels: { job: '`cron`', instance: 'web_1_prod~old~:9100' },
      annotations: {
        summary: '*all* _targets_ of ~pool~ `x` ```down``` :skull: @here',
        description: '> quote',
      },
    };
    const { blocks } = renderProblem({ ...withPrimary(texts), title: 'job_*_failed' }, tell);
    const outside = blocks.flatMap(({ text }) => {
      const { type, text: content } = (text ?? {}) as { type?: string; text?: string };
      return type === 'plain_text' ? [content?.replaceAll('&gt;', '>')] : [];
    });
    expect(outside).toEqual([
      '🔴 P1 job_*_failed',
      texts.annotations.summary,
      '> quote',
      'job=`cron` · instance=web_1_prod~old~:9100',
    ]);
  });

  it('shows a runbook that is no link as text, and a link that is too long cut', () => {
    const about = { runbookUrl: 'javascript:alert(1)', panelUrl: `https://x/?q=${'z'.repeat(2_500)}` };
    const text = shown(withPrimary({ about }));
    expect(text).toContain('"text":"Runbook: javascript:alert(1)"');
    expect(text).toMatch(/"text":"Panel: https:\/\/x\/\?q=z+…"/);
  });

  it('says whose it is and where it runs, and that there is no runbook', () => {
    const about = { owner: 'team-<shop>', workload: 'deployment/cart', node: 'worker-3' };
    const text = shown(withPrimary({ about }));
    for (const part of ['team team-&lt;shop&gt;', 'deployment/cart', 'node worker-3', 'No runbook'])
      expect(text).toContain(part);
    expect(shown(withPrimary({ about: { runbookUrl: 'https://wiki.example/a' } }))).not.toContain(
      'No runbook',
    );
  });

  it('says what keeps it quiet', () => {
    const muted = {
      since: '2026-03-01T09:00:00.000Z',
      by: [
        {
          kind: 'silence' as const,
          silenceId: '0195a1b2-0000-7000-8000-000000000009',
          why: 'silenced by Alice: <!channel>',
        },
        { kind: 'flapping' as const, why: 'it changes all the time' },
      ],
    };
    const text = shown(problemView({ muted, flappingSince: muted.since }));
    expect(text).toContain('🔕 silenced by Alice: &lt;!channel&gt;');
    expect(text).toContain('Flapping: quiet until it is stable');
  });

  it('says what lies behind it, and of which problem it became a part', () => {
    const likelyCause = { why: 'NodeDown, 20 s before 14 alerts that follow from it <!channel>', score: 0.9 };
    expect(shown(problemView({ likelyCause }))).toContain(
      '🔎 Likely cause (90 %): NodeDown, 20 s before 14 alerts that follow from it &lt;!channel&gt;',
    );
    const mergedInto = { problemId: 'p-2', at: '2026-03-01T09:05:00.000Z', why: 'part of NodeDown' };
    const over = problemView({
      mergedInto,
      resolved: { at: mergedInto.at, by: 'merge', reason: 'part of NodeDown' },
      status: 'resolved',
    });
    expect(shown(over)).toContain('➡️ Part of problem p-2: part of NodeDown');
    expect(shown(over)).toContain('it is part of another problem now');
  });

  it.each([
    [['here'], ['!here']],
    [
      ['channel', 'U0BOB0000'],
      ['!channel', '@U0BOB0000'],
    ],
    [['S0SHOPLEADS'], ['!subteam^S0SHOPLEADS']],
    [['everyone', '!channel> <@U1', ''], []],
  ])('that asks for attention mentions whom it shall, and nobody else: %j', async (mention, pings) => {
    const why = 'nobody has acknowledged it: <!channel> <@U1>';
    const announced = { version: 2, at: '2026-03-01T09:05:00.000Z', why, mention };
    const judgement = await judged(renderAnnouncement(problemView(), announced));
    expect(judgement.error).toBeUndefined();
    expect([...new Set(judgement.pings)].toSorted()).toEqual(pings);
  });

  it('leaves out of a leftover of a template nothing, and lets it do no harm', () => {
    const summary = '{{ $labels.pod }} of {{ .Values }} <!here>';
    expect(shown(withPrimary({ annotations: { summary } }))).toContain(
      '{{ $labels.pod }} of {{ .Values }} &lt;!here&gt;',
    );
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

/** Control sequences that are none of ours: times, and links with labels of our own. */
function markupIn(rendered: object): readonly string[] {
  const ours =
    /^<(!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d :-]+ UTC|https?:[^<>|\s]+\|[A-Z][a-z ]+)>$/;
  const texts = textsIn(rendered);
  return texts.flatMap((text) => text.match(/<[^>]*>?/g) ?? []).filter((markup) => !ours.test(markup));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe('whatever stands in an alert', () => {
  it('the largest message is one that Slack takes', async () => {
    const long = (letter: string) => letter.repeat(8_000);
    const labels = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`label-${index}`, long('l')] as const),
    );
    const url = `https://x/?q=${'&'.repeat(1_500)}`;
    const view = withPrimary({
      labels,
      annotations: { summary: long('<'), description: long('&'), message: long('m') },
      about: { runbookUrl: url, dashboardUrl: url, panelUrl: url, owner: long('o'), workload: long('w') },
      generatorUrl: url,
      silenceUrl: url,
      values: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${long('v')}${index}`, index])),
    });
    const by = { kind: 'slack', id: 'U1', name: long('n') } as const;
    const problem = {
      ...view,
      title: long('t'),
      acknowledged: { at: view.openedAt, by, note: long('a') },
      timeline: [{ at: view.openedAt, text: long('t') }],
      members: Array.from({ length: 20 }, () => ({
        alertId: view.id,
        title: long('m'),
        severity: 'P0' as const,
        status: 'firing' as const,
        primary: false,
      })),
      counts: { total: 20, firing: 20, resolved: 0 },
    };
    const rendered = renderProblem(problem, { channel: long('c') }, { note: long('n') });
    expect(await judged(rendered)).toEqual({ pings: [] });
    expect(textsIn(rendered.blocks).join('').length).toBeLessThan(13_000);
    expect(rendered.text.length).toBeLessThanOrEqual(4_000);
  });

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
          about: {
            runbookUrl: title,
            dashboardUrl: `https://x/${title}`,
            panelUrl: `https://x/?q=${title}`,
            owner: title,
            workload: title,
          },
          silenceUrl: `http://x/#${title}`,
        });
        const problem = { ...view, title: title || 'x', timeline: [{ at: view.openedAt, text: title }] };
        const rendered = renderProblem(problem, { channel: title }, { note: title });
        expect(markupIn(rendered)).toEqual([]);
        expect(await judged(rendered)).toEqual({ pings: [] });
        expect(await judged(renderPlainly(problem))).toEqual({ pings: [] });
        expect(rendered.text.length).toBeLessThanOrEqual(4_000);
      }),
      { numRuns: 60 },
    );
  });
});
