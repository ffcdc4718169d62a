import type { AlertCommand, Matcher } from '@gomon/contracts';
import { TRANSITIONS } from './transitions.js';
import { ALICE, answerOf, at, rulesBy, saying, Story } from './story.spec-support.js';

const shop: Matcher = { name: 'namespace', operator: '=', value: 'shop' };
type Name = 'create-silence' | 'update-silence' | 'expire-silence';

function act(story: Story, clock: string, name: Name, data: object): string | undefined {
  const command = { type: `gomon.command.v1.${name}`, data: { actor: ALICE, ...data } } as Pick<
    AlertCommand,
    'type' | 'data'
  >;
  return answerOf(story.command(clock, command));
}

function silenceOf(story: Story) {
  const silence = story.state.around.silences.at(-1)?.data;
  if (silence === undefined) throw new Error('there is no silence');
  return silence;
}

const firing = (name = 'DiskFull') =>
  saying('firing', { labels: { alertname: name, namespace: 'shop' }, startsAt: at('08:59') });

describe('a silence', () => {
  it('is made with its author, from now for a while', () => {
    const story = new Story();
    const comment = 'the database moves';
    expect(act(story, '09:00', 'create-silence', { matchers: [shop], forMs: 3_600_000, comment })).toBe(
      'done: silenced until 10:00 UTC',
    );
    expect(silenceOf(story)).toMatchObject({
      matchers: [shop],
      startsAt: at('09:00'),
      endsAt: at('10:00'),
      comment,
      author: ALICE,
    });
    story.report('09:30', firing());
    expect(story.facts).toEqual([]);
  });

  it.each([
    [{ forMs: 1_000 }, 'matchers: at least one is needed, or a target'],
    [
      { matchers: [{ name: 'a', operator: '!=', value: 'x' }], forMs: 1_000 },
      'matchers: at least one must not match where its label is missing',
    ],
    [
      { matchers: [{ name: 'a', operator: '=~', value: '.*' }], forMs: 1_000 },
      'matchers: at least one must not match where its label is missing',
    ],
    [{ matchers: [shop] }, 'endsAt: it must end: at a time, with its alert, or come back in windows'],
    [{ matchers: [shop], endsAt: at('08:00') }, 'endsAt: it must be after the beginning'],
    [{ matchers: [shop], startsAt: at('07:00'), endsAt: at('08:00') }, 'endsAt: it is over already'],
    [{ matchers: [shop], endsAt: at('10:00'), forMs: 1_000 }, 'forMs: either it or endsAt'],
    [{ matchers: [shop], untilResolved: true }, 'untilResolved: only a silence of one alert can end with it'],
    [
      { matchers: [shop], recurrence: { rrule: 'FREQ=NEVER', timezone: 'UTC', durationMs: 60_000 } },
      'recurrence: FREQ must be one of HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY',
    ],
  ])('that cannot be is refused with its field: %j', (terms, message) => {
    const story = new Story();
    expect(act(story, '09:00', 'create-silence', { matchers: [], comment: 'c', ...terms })).toBe(
      `refused: ${message}`,
    );
    expect(story.state.around.silences).toEqual([]);
  });

  it('of one alert holds for its condition, over its episodes', () => {
    const story = new Story();
    story.report('09:00', firing(), firing('Other'));
    const [alert] = story.alerts;
    const target = { kind: 'alert', id: alert?.id };
    const terms = { target, matchers: [], forMs: 3_600_000, comment: 'snooze' };
    expect(act(story, '09:01', 'create-silence', terms)).toBe('done: DiskFull is silenced until 10:01 UTC');
    story.report('09:10', { ...firing(), status: 'resolved', endsAt: at('09:10') });
    story.report('09:20', { ...firing(), startsAt: at('09:19') });
    expect(story.facts.filter(({ fact }) => fact === 'opened')).toHaveLength(2);
    expect(story.problems.at(-1)?.muted?.by[0]?.why).toContain('(this alert): snooze');
  });

  it('until resolved ends with its alert', () => {
    const story = new Story();
    story.report('09:00', firing());
    const target = { kind: 'problem', id: story.problem.id };
    const terms = { target, matchers: [], untilResolved: true, comment: 'known' };
    expect(act(story, '09:01', 'create-silence', terms)).toBe('done: DiskFull is silenced');
    story.tickProblems('09:01');
    expect(story.problem.muted).toBeDefined();
    story.report('09:10', { ...firing(), status: 'resolved', endsAt: at('09:10') });
    expect(silenceOf(story).expired).toMatchObject({ by: { kind: 'system', id: 'resolved' } });
    story.report('09:20', { ...firing(), startsAt: at('09:19') });
    expect(story.facts.filter(({ fact }) => fact === 'opened')).toHaveLength(2);
    const [, again] = story.alerts;
    expect(again?.muted).toBeUndefined();
  });

  it('of what is over already cannot last until it is resolved', () => {
    const story = new Story();
    story.report('09:00', firing());
    story.resolve('09:05', story.problem);
    const target = { kind: 'problem', id: story.problem.id };
    expect(
      act(story, '09:06', 'create-silence', { target, matchers: [], untilResolved: true, comment: 'c' }),
    ).toBe('refused: untilResolved: the alert ended at 09:05 UTC');
  });

  it('is changed, and is over when somebody says so; what it kept back is told then', () => {
    const story = new Story();
    act(story, '09:00', 'create-silence', { matchers: [shop], forMs: 3_600_000, comment: 'c' });
    const { id: silenceId } = silenceOf(story);
    story.report('09:10', firing());
    expect(act(story, '09:20', 'update-silence', { silenceId, endsAt: at('12:00') })).toBe('done: changed');
    expect(story.last?.freed).toEqual([`silence:${silenceId}`]);
    story.tickProblems('10:30');
    expect(story.facts).toEqual([]);
    expect(act(story, '10:31', 'update-silence', { silenceId, endsAt: at('10:00') })).toBe(
      'refused: endsAt: it is over already',
    );
    expect(act(story, '10:32', 'expire-silence', { silenceId, reason: 'done' })).toBe('done: ended');
    story.tickProblems('10:32');
    expect(story.told).toEqual(['opened v2 firing !']);
    expect(act(story, '10:33', 'expire-silence', { silenceId })).toBe(
      'without-effect: it ended at 10:32 UTC by Alice',
    );
    expect(act(story, '10:34', 'update-silence', { silenceId, comment: 'x' })).toMatch(/^without-effect/);
  });

  it('that is not there is not found', () => {
    const silenceId = '019abb3c-6c10-7000-8000-000000000000';
    const story = new Story();
    expect(act(story, '09:00', 'expire-silence', { silenceId })).toBe(
      `not-found: there is no silence ${silenceId}`,
    );
    const target = { kind: 'problem', id: silenceId };
    expect(act(story, '09:00', 'create-silence', { target, matchers: [], forMs: 1_000, comment: 'c' })).toBe(
      `not-found: there is no problem ${silenceId}`,
    );
  });

  it.each(['create-silence', 'update-silence', 'expire-silence'] as const)(
    'takes a responder: %s',
    (name) => {
      const story = new Story(rulesBy({ people: [{ name: 'Bob', slack: 'U0BOB0000', role: 'admin' }] }));
      expect(act(story, '09:00', name, { matchers: [shop], forMs: 1_000, comment: 'c' })).toMatch(
        /^forbidden/,
      );
      expect(TRANSITIONS[name]).toMatchObject({ who: 'responder', told: 'not at all', action: '' });
    },
  );
});
