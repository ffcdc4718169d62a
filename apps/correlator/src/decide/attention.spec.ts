import type { RulesFileInput } from '@gomon/contracts';
import { ALICE, at, rulesBy, saying, Story } from './story.spec-support.js';

const startsAt = at('08:59');
const firing = (severity: string) =>
  saying('firing', { startsAt, labels: { alertname: 'DiskFull', team: 'shop', severity } });

function story(severity = 'critical', file: RulesFileInput = {}): Story {
  const one = new Story(rulesBy(file));
  one.report('09:00', firing(severity));
  return one;
}

const toP0: RulesFileInput = {
  unacknowledged: { escalate: [{ after: '15m', to: 'P0', mention: ['here'] }] },
};

const announcements = ({ facts }: Story) =>
  facts.flatMap(({ announce, problem }) => (announce ? [problem.announced?.why] : []));

describe('what is not urgent', () => {
  it.each([
    ['P0', undefined],
    ['P1', undefined],
    ['P2', at('09:00:01')],
    ['P4', at('09:00:01')],
  ])('waits a moment before it is told: %s', (severity, publishAt) => {
    expect(story(severity).facts[0]?.publishAt).toBe(publishAt);
  });

  it('is told with all that happened to it meanwhile', () => {
    const one = story('warning');
    one.transaction(
      '09:00',
      one.inputs('09:00', [saying('resolved', { startsAt, labels: firing('warning').labels })]),
    );
    expect(one.facts.map(({ publishAt }) => publishAt)).toEqual([at('09:00:01'), at('09:00:01')]);
  });

  it('waits no longer when it becomes urgent', () => {
    const one = new Story(rulesBy({ identity: { rules: [{ labels: ['alertname'] }] } }));
    one.report('09:00', firing('warning'));
    one.report('09:00', firing('page'));
    expect(one.facts.map(({ publishAt }) => publishAt)).toEqual([at('09:00:01'), undefined]);
  });

  it('is told at once where the rules say so', () => {
    expect(story('warning', { hold: '0s' }).facts[0]?.publishAt).toBeUndefined();
  });
});

describe('a problem that nobody acknowledges', () => {
  it('is reminded of twice, five minutes after it was told last, and then escalated', () => {
    const one = story();
    expect(one.problem.dueAt).toBe(at('09:05'));
    one.tickProblems('09:04:59');
    expect(one.announced).toBe(1);
    one.tickProblems('09:05');
    one.tickProblems('09:09');
    one.tickProblems('09:10');
    one.tickProblems('09:14');
    expect(announcements(one)).toEqual([
      'first report',
      'nobody has acknowledged it for 5 min',
      'nobody has acknowledged it for 10 min',
    ]);
    one.tickProblems('09:15');
    expect(one.problem).toMatchObject({
      severity: 'P1',
      announced: { why: 'escalated: nobody has acknowledged it for 15 min', mention: ['here'] },
    });
    one.tickProblems('23:00');
    expect(one.announced).toBe(4);
    expect(one.problem.dueAt).toBeUndefined();
  });

  it('becomes worse where the rules say so', () => {
    const one = story('critical', toP0);
    for (const clock of ['09:05', '09:10', '09:15']) one.tickProblems(clock);
    expect(one.problem).toMatchObject({
      severity: 'P0',
      escalated: { from: 'P1', to: 'P0', by: { kind: 'system', id: 'escalation' } },
      announced: { why: 'escalated from P1 to P0: nobody has acknowledged it for 15 min', mention: ['here'] },
    });
  });

  it('of little weight is not reminded of', () => {
    const one = story('warning');
    expect(one.problem.dueAt).toBeUndefined();
    one.tickProblems('20:00');
    expect(one.announced).toBe(1);
  });

  it.each([
    ['acknowledged', (one: Story) => one.acknowledge('09:04', one.problem)],
    ['resolved by hand', (one: Story) => one.resolve('09:04', one.problem)],
    ['archived', (one: Story) => one.archive('09:04', one.alert)],
    [
      'resolved by its source',
      (one: Story) =>
        one.report('09:04', saying('resolved', { startsAt, labels: firing('critical').labels })),
    ],
  ])('is left alone once it is %s', (_, happens) => {
    const one = story();
    happens(one);
    one.tickProblems('20:00');
    expect(one.announced).toBe(1);
    expect(one.problem.dueAt).toBeUndefined();
  });

  it('is reminded of anew when whoever was on it is not any more', () => {
    const one = story();
    one.acknowledge('09:04', one.problem);
    one.command('10:00', {
      type: 'gomon.command.v1.unacknowledge-problem',
      data: { actor: ALICE, target: { kind: 'problem', id: one.problem.id } },
    });
    one.tickProblems('10:04:59');
    expect(one.announced).toBe(1);
    one.tickProblems('10:05');
    expect(one.announced).toBe(2);
  });

  it('is overdue by no time in which we did not listen', () => {
    const one = story();
    one.tickProblems('12:00', '12:00');
    expect(one.announced).toBe(1);
    expect(one.problem.dueAt).toBe(at('12:05'));
    one.tickProblems('12:05', '12:00');
    expect(announcements(one).at(-1)).toBe('nobody has acknowledged it for 185 min');
  });

  it('leaves a line in the audit for each reminder and step', () => {
    const one = story('critical', toP0);
    const actions = ['09:05', '09:10', '09:15'].flatMap((clock) => {
      one.tickProblems(clock);
      return one.last?.actions.map(({ action, actor }) => `${action} by ${actor.id}`);
    });
    expect(actions).toEqual(['reminded by escalation', 'reminded by escalation', 'escalated by escalation']);
  });
});

describe('an owner', () => {
  const file: RulesFileInput = {
    people: [{ name: 'Bob', slack: 'U0BOB0000', role: 'responder' }],
    owners: [
      {
        name: 'shop',
        matchers: ['team="shop"'],
        slack: { channel: '#team-shop' },
        escalate: [
          { after: '2m', mention: ['Bob'] },
          { after: '4m', to: 'P0', mention: ['S0SHOPLEADS', 'channel'] },
        ],
      },
    ],
  };

  it('is told in the channel of the team what is not for everybody', () => {
    expect(story('warning', file).problem).toMatchObject({ channel: '#team-shop' });
    expect(story('warning', file).alert.about).toMatchObject({ owner: 'shop' });
    expect(story('critical', file).problem.channel).toBe('#alert-critical');
  });

  it('has an escalation of its own', () => {
    const one = story('critical', file);
    one.tickProblems('09:02');
    expect(one.problem).toMatchObject({ severity: 'P1', announced: { mention: ['U0BOB0000'] } });
    one.tickProblems('09:04');
    expect(one.problem).toMatchObject({
      severity: 'P0',
      announced: { mention: ['S0SHOPLEADS', 'channel'] },
    });
    one.tickProblems('09:08:59');
    expect(one.announced).toBe(3);
    one.tickProblems('09:09');
    expect(one.announced).toBe(4);
  });
});
