import { ALICE, answerOf, at, endOf, saying, Story } from './story.spec-support.js';

const startsAt = at('08:59');
const GATEWAY = { kind: 'system', id: 'slack-gateway' } as const;

function firing(): Story {
  const story = new Story();
  story.report('09:00', saying('firing', { startsAt }));
  return story;
}

describe('an acknowledgement', () => {
  it('is told silently, with who and when', () => {
    const story = firing();
    expect(answerOf(story.acknowledge('09:05', story.problem))).toBe('done: acknowledged');
    expect(story.told.at(-1)).toBe('changed v2 acknowledged');
    const scope = { severity: 'P2', owners: [], alerts: 1 };
    expect(story.problem.acknowledged).toEqual({ at: at('09:05'), by: ALICE, scope });
    expect(story.alert.acknowledged).toEqual({ at: at('09:05'), by: ALICE, scope });
    expect(story.last?.actions).toMatchObject([{ action: 'acknowledged', actor: ALICE, before: 'firing' }]);
  });

  it('of two people at once is the first one’s, and the second is told so', () => {
    const story = firing();
    story.acknowledge('09:05', story.problem);
    const second = story.acknowledge('09:06', story.problem, { kind: 'slack', id: 'U2', name: 'Bob' });
    expect(answerOf(second)).toBe('without-effect: Alice acknowledged it at 09:05 UTC');
    expect(story.told).toHaveLength(2);
  });

  it('that comes after the end changes nothing and says when that was', () => {
    const story = firing();
    story.report('09:10', saying('resolved', { startsAt, endsAt: at('09:09') }));
    expect(answerOf(story.acknowledge('09:11', story.problem))).toBe('without-effect: it ended at 09:09 UTC');
    expect(story.problem.acknowledged).toBeUndefined();
  });

  it('of something unknown is not found', () => {
    const story = firing();
    const unknown = { ...story.problem, id: '00000000-0000-7000-8000-000000000000' };
    expect(answerOf(story.acknowledge('09:05', unknown))).toMatch(/^not-found/);
  });

  it('may name an alert of the problem', () => {
    const story = firing();
    const outcome = story.command('09:05', {
      type: 'gomon.command.v1.acknowledge-problem',
      data: { actor: ALICE, target: { kind: 'alert', id: story.alert.id }, note: 'on it' },
    });
    expect(answerOf(outcome)).toBe('done: acknowledged');
    expect(story.problem.timeline.at(-1)?.text).toBe('acknowledged by Alice: on it');
  });
});

describe('an end by hand', () => {
  it('is provisional: repeats stay quiet for an hour, then the same problem is announced once more', () => {
    const story = firing();
    story.resolve('09:10', story.problem);
    expect(story.told.at(-1)).toBe('resolved v2 resolved');
    for (const clock of ['09:20', '09:40', '10:09']) {
      expect(story.report(clock, saying('firing', { startsAt })).map(endOf)).toEqual(['repeated']);
    }
    expect(story.told).toHaveLength(2);
    story.report('10:10', saying('firing', { startsAt }));
    story.report('10:20', saying('firing', { startsAt }));
    expect(story.told.slice(2)).toEqual(['changed v3 firing !']);
    expect(story.problem.timeline.at(-1)?.text).toBe('still firing 1 h after it was resolved by hand');
  });

  it('tells who made it that the source has not reported an end', () => {
    const story = firing();
    expect(story.resolve('09:10', story.problem)).toMatchObject({
      hint: 'The source has not reported the end of DiskFull: repeats stay quiet until 10:10 UTC, then the problem comes back',
    });
  });

  it('does not hide a new beginning', () => {
    const story = firing();
    story.resolve('09:10', story.problem);
    story.report('09:20', saying('firing', { startsAt: at('09:19') }));
    expect(story.announced).toBe(2);
    expect(story.problems).toHaveLength(2);
  });

  it('stays quiet for a source that moves startsAt with every repeat', () => {
    const story = firing();
    story.report('09:05', saying('firing', { startsAt: at('09:05') }));
    story.resolve('09:10', story.problem);
    story.report('09:15', saying('firing', { startsAt: at('09:15') }));
    expect(story.announced).toBe(1);
  });

  it('is final once the source reports the end too', () => {
    const story = firing();
    story.resolve('09:10', story.problem);
    expect(story.report('09:15', saying('resolved', { startsAt })).map(endOf)).toEqual(['repeated']);
    expect(story.report('11:00', saying('firing', { startsAt })).map(endOf)).toEqual(['late']);
  });
});

