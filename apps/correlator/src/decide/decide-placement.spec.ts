import type { Actor, Labels } from '@gomon/contracts';
import { ALICE, answerOf, at } from './story.spec-support.js';
import { firing, over, rulesAtOnce, TogetherStory } from './together.spec-support.js';
import { TRANSITIONS } from './transitions.js';

const BOB: Actor = { kind: 'slack', id: 'U2', name: 'Bob' };
const NODE: Labels = { alertname: 'KubeNodeNotReady', node: 'worker-3', severity: 'warning' };
const POD: Labels = { alertname: 'KubePodNotReady', pod: 'cart-0', namespace: 'shop', node: 'worker-3' };
const SLOW: Labels = { alertname: 'HighLatency', service: 'front', node: 'worker-3', severity: 'warning' };
const DISK: Labels = { alertname: 'FaxOdd', job: 'backup', severity: 'warning' };
const LIFT: Labels = { alertname: 'LiftStuck', floor: '7', severity: 'warning' };

/** A node with two symptoms, which are one problem. */
function nodeWithSymptoms(): TogetherStory {
  const story = new TogetherStory();
  story.report('09:01', firing('09:00', NODE), firing('09:00:10', POD), firing('09:00:20', SLOW));
  expect(story.groups).toEqual(['HighLatency + KubeNodeNotReady + KubePodNotReady']);
  return story;
}

/** Two that have nothing to do with each other. */
function strangers(more: Labels = {}, rules = rulesAtOnce()): TogetherStory {
  const story = new TogetherStory(rules);
  story.report('09:01', firing('09:00', { ...DISK, ...more }));
  story.report('09:02', firing('09:01', LIFT));
  expect(story.groups).toEqual(['FaxOdd', 'LiftStuck']);
  return story;
}

