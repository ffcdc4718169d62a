import { rulesFile, type Actor, type AlertCommand } from '@gomon/contracts';
import { DEFAULT_RULES, rulesOf } from './rules.js';
import { ALICE, answerOf, at, endOf, saying, Story } from './story.spec-support.js';
import { TRANSITIONS } from './transitions.js';

const startsAt = at('08:59');
const BOB: Actor = { kind: 'slack', id: 'U2', name: 'Bob' };
type Name = keyof typeof TRANSITIONS;

function firing(severity = 'warning', rules = DEFAULT_RULES): Story {
  const story = new Story(rules);
  story.report('09:00', saying('firing', { startsAt, labels: { alertname: 'DiskFull', severity } }));
  return story;
}

function act(
  story: Story,
  clock: string,
  name: Name,
  more: Record<string, unknown> = {},
  actor: Actor = ALICE,
) {
  const target = { kind: 'problem', id: story.problem.id };
  return answerOf(
    story.command(clock, {
      type: `gomon.command.v1.${name}`,
      data: { actor, target, ...more },
    } as AlertCommand),
  );
}

describe('un-acknowledging', () => {
  it('leaves nobody on it, in the problem and its alerts', () => {
    const story = firing();
    story.acknowledge('09:05', story.problem);
    expect(act(story, '09:06', 'unacknowledge-problem', { note: 'lunch' })).toBe(
      'done: no longer acknowledged',
    );
    expect([story.problem.acknowledged, story.alert.acknowledged]).toEqual([undefined, undefined]);
    expect(story.told.at(-1)).toBe('changed v3 firing');
    expect(story.problem.timeline.at(-1)?.text).toBe('Alice is not on it any more: lunch');
    expect(story.last?.actions).toMatchObject([{ action: 'unacknowledged', before: 'acknowledged' }]);
  });

  it('of what nobody has acknowledged does nothing', () => {
    expect(act(firing(), '09:05', 'unacknowledge-problem')).toBe(
      'without-effect: nobody has acknowledged it',
    );
  });
});

describe('escalating', () => {
  it('raises by one level, is announced, and nobody has acknowledged what it is now', () => {
    const story = firing();
    story.acknowledge('09:05', story.problem);
    expect(act(story, '09:06', 'escalate-problem', { note: 'customers see it' })).toBe('done: it is P1 now');
    expect(story.problem).toMatchObject({
      severity: 'P1',
      escalated: { from: 'P2', to: 'P1', by: ALICE, note: 'customers see it' },
      incident: { why: 'P1 is urgent' },
    });
    expect([story.problem.acknowledged, story.alert.acknowledged]).toEqual([undefined, undefined]);
    expect(story.facts.at(-1)).toMatchObject({ announce: true, fact: 'changed' });
    expect(story.told.at(-1)).toBe('changed v3 escalated !');
    expect(story.alert.severity).toBe('P2');
    story.acknowledge('09:07', story.problem);
    expect(story.told.at(-1)).toBe('changed v4 acknowledged');
  });

  it('may be to a level, and keeps an incident that is there', () => {
    const story = firing('critical');
    const { incident } = story.problem;
    expect(act(story, '09:06', 'escalate-problem', { to: 'P0' })).toBe('done: it is P0 now');
    expect(story.problem.incident).toEqual(incident);
    expect(act(story, '09:07', 'escalate-problem')).toBe('without-effect: it is P0');
    expect(act(story, '09:07', 'escalate-problem', { to: 'P1' })).toBe(
      'without-effect: it is P0, which P1 is not above',
    );
  });

  it('opens no incident where there is no provider', () => {
    const story = firing('warning', { ...DEFAULT_RULES, incidentProvider: 'none' });
    act(story, '09:06', 'escalate-problem');
    expect(story.problem.incident).toBeUndefined();
  });
});

describe('de-escalating', () => {
  it('lowers silently, keeps the acknowledgement and the incident, and back at the first level nothing is left of it', () => {
    const story = firing();
    act(story, '09:05', 'escalate-problem');
    story.acknowledge('09:06', story.problem);
    expect(act(story, '09:07', 'deescalate-problem')).toBe('done: it is P2 now');
    expect(story.problem.escalated).toBeUndefined();
    expect(story.problem).toMatchObject({ severity: 'P2', acknowledged: { by: ALICE }, incident: {} });
    expect(story.facts.at(-1)).toMatchObject({ announce: false });
    expect(act(story, '09:08', 'deescalate-problem', { to: 'P4' })).toBe('done: it is P4 now');
    expect(story.problem.escalated).toMatchObject({ from: 'P2', to: 'P4' });
    expect(act(story, '09:09', 'deescalate-problem')).toBe('without-effect: it is P4');
  });
});

