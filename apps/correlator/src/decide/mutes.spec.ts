import type { RulesFileInput, SilenceTerms } from '@gomon/contracts';
import { ALICE, at, endOf, rulesBy, saying, Story } from './story.spec-support.js';

const alert = (alertname: string, labels: Record<string, string> = {}) =>
  saying('firing', { labels: { alertname, severity: 'warning', ...labels }, startsAt: at('08:59') });
const over = (alertname: string, labels: Record<string, string> = {}) =>
  saying('resolved', {
    labels: { alertname, severity: 'warning', ...labels },
    startsAt: at('08:59'),
    endsAt: at('09:30'),
  });
const shop: SilenceTerms['matchers'] = [{ name: 'namespace', operator: '=', value: 'shop' }];
const problemOf = (story: Story, title: string) => {
  const problem = story.problems.findLast((one) => one.title === title);
  if (problem === undefined) throw new Error(`no problem ${title}`);
  return problem;
};
const toldOf = (story: Story, title: string) =>
  story.facts.flatMap(({ fact, problem, announce }) =>
    problem.title === title ? [`${fact}${announce ? ' !' : ''}`] : [],
  );

describe('a silence', () => {
  it('keeps what it is for from everybody, and says so', () => {
    const story = new Story();
    story.silence({ startsAt: at('08:00'), endsAt: at('10:00'), matchers: shop });
    const outcomes = story.report(
      '09:00',
      alert('A', { namespace: 'shop' }),
      alert('B', { namespace: 'web' }),
    );
    expect(outcomes.map(endOf)).toEqual(['muted', 'told']);
    expect(story.facts.map(({ problem }) => problem.title)).toEqual(['B']);
    expect(problemOf(story, 'A')).toMatchObject({
      version: 1,
      dueAt: at('10:00'),
      muted: {
        since: at('09:00'),
        by: [
          {
            kind: 'silence',
            why: 'silenced by Alice until 10:00 UTC (namespace="shop"): a disk is being replaced',
          },
        ],
      },
    });
    expect(story.last?.actions.map(({ action }) => action)).toEqual(['fired', 'fired', 'muted']);
    expect([...(story.last?.newlyMuted.values() ?? [])]).toEqual([1]);
  });

  it('that ends while it still fires lets it be told, once', () => {
    const story = new Story();
    story.silence({ startsAt: at('08:00'), endsAt: at('10:00'), matchers: shop });
    story.report('09:00', alert('A', { namespace: 'shop' }));
    story.report('09:30', alert('A', { namespace: 'shop' }));
    story.tickProblems('09:59');
    expect(story.facts).toEqual([]);
    story.tickProblems('10:00');
    story.tickProblems('10:01');
    story.report('10:02', alert('A', { namespace: 'shop' }));
    expect(story.told).toEqual(['opened v2 firing !']);
    expect(story.problem.announced?.why).toBe('no longer silenced, and it still fires');
  });

  it('keeps quiet about what came and went in it, and remembers it', () => {
    const story = new Story();
    story.silence({ startsAt: at('08:00'), endsAt: at('10:00'), matchers: shop });
    story.report('09:00', alert('A', { namespace: 'shop' }));
    expect(story.report('09:31', over('A', { namespace: 'shop' })).map(endOf)).toEqual(['muted']);
    story.tickProblems('10:00');
    expect(story.facts).toEqual([]);
    expect(story.alert).toMatchObject({ muted: { since: at('09:00') }, resolved: { by: 'source' } });
  });

  it('keeps quiet about what came and went in it also where it is reported later', () => {
    const story = new Story();
    story.silence({ startsAt: at('08:00'), endsAt: at('10:00'), matchers: shop });
    const late = story.report('10:30', alert('A', { namespace: 'shop' }), over('A', { namespace: 'shop' }));
    expect(late.map(endOf)).toEqual(['muted', 'muted']);
    expect(story.facts).toEqual([]);
  });

  it('does not cover what goes on after it, or began before it', () => {
    const story = new Story();
    story.silence({ startsAt: at('09:10'), endsAt: at('10:00'), matchers: shop });
    story.report('10:30', alert('A', { namespace: 'shop' }), over('A', { namespace: 'shop' }));
    story.report('10:31', alert('B', { namespace: 'shop' }));
    expect(story.facts.map(({ problem }) => problem.title)).toEqual(['A', 'B']);
  });

  it('does not tell again what had been told before it', () => {
    const story = new Story();
    story.report('08:30', alert('A', { namespace: 'shop' }));
    story.silence({ startsAt: at('09:00'), endsAt: at('10:00'), matchers: shop });
    story.tickProblems('09:00');
    expect(story.problem.muted).toBeDefined();
    story.tickProblems('10:00');
    expect(story.problem.muted).toBeUndefined();
    expect(story.announced).toBe(1);
  });

  it('tells at its end what became worse in it', () => {
    const story = new Story(rulesBy({ identity: { rules: [{ labels: ['alertname'] }] } }));
    story.report('08:30', alert('A', { namespace: 'shop' }));
    story.silence({ startsAt: at('09:00'), endsAt: at('10:00'), matchers: shop });
    story.report('09:30', alert('A', { namespace: 'shop', severity: 'page' }));
    expect(story.announced).toBe(1);
    expect(story.problem).not.toHaveProperty('incident');
    story.tickProblems('10:00');
    expect(story.announced).toBe(2);
    expect(story.problem.announced?.why).toContain('meanwhile: its source says P1 now');
    expect(story.problem.incident).toBeDefined();
  });

  it('opens no incident, reminds nobody, and does both when it ends', () => {
    const story = new Story();
    story.silence({ startsAt: at('08:00'), endsAt: at('10:00'), matchers: shop });
    story.report('09:00', alert('A', { namespace: 'shop', severity: 'page' }));
    story.tickProblems('09:30');
    expect(story.problem.incident).toBeUndefined();
    story.tickProblems('10:00');
    expect(story.problem.incident).toBeDefined();
    expect(story.problem.dueAt).toBe(at('10:05'));
  });

  it('does not keep a person from being heard who escalates', () => {
    const story = new Story();
    story.silence({ startsAt: at('08:00'), endsAt: at('10:00'), matchers: shop });
    story.report('09:00', alert('A', { namespace: 'shop' }));
    const target = { kind: 'problem' as const, id: story.problem.id };
    story.command('09:10', { type: 'gomon.command.v1.add-note', data: { actor: ALICE, target, text: 'hm' } });
    expect(story.facts).toEqual([]);
    story.command('09:11', { type: 'gomon.command.v1.escalate-problem', data: { actor: ALICE, target } });
    expect(story.told).toEqual(['opened v2 escalated !']);
  });

  it('with a recurrence is in force in its windows alone', () => {
    const story = new Story();
    const recurrence = { rrule: 'FREQ=DAILY', timezone: 'Europe/Berlin', durationMs: 3_600_000 };
    story.silence({ startsAt: '2026-02-01T01:00:00.000Z', matchers: shop, recurrence });
    story.report('01:30', alert('In', { namespace: 'shop' }));
    story.report('02:30', alert('After', { namespace: 'shop' }));
    expect(story.facts.map(({ problem }) => problem.title)).toEqual(['After']);
    expect(problemOf(story, 'In').dueAt).toBe(at('02:00'));
    story.tickProblems('02:00');
    expect(toldOf(story, 'In')).toEqual(['opened !']);
  });
});