describe('merging', () => {
  it('goes on with the problem that the person names, though the other was told first', () => {
    const story = strangers();
    const [disk, lift] = [story.problemOf('FaxOdd'), story.problemOf('LiftStuck')];
    expect(answerOf(story.merge('09:05', 'FaxOdd', 'LiftStuck'))).toBe('done: part of LiftStuck now');
    expect(story.problemBy(lift.id)).toMatchObject({
      counts: { total: 2, firing: 2 },
      startsAt: at('09:00'),
      likelyCause: { why: 'FaxOdd is the first of 2 alerts that people have put or left together' },
    });
    const why = 'part of LiftStuck: merged by Alice';
    expect(story.problemBy(disk.id)).toMatchObject({
      counts: { total: 0, firing: 0 },
      mergedInto: { problemId: lift.id, at: at('09:05'), why },
      resolved: { at: at('09:05'), by: 'merge', actor: ALICE, reason: why },
    });
    expect(story.alerts.map(({ problemId, placed }) => [problemId, placed])).toEqual([
      [lift.id, { at: at('09:05'), by: ALICE }],
      [lift.id, { at: at('09:05'), by: ALICE }],
    ]);
  });

  it('leaves it on record who has placed first what stays', () => {
    const story = strangers();
    story.merge('09:05', 'FaxOdd', 'LiftStuck');
    story.report('09:06', firing('09:06', { alertname: 'DoorOpen', gate: '2', severity: 'warning' }));
    story.merge('09:07', 'DoorOpen', 'LiftStuck', BOB);
    expect(['FaxOdd', 'LiftStuck', 'DoorOpen'].map((one) => story.alertOf(one).placed?.by)).toEqual([
      ALICE,
      ALICE,
      BOB,
    ]);
  });

  it('leaves a problem as bad as a person has said, until something is worse than it was then', () => {
    const story = strangers();
    const target = { kind: 'problem' as const, id: story.problemOf('LiftStuck').id };
    story.command('09:04', {
      type: 'gomon.command.v1.deescalate-problem',
      data: { actor: ALICE, target, to: 'P4' },
    });
    story.merge('09:05', 'FaxOdd', 'LiftStuck');
    expect(story.problemOf('LiftStuck').severity).toBe('P4');
    story.report('09:06', firing('09:06', { alertname: 'DoorOpen', gate: '2', severity: 'critical' }));
    story.merge('09:07', 'DoorOpen', 'LiftStuck');
    expect(story.problemOf('LiftStuck').severity).toBe('P1');
  });

  it('stands in the audit of what moved and of what stays, and in both timelines', () => {
    const story = strangers();
    const disk = story.problemOf('FaxOdd');
    story.merge('09:05', 'FaxOdd', 'LiftStuck');
    const { id } = story.problemOf('LiftStuck');
    expect(story.last?.actions).toMatchObject([
      { action: TRANSITIONS['merge-problems'].action, problemId: id, actor: ALICE, before: 'firing' },
      { action: 'placed', problemId: id, actor: ALICE },
    ]);
    expect(story.problemOf('LiftStuck').timeline.map(({ text }) => text)).toContain(
      'FaxOdd is part of it: merged by Alice',
    );
    expect(story.problemBy(disk.id).timeline.at(-1)?.text).toBe('part of LiftStuck: merged by Alice');
  });

  it('tells nobody anew where nobody was on either', () => {
    const story = strangers();
    story.merge('09:05', 'FaxOdd', 'LiftStuck');
    expect(story.told.slice(2).sort()).toEqual(['changed v2 firing', 'resolved v2 resolved']);
  });

  it('mentions whoever was on either, but not who does it', () => {
    const carol: Actor = { kind: 'slack', id: 'U3' };
    const people = [{ name: 'Carol', slack: 'U3', role: 'admin' as const, tokens: ['carols'] }];
    const announcedBy = (actor: Actor) => {
      const story = strangers({}, rulesAtOnce({ people }));
      story.acknowledge('09:03', story.problemOf('FaxOdd'), carol);
      story.command('09:04', {
        type: 'gomon.command.v1.assign-problem',
        data: { actor: carol, target: { kind: 'problem', id: story.problemOf('LiftStuck').id }, to: 'Dave' },
      });
      story.merge('09:05', 'FaxOdd', 'LiftStuck', actor);
      return story.problemOf('LiftStuck').announced;
    };
    const merged = (who: string, names: string) =>
      `FaxOdd is part of it: merged by ${who}; ${names}: you were on it, or on what is part of it now`;
    const byToken: Actor = { kind: 'api', id: 'carols' };
    for (const actor of [carol, byToken])
      expect(announcedBy(actor)).toEqual({ version: 3, at: at('09:05'), why: merged('Carol', 'Dave') });
    const other: Actor = { kind: 'api', id: 'ops', role: 'admin' };
    expect(announcedBy(other)).toEqual({
      version: 3,
      at: at('09:05'),
      why: merged('ops', 'Dave, Carol'),
      mention: ['U3'],
    });
  });

  it('keeps whose the survivor is, and takes the owner of the other where it has none', () => {
    const assignedAfter = (...names: readonly string[]) => {
      const story = strangers();
      for (const name of names)
        story.command('09:04', {
          type: 'gomon.command.v1.assign-problem',
          data: {
            actor: ALICE,
            target: { kind: 'problem', id: story.problemOf(name).id },
            to: `who fixes ${name}`,
          },
        });
      story.merge('09:05', 'FaxOdd', 'LiftStuck');
      return story.problemOf('LiftStuck').assigned?.to;
    };
    expect(assignedAfter('FaxOdd')).toBe('who fixes FaxOdd');
    expect(assignedAfter('FaxOdd', 'LiftStuck')).toBe('who fixes LiftStuck');
  });

  it('acknowledges nothing that was not: whoever was on the other one is asked', () => {
    const story = new TogetherStory();
    const severity = 'critical';
    story.report('09:01', firing('09:00', { ...DISK, severity }), firing('09:00', { ...LIFT, severity }));
    story.acknowledge('09:03', story.problemOf('FaxOdd'), BOB);
    story.merge('09:05', 'FaxOdd', 'LiftStuck');
    const { acknowledged, asking, announced } = story.problemOf('LiftStuck');
    expect([acknowledged, asking?.since]).toEqual([undefined, at('09:01')]);
    expect(announced).toMatchObject({ version: 2, mention: ['U2'] });
  });

  it('of what is worse raises the survivor, which nobody has acknowledged then', () => {
    const story = strangers({ severity: 'critical' });
    story.acknowledge('09:03', story.problemOf('LiftStuck'), BOB);
    story.merge('09:05', 'FaxOdd', 'LiftStuck');
    const problem = story.problemOf('LiftStuck');
    expect(problem).toMatchObject({ severity: 'P1', incident: { why: 'P1 is urgent' } });
    expect(problem.acknowledged).toBeUndefined();
    expect(problem.announced).toMatchObject({
      why: 'FaxOdd is part of it: merged by Alice; FaxOdd makes it P1; Bob: you were on it, or on what is part of it now',
      mention: ['U2'],
    });
  });

  it('shows at all open alerts who is on the survivor', () => {
    const shownAfter = (acknowledged: string) => {
      const story = strangers();
      story.acknowledge('09:03', story.problemOf(acknowledged), BOB);
      story.merge('09:05', 'FaxOdd', 'LiftStuck');
      return story.alerts.map(({ acknowledged: by }) => by?.by.name);
    };
    expect(shownAfter('LiftStuck')).toEqual(['Bob', 'Bob']);
    expect(shownAfter('FaxOdd')).toEqual([undefined, undefined]);
  });

  it('goes on with an incident that a person has opened for the other one', () => {
    const story = strangers();
    story.command('09:04', {
      type: 'gomon.command.v1.open-incident',
      data: { actor: BOB, target: { kind: 'problem', id: story.problemOf('FaxOdd').id } },
    });
    story.merge('09:05', 'FaxOdd', 'LiftStuck');
    const { incident } = story.problemOf('LiftStuck');
    expect(incident).toMatchObject({ openedBy: BOB, why: 'FaxOdd, which is part of it, is one' });
    expect(story.alerts.map(({ incidentId }) => incidentId)).toEqual([incident?.id, incident?.id]);
  });

  it('is never undone by the rules, and takes in what comes later', () => {
    const story = strangers();
    story.merge('09:05', 'FaxOdd', 'LiftStuck');
    story.report('09:06', firing('09:05', { ...LIFT, alertname: 'HighLatency', node: 'worker-3' }));
    story.move('09:07', ['LiftStuck'], 'HighLatency');
    story.report('09:08', firing('09:04', NODE));
    expect(story.groups).toEqual(['FaxOdd', 'HighLatency + KubeNodeNotReady + LiftStuck']);
    story.merge('09:09', 'FaxOdd', 'HighLatency');
    story.report('09:10', firing('09:05', POD));
    expect(story.groups).toEqual(['FaxOdd + HighLatency + KubeNodeNotReady + KubePodNotReady + LiftStuck']);
  });

  it.each<[string, (story: TogetherStory) => unknown, RegExp]>([
    ['itself', (story) => story.merge('09:05', 'FaxOdd', 'FaxOdd'), /^refused: into: it is that/],
    [
      'one that is over',
      (story) => {
        story.resolve('09:04', story.problemOf('LiftStuck'));
        return story.merge('09:05', 'FaxOdd', 'LiftStuck');
      },
      /^refused: into: it ended at 09:04 UTC$/,
    ],
    [
      'one that is not there',
      (story) =>
        story.command('09:05', {
          type: 'gomon.command.v1.merge-problems',
          data: {
            actor: ALICE,
            target: { kind: 'problem', id: story.problemOf('FaxOdd').id },
            into: 'nowhere',
          },
        }),
      /^refused: into: there is no problem nowhere$/,
    ],
    [
      'one that was merged',
      (story) => {
        story.report('09:03', firing('09:02', NODE));
        const lift = story.problemOf('LiftStuck').id;
        story.merge('09:04', 'LiftStuck', 'KubeNodeNotReady');
        return story.command('09:05', {
          type: 'gomon.command.v1.merge-problems',
          data: { actor: ALICE, target: { kind: 'alert', id: story.alertOf('FaxOdd').id }, into: lift },
        });
      },
      /^refused: into: it is part of problem \S+ since 09:04 UTC$/,
    ],
  ])('into %s is refused', (_, merging, said) => {
    const story = strangers();
    expect(answerOf(merging(story) as never)).toMatch(said);
    expect(story.last?.problems).toEqual([]);
  });

  it('into another scope is refused', () => {
    const story = strangers();
    const [input] = story.inputs('09:03', [firing('09:02', { alertname: 'FarAway' })]);
    if (input === undefined) throw new Error('one was told');
    story.transaction('09:03', [{ ...input, scope: 'south' }]);
    expect(answerOf(story.merge('09:05', 'FaxOdd', 'FarAway'))).toBe(
      'refused: into: it is of another scope, south',
    );
  });

  it('of what is over does nothing', () => {
    const story = strangers();
    const target = { kind: 'problem' as const, id: story.problemOf('FaxOdd').id };
    story.merge('09:05', 'FaxOdd', 'LiftStuck');
    const again = story.command('09:06', {
      type: 'gomon.command.v1.merge-problems',
      data: { actor: ALICE, target, into: story.problemOf('LiftStuck').id },
    });
    expect(answerOf(again)).toBe('without-effect: it ended at 09:05 UTC');
  });
});