describe('an assignment', () => {
  it('is shown on problem and alert, once, and can be taken back', () => {
    const story = firing();
    expect(act(story, '09:05', 'assign-problem', { to: 'Carol' })).toBe('done: it is Carol’s');
    expect([story.problem.assigned?.to, story.alert.assigned?.to]).toEqual(['Carol', 'Carol']);
    expect(act(story, '09:06', 'assign-problem', { to: 'Carol' })).toBe('without-effect: it is Carol’s');
    expect(act(story, '09:07', 'assign-problem')).toBe('done: nobody’s');
    expect([story.problem.assigned, story.alert.assigned]).toEqual([undefined, undefined]);
  });

  it('to oneself is by the name that the rules know, else by that of Slack', () => {
    const people = [{ name: 'Alice Adams', slack: 'U1', role: 'responder' as const }];
    const rules = rulesOf(rulesFile.parse({ people }), { version: 1, incidentProvider: 'opsgenie' });
    const names = [rules, DEFAULT_RULES].map((by) => {
      const story = firing('warning', by);
      act(story, '09:05', 'assign-problem', { to: 'U1' });
      return story.problem.assigned?.to;
    });
    expect(names).toEqual(['Alice Adams', 'Alice']);
  });

  it('by an address is to the person of the rules', () => {
    const people = [{ name: 'Carol', email: 'carol@example.com', role: 'admin' as const, slack: 'U1' }];
    const rules = rulesOf(rulesFile.parse({ people }), { version: 1, incidentProvider: 'opsgenie' });
    const story = firing('warning', rules);
    act(story, '09:05', 'assign-problem', { to: 'carol@example.com' });
    expect(story.problem.assigned?.to).toBe('Carol');
  });
});

describe('a note', () => {
  it('stands in the timeline and in the audit, also of what is over', () => {
    const story = firing();
    story.report(
      '09:10',
      saying('resolved', { startsAt, endsAt: at('09:09'), labels: story.alert.said.labels }),
    );
    expect(act(story, '09:11', 'add-note', { text: 'it was the cable' })).toBe('done: noted');
    expect(story.problem.timeline.at(-1)).toEqual({
      at: at('09:11'),
      text: 'note by Alice: it was the cable',
      by: ALICE,
    });
    expect(story.last?.actions).toMatchObject([{ action: 'noted', why: 'note by Alice: it was the cable' }]);
  });
});

describe('an end by hand', () => {
  it('may say that it was noise', () => {
    const story = firing();
    expect(act(story, '09:05', 'resolve-problem', { noise: true })).toBe('done: marked as noise');
    expect(story.problem.resolved).toMatchObject({ by: 'person', noise: true });
    expect(story.problem.timeline.at(-1)?.text).toBe('marked as noise by Alice');
  });

  it('can be taken back, and then it is as it was', () => {
    const story = firing();
    const before = story.alert;
    act(story, '09:05', 'resolve-problem');
    expect(act(story, '09:06', 'reopen-problem', { reason: 'wrong one' })).toBe('done: open again');
    expect(story.problem.resolved).toBeUndefined();
    const { dueAt: _, ...rest } = before;
    expect(story.alert).toMatchObject({ ...rest, updatedAt: at('09:06') });
    expect(story.told.at(-1)).toBe('changed v3 firing');
    const repeat = saying('firing', { startsAt, labels: story.alert.said.labels });
    expect(story.report('09:07', repeat).map(endOf)).toEqual(['repeated']);
    expect(act(story, '09:08', 'reopen-problem')).toBe('without-effect: it is open');
  });

  it('still ends by silence when it was taken back', () => {
    const story = firing();
    act(story, '09:05', 'resolve-problem');
    act(story, '09:06', 'reopen-problem');
    expect(story.alert.dueAt).toBe(at('15:00'));
  });

  it('cannot be taken back when it has fired anew since: there would be two open alerts of one condition', () => {
    const story = firing();
    const { id } = story.problem;
    act(story, '09:05', 'resolve-problem');
    const { labels } = story.alert.said;
    expect(story.report('09:06', saying('firing', { startsAt: at('09:06'), labels })).map(endOf)).toEqual([
      'told',
    ]);
    const target = { kind: 'problem', id } as const;
    const outcome = story.command('09:07', {
      type: 'gomon.command.v1.reopen-problem',
      data: { actor: ALICE, target },
    });
    expect(answerOf(outcome)).toBe('without-effect: it has fired anew since, which is a problem of its own');
    expect([...story.state.alerts.values()].filter(({ resolved }) => resolved === undefined)).toHaveLength(1);
  });

  it('cannot be taken back when its source has reported the end since, or made it', () => {
    const story = firing();
    act(story, '09:05', 'resolve-problem');
    const end = saying('resolved', { startsAt, endsAt: at('09:06'), labels: story.alert.said.labels });
    story.report('09:06', end);
    expect(act(story, '09:07', 'reopen-problem')).toBe(
      'without-effect: its source has reported the end since',
    );
    const other = firing();
    other.report('09:06', end);
    expect(act(other, '09:07', 'reopen-problem')).toBe(
      "without-effect: it ended at 09:06 UTC, by nobody's hand",
    );
  });
});