describe('archiving', () => {
  it('ends the alert and its problem, with the reason', () => {
    const story = firing();
    expect(answerOf(story.archive('09:10', story.alert))).toBe('done: archived');
    expect(story.told.at(-1)).toBe('archived v2 archived');
    expect(story.alert.archived).toEqual({ at: at('09:10'), by: ALICE, reason: 'a test of ours' });
    expect(answerOf(story.archive('09:11', story.alert))).toBe(
      'without-effect: Alice archived it at 09:10 UTC',
    );
  });

  it('keeps repeats quiet for an hour; what still fires then is a new problem', () => {
    const story = firing();
    story.archive('09:10', story.alert);
    expect(story.report('09:30', saying('firing', { startsAt })).map(endOf)).toEqual(['repeated']);
    expect(story.report('10:30', saying('firing', { startsAt })).map(endOf)).toEqual(['told']);
    expect(story.problems).toHaveLength(2);
  });
});

describe('the record of what was told', () => {
  const told = {
    receiver: 'slack' as const,
    channel: '#a',
    channelId: 'C1',
    ts: '1.1',
    version: 1,
    at: at('09:01'),
  };
  const record = (story: Story, outcome: object) =>
    story.command('09:01', {
      type: 'gomon.command.v1.record-told',
      data: {
        actor: GATEWAY,
        problemId: story.problem.id,
        outcome: { kind: 'told', told: { ...told, ...outcome } },
      },
    });

  it('counts what waited up to the version shown, and makes no fact', () => {
    const story = firing();
    story.report('09:01', saying('resolved', { startsAt }));
    expect(story.problem.untold).toEqual([
      { version: 1, observations: 1 },
      { version: 2, observations: 1 },
    ]);
    record(story, {});
    expect(story.problem).toMatchObject({
      version: 2,
      told: [told],
      untold: [{ version: 2, observations: 1 }],
    });
    record(story, { version: 2 });
    expect(story.problem.untold).toEqual([]);
    expect(story.told).toHaveLength(2);
  });

  it('does not go back to an older version', () => {
    const story = firing();
    record(story, { version: 2 });
    expect(answerOf(record(story, { version: 1 }))).toBe('without-effect: known');
    expect(story.problem.told).toEqual([{ ...told, version: 2 }]);
  });

  it('follows a message that was posted again', () => {
    const story = firing();
    record(story, {});
    record(story, { ts: '2.2', at: at('09:05') });
    expect(story.problem.told).toEqual([{ ...told, ts: '2.2', at: at('09:05') }]);
  });

  it('notes once that it cannot be told', () => {
    const story = firing();
    const outcome = {
      kind: 'failed',
      receiver: 'slack',
      channel: '#a',
      version: 1,
      at: at('09:01'),
      reason: 'gone',
    } as const;
    for (let time = 0; time < 2; time += 1) {
      story.command('09:01', {
        type: 'gomon.command.v1.record-told',
        data: { actor: GATEWAY, problemId: story.problem.id, outcome },
      });
    }
    expect(story.problem.timeline.slice(1).map(({ text }) => text)).toEqual([
      'cannot be told in #a (slack): gone',
    ]);
    expect(story.problem.version).toBe(1);
  });
});

describe('time', () => {
  it('ends what its source has not repeated for six hours; a later report continues the episode', () => {
    const story = firing();
    story.tick('15:01', '15:01');
    expect(story.told.at(-1)).toBe('resolved v2 resolved');
    expect(story.alert.resolved).toMatchObject({ by: 'timeout' });
    story.report('15:10', saying('firing', { startsAt }));
    expect(story.told.at(-1)).toBe('changed v3 firing !');
    expect(story.problem.resolved).toBeUndefined();
  });

  it('does not pass while we do not listen', () => {
    const story = firing();
    story.tick('15:01', '15:01', '14:00');
    expect(story.alert).toMatchObject({ dueAt: at('20:00') });
    expect(story.alert.resolved).toBeUndefined();
  });

  it('ends nothing of a source that says no beginning twice', () => {
    const story = new Story();
    const inputs = story.inputs('09:00', [saying('firing', { startsAt })], { kind: 'api', instance: 'x' });
    story.transaction('09:00', inputs);
    story.tick('+1 09:00', '+1 09:00');
    expect(story.alert.resolved).toBeUndefined();
  });
});

it('what is done to an earlier episode leaves the newest one the newest', () => {
  const story = new Story();
  const startsAt = at('08:59');
  story.report('09:00', saying('firing', { startsAt }));
  const first = story.problem;
  story.report('09:10', saying('resolved', { startsAt, endsAt: at('09:09') }));
  story.report('09:20', saying('firing', { startsAt: at('09:19') }));
  story.archive('09:25', story.alerts.find(({ problemId }) => problemId === first.id) ?? story.alert);
  story.report('09:30', saying('firing', { startsAt: at('09:19') }));
  expect(story.alerts.map(({ episode }) => episode)).toEqual([1, 2]);
  expect(story.alerts[1]?.observations).toBe(2);
});