describe('splitting', () => {
  it('makes a problem of its own of the named alerts, and tells it', () => {
    const story = nodeWithSymptoms();
    const donor = story.problemOf('HighLatency');
    expect(answerOf(story.split('09:05', ['HighLatency']))).toBe('done: 1 alert split off');
    expect(story.groups).toEqual(['HighLatency', 'KubeNodeNotReady + KubePodNotReady']);
    expect(story.problemOf('HighLatency')).toMatchObject({
      severity: 'P2',
      title: 'HighLatency',
      counts: { total: 1, firing: 1 },
      startsAt: at('09:00:20'),
      openedAt: at('09:05'),
      channel: donor.channel,
      announced: { why: 'split off from KubeNodeNotReady by Alice' },
    });
    expect(story.problemOf('KubePodNotReady')).toMatchObject({
      id: donor.id,
      counts: { total: 2, firing: 2 },
      title: 'KubeNodeNotReady',
    });
    expect(story.told.slice(-2).sort()).toEqual(['changed v2 firing', 'opened v1 firing !']);
  });

  it('stands in the audit of all its alerts', () => {
    const story = nodeWithSymptoms();
    story.split('09:05', ['HighLatency']);
    expect(story.last?.actions.map(({ action, problemId }) => [action, problemId])).toEqual([
      [TRANSITIONS['split-problem'].action, story.problemOf('HighLatency').id],
      ['placed', story.problemOf('KubeNodeNotReady').id],
      ['placed', story.problemOf('KubeNodeNotReady').id],
    ]);
  });

  it('of the likely cause leaves the others with another one', () => {
    const story = nodeWithSymptoms();
    const { id } = story.problemOf('KubeNodeNotReady');
    story.split('09:05', ['KubeNodeNotReady']);
    expect(story.problemOf('KubeNodeNotReady').id).not.toBe(id);
    expect(story.problemBy(id)).toMatchObject({
      primaryId: story.alertOf('KubePodNotReady').id,
      title: 'KubePodNotReady',
    });
  });

  it('leaves whoever is on it on both', () => {
    const story = nodeWithSymptoms();
    story.acknowledge('09:03', story.problemOf('HighLatency'), BOB);
    story.split('09:05', ['HighLatency']);
    const scope = { severity: 'P2', alerts: 1 };
    expect(story.problemOf('HighLatency').acknowledged).toMatchObject({ by: BOB, scope });
    expect(story.problemOf('HighLatency').asking).toBeUndefined();
    expect(story.problemOf('KubeNodeNotReady').acknowledged).toMatchObject({ by: BOB });
  });

  it('of what is urgent opens an incident, and the alerts are part of that one', () => {
    const story = new TogetherStory();
    const severity = 'critical';
    story.report('09:01', firing('09:00', { ...NODE, severity }), firing('09:00:20', { ...SLOW, severity }));
    story.split('09:05', ['HighLatency']);
    const incidents = [
      story.problemOf('HighLatency').incident?.id,
      story.problemOf('KubeNodeNotReady').incident?.id,
    ];
    expect(new Set(incidents).size).toBe(2);
    expect([story.alertOf('HighLatency').incidentId, story.alertOf('KubeNodeNotReady').incidentId]).toEqual(
      incidents,
    );
  });

  it('is told nobody while it is muted', () => {
    const story = nodeWithSymptoms();
    const matchers = [{ name: 'alertname', operator: '=' as const, value: 'HighLatency' }];
    story.silence({ startsAt: at('08:00'), endsAt: at('10:00'), matchers });
    story.split('09:05', ['HighLatency']);
    expect(story.problemOf('HighLatency').muted?.by).toHaveLength(1);
    expect(story.told.slice(1)).toEqual(['changed v2 firing']);
  });

  it('holds whatever explains both sides later: that joins what it explains best', () => {
    const story = new TogetherStory();
    story.report(
      '09:02',
      firing('09:01', POD),
      firing('09:01:10', { ...POD, alertname: 'KubePodCrashLooping' }),
    );
    expect(story.groups).toHaveLength(1);
    story.split('09:03', ['KubePodCrashLooping']);
    story.report('09:04', firing('09:00', NODE));
    expect(story.groups).toEqual(['KubeNodeNotReady + KubePodCrashLooping', 'KubePodNotReady']);
  });

  it('puts an alert that hangs on both sides where its own cause is', () => {
    const story = nodeWithSymptoms();
    story.split('09:05', ['HighLatency']);
    story.report('09:06', firing('09:05', { ...SLOW, alertname: 'SlowRequests' }));
    expect(story.groups).toEqual(['HighLatency', 'KubeNodeNotReady + KubePodNotReady + SlowRequests']);
  });

  it('ends with the episode: what fires anew is free', () => {
    const story = nodeWithSymptoms();
    story.split('09:05', ['HighLatency']);
    story.report('09:06', over('09:00:20', '09:06', SLOW));
    expect(story.alertOf('HighLatency').placed).toBeDefined();
    story.report('09:12', firing('09:11', SLOW));
    expect(story.alertOf('HighLatency').placed).toBeUndefined();
    expect(story.problemOf('HighLatency').id).toBe(story.problemOf('KubeNodeNotReady').id);
  });

  it('holds for an alert that its source reports again after an end by hand', () => {
    const story = nodeWithSymptoms();
    story.split('09:05', ['HighLatency']);
    const { id } = story.problemOf('HighLatency');
    story.resolve('09:06', story.problemOf('HighLatency'));
    story.report('10:30', firing('09:00:20', SLOW));
    expect(story.alertOf('HighLatency')).toMatchObject({ problemId: id, placed: { by: ALICE } });
    expect(story.groups).toEqual(['HighLatency', 'KubeNodeNotReady + KubePodNotReady']);
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'all of it',
      ['HighLatency', 'KubeNodeNotReady', 'KubePodNotReady'],
      /^refused: alertIds: nothing that fires would be left of it: merge it instead$/,
    ],
    [
      'what is elsewhere',
      ['HighLatency', 'LiftStuck'],
      /^refused: alertIds: alert \S+ is part of problem \S+$/,
    ],
  ])('%s is refused', (_, names, said) => {
    const story = nodeWithSymptoms();
    story.report('09:03', firing('09:02', LIFT));
    expect(answerOf(story.split('09:05', names))).toMatch(said);
    expect(story.last?.problems).toEqual([]);
  });

  it('what is not there, and what has ended, is refused', () => {
    const story = nodeWithSymptoms();
    const target = { kind: 'problem' as const, id: story.problemOf('HighLatency').id };
    const unknown = story.command('09:05', {
      type: 'gomon.command.v1.split-problem',
      data: { actor: ALICE, target, alertIds: ['nobody'] },
    });
    expect(answerOf(unknown)).toBe(`refused: alertIds: there is no alert nobody in problem ${target.id}`);
    story.report('09:06', over('09:00:20', '09:06', SLOW));
    expect(answerOf(story.split('09:07', ['HighLatency']))).toBe('refused: alertIds: none of them fires');
  });
});