describe('who may do what', () => {
  const people = [
    { name: 'Alice Adams', slack: 'U1', role: 'responder' as const },
    { name: 'Vic', slack: 'U2', tokens: ['vic'], role: 'viewer' as const },
  ];
  const rules = rulesOf(rulesFile.parse({ people }), { version: 1, incidentProvider: 'opsgenie' });
  const names = Object.keys(TRANSITIONS) as Name[];

  it('is written in the rules; whoever is not there only looks', () => {
    const story = firing('warning', rules);
    const token = (id: string): Actor => ({ kind: 'api', id });
    const tries = [BOB, token('vic'), token('stranger'), { kind: 'webhook', id: 'x' } as const].map((actor) =>
      act(story, '09:05', 'acknowledge-problem', {}, actor),
    );
    expect(tries).toEqual([
      'forbidden: Vic is a viewer: that takes a responder',
      'forbidden: Vic is a viewer: that takes a responder',
      'forbidden: stranger is not among the people in the rules: that takes a responder',
      'forbidden: x is not among the people in the rules: that takes a responder',
    ]);
    expect(act(story, '09:06', 'acknowledge-problem')).toBe('done: acknowledged');
    expect(story.problem.acknowledged?.by).toEqual({ ...ALICE, name: 'Alice Adams' });
  });

  it.each(names.filter((name) => TRANSITIONS[name].who !== 'system'))('%s is kept from viewers', (name) => {
    const story = firing('warning', rules);
    const before = story.state;
    const more = name === 'archive-alert' ? { alertId: story.alert.id, reason: 'r' } : { text: 't' };
    expect(act(story, '09:05', name, more, BOB)).toMatch(/^forbidden/);
    expect(story.state.problems).toEqual(before.problems);
    expect(story.state.alerts).toEqual(before.alerts);
  });

  it.each(names.filter((name) => TRANSITIONS[name].who === 'system'))(
    '%s is for the services alone',
    (name) => {
      expect(act(firing(), '09:05', name, {}, ALICE)).toBe('forbidden: that is for the services alone');
    },
  );

  it('is everything for everybody while the rules name nobody', () => {
    expect(act(firing(), '09:05', 'acknowledge-problem', {}, BOB)).toBe('done: acknowledged');
  });
});

describe('the table of transitions', () => {
  const before: Partial<Record<Name, Name>> = {
    'unacknowledge-problem': 'acknowledge-problem',
    'reopen-problem': 'resolve-problem',
  };

  // Those about several alerts or problems have a spec of their own.
  const ofSeveral: readonly Name[] = ['merge-problems', 'split-problem', 'move-alerts'];
  const ofPeople = (Object.keys(TRANSITIONS) as Name[]).filter(
    (name) => TRANSITIONS[name].who !== 'system' && !name.endsWith('-silence') && !ofSeveral.includes(name),
  );

  it.each(ofPeople)('says of %s what is in the audit, and how it is told', (name) => {
    const story = firing();
    const first = before[name];
    if (first !== undefined) act(story, '09:04', first);
    const more =
      name === 'archive-alert' ? { alertId: story.alert.id, reason: 'r' } : { text: 't', to: undefined };
    const assigned = name === 'assign-problem' ? { to: 'Carol' } : {};
    expect(act(story, '09:05', name, { ...more, ...assigned })).toMatch(/^done/);
    const { action, told } = TRANSITIONS[name];
    expect(story.last?.actions.map((one) => one.action)).toEqual(action === '' ? [] : [action]);
    expect(story.last?.facts.map(({ announce }) => announce)).toEqual([told === 'announced']);
  });
});

describe('every command of a person', () => {
  const names = Object.keys(TRANSITIONS) as Name[];

  it.each(names.filter((name) => TRANSITIONS[name].from.startsWith('open')))(
    '%s does nothing to what is over',
    (name) => {
      const story = firing();
      story.report(
        '09:10',
        saying('resolved', { startsAt, endsAt: at('09:09'), labels: story.alert.said.labels }),
      );
      const { version } = story.problem;
      expect(act(story, '09:11', name, { to: 'P0' })).toBe('without-effect: it ended at 09:09 UTC');
      expect(story.problem.version).toBe(version);
    },
  );
});