describe('an inhibition', () => {
  const file: RulesFileInput = {
    identity: { rules: [{ labels: ['alertname'] }] },
    inhibit: [
      {
        source_matchers: ['severity=critical'],
        target_matchers: ['severity=~"warning|critical"'],
        equal: ['cluster'],
      },
    ],
  };
  const critical = (name: string, cluster?: string) =>
    alert(name, { severity: 'critical', ...(cluster === undefined ? {} : { cluster }) });

  it('acts by equal labels, of which two that are missing are equal, and never on both sides', () => {
    const story = new Story(rulesBy(file));
    const ends = story
      .report(
        '09:00',
        alert('B'),
        alert('C', { cluster: 'x' }),
        alert('E', { cluster: 'y' }),
        critical('A'),
        critical('D', 'y'),
        critical('F', 'y'),
      )
      .map(endOf);
    expect(ends).toEqual(['muted', 'told', 'muted', 'told', 'told', 'told']);
    expect(problemOf(story, 'B').muted?.by[0]?.why).toBe(
      'muted while A fires (rule inhibit[0]: both lack cluster)',
    );
    expect(problemOf(story, 'E').muted?.by[0]?.why).toContain('both have cluster="y"');
    const end = (name: string) => over(name, { severity: 'critical', cluster: 'y' });
    story.report('09:30', end('D'));
    story.tickProblems('09:30');
    expect(toldOf(story, 'E')).toEqual([]);
    story.report('09:31', end('F'));
    expect(story.last?.freed).toHaveLength(1);
    story.tickProblems('09:31');
    expect(toldOf(story, 'E')).toEqual(['opened !']);
  });

  it('that comes after the telling quiets what follows and rewrites nothing', () => {
    const story = new Story(rulesBy(file));
    story.report('08:00', alert('E', { cluster: 'y' }));
    story.report('09:00', critical('D', 'y'));
    story.report('09:10', alert('E', { cluster: 'y', note: 'other' }));
    expect(toldOf(story, 'E')).toEqual(['opened !']);
    expect(problemOf(story, 'E').muted).toBeUndefined();
    story.report('09:20', over('E', { cluster: 'y' }));
    story.report('09:40', { ...alert('E', { cluster: 'y' }), startsAt: at('09:39') });
    expect(toldOf(story, 'E')).toEqual(['opened !', 'resolved']);
  });

  it('does not cross clusters that are decided apart', () => {
    const story = new Story(rulesBy(file));
    story.report('09:00', critical('D', 'y'));
    const [input] = story.inputs('09:01', [alert('E', { cluster: 'y' })]);
    if (input === undefined) throw new Error('no input');
    story.transaction('09:01', [{ ...input, scope: 'other' }]);
    expect(toldOf(story, 'E')).toEqual(['opened !']);
  });

  it('follows what the source says of itself', () => {
    const story = new Story(rulesBy(file));
    story.report('09:00', alert('D', { cluster: 'y', severity: 'critical' }));
    story.report('09:01', alert('E', { cluster: 'y' }));
    story.report('09:02', alert('D', { cluster: 'y', severity: 'info' }));
    story.tickProblems('09:02');
    expect(toldOf(story, 'E')).toEqual(['opened !']);
  });
});