describe('moving', () => {
  it('makes alerts part of another problem, and both say so', () => {
    const story = nodeWithSymptoms();
    story.report('09:03', firing('09:02', LIFT));
    expect(answerOf(story.move('09:05', ['HighLatency'], 'LiftStuck'))).toBe(
      'done: 1 alert part of LiftStuck now',
    );
    expect(story.groups).toEqual(['HighLatency + LiftStuck', 'KubeNodeNotReady + KubePodNotReady']);
    expect(story.problemOf('LiftStuck')).toMatchObject({
      counts: { total: 2, firing: 2 },
      startsAt: at('09:00:20'),
    });
    expect(story.problemOf('KubeNodeNotReady').timeline.at(-1)?.text).toBe(
      '1 alert belong to LiftStuck, moved by Alice',
    );
    expect(story.last?.actions.map(({ action }) => action)).toEqual([
      TRANSITIONS['move-alerts'].action,
      'placed',
      'placed',
      'placed',
    ]);
    expect(story.last?.facts.map(({ announce }) => announce)).toEqual([false, false]);
  });

  it('of what is worse raises the other problem, and is announced', () => {
    const story = new TogetherStory();
    story.report('09:01', firing('09:00', NODE), firing('09:00:20', { ...SLOW, severity: 'critical' }));
    story.report('09:03', firing('09:02', LIFT));
    story.move('09:05', ['HighLatency'], 'LiftStuck');
    expect(story.problemOf('LiftStuck')).toMatchObject({
      severity: 'P1',
      announced: { why: '1 alert more, moved by Alice; HighLatency makes it P1' },
    });
  });

  it('once more does nothing', () => {
    const story = nodeWithSymptoms();
    story.report('09:03', firing('09:02', LIFT));
    const target = { kind: 'problem' as const, id: story.problemOf('HighLatency').id };
    story.move('09:05', ['HighLatency'], 'LiftStuck');
    const again = story.command('09:06', {
      type: 'gomon.command.v1.move-alerts',
      data: {
        actor: ALICE,
        target,
        alertIds: [story.alertOf('HighLatency').id],
        to: story.problemOf('LiftStuck').id,
      },
    });
    expect(answerOf(again)).toBe('without-effect: they are part of HighLatency already');
  });

  it('of all that fires is refused: that would be a merge', () => {
    const story = strangers();
    expect(answerOf(story.move('09:05', ['FaxOdd'], 'LiftStuck'))).toBe(
      'refused: alertIds: nothing that fires would be left of it: merge it instead',
    );
  });

  it('is left alone by a better explanation that comes later', () => {
    const story = new TogetherStory();
    story.report('09:02', firing('09:01', SLOW), firing('09:01', LIFT));
    story.report('09:03', firing('09:01:10', { ...SLOW, alertname: 'SlowRequests' }));
    story.move('09:04', ['SlowRequests'], 'LiftStuck');
    story.report('09:05', firing('09:00', NODE));
    expect(story.problemOf('SlowRequests').id).toBe(story.problemOf('LiftStuck').id);
    expect(story.problemOf('HighLatency').id).not.toBe(story.problemOf('LiftStuck').id);
  });
});

describe('two problems that the rules find to be one', () => {
  it('tell whoever was on either', () => {
    const story = new TogetherStory();
    story.report('09:01', firing('09:00:30', POD));
    story.report('09:02', firing('09:00:40', SLOW));
    story.acknowledge('09:02:10', story.problemOf('KubePodNotReady'), ALICE);
    story.acknowledge('09:02:20', story.problemOf('HighLatency'), BOB);
    story.report('09:03', firing('09:00', { ...NODE, severity: 'info' }));
    const problem = story.problemOf('KubeNodeNotReady');
    expect(problem.announced).toMatchObject({ mention: ['U1', 'U2'] });
    expect(problem.announced?.why).toContain('Alice, Bob: you were on it, or on what is part of it now');
  });

  it('are as bad as a person has made one of them', () => {
    const story = new TogetherStory();
    story.report('09:01', firing('09:00:30', POD));
    story.report('09:02', firing('09:00:40', SLOW));
    story.command('09:02:10', {
      type: 'gomon.command.v1.escalate-problem',
      data: {
        actor: ALICE,
        target: { kind: 'problem', id: story.problemOf('HighLatency').id },
        to: 'P0',
      },
    });
    story.report('09:03', firing('09:00', NODE));
    expect(story.problemOf('KubeNodeNotReady')).toMatchObject({ severity: 'P0', openedAt: at('09:01') });
  });
});

it('problems are merged, split and filled by people without anything known of causes, too', () => {
  const story = new TogetherStory(rulesAtOnce({ correlation: { enabled: false } }));
  story.report('09:01', firing('09:00', DISK), firing('09:00', LIFT), firing('09:00', SLOW));
  story.merge('09:02', 'FaxOdd', 'LiftStuck');
  expect(story.groups).toEqual(['FaxOdd + LiftStuck', 'HighLatency']);
  story.move('09:03', ['LiftStuck'], 'HighLatency');
  expect(story.groups).toEqual(['FaxOdd', 'HighLatency + LiftStuck']);
  expect(story.problemOf('FaxOdd')).toMatchObject({ title: 'FaxOdd', counts: { total: 1, firing: 1 } });
  story.split('09:04', ['HighLatency']);
  expect(story.groups).toEqual(['FaxOdd', 'HighLatency', 'LiftStuck']);
});
