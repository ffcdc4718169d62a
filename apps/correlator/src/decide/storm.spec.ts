import type { CorrelationInput, Labels, RulesFileInput } from '@gomon/contracts';
import { at, endOf, SILENCE_ID } from './story.spec-support.js';
import { firing, over, rulesAtOnce, TogetherStory } from './together.spec-support.js';

const NODE: Labels = { alertname: 'KubeNodeNotReady', node: 'worker-3', severity: 'warning' };
const pod = (index: number, more: Labels = {}): Labels => ({
  alertname: 'KubePodNotReady',
  pod: `cart-${index}`,
  namespace: index % 2 === 0 ? 'shop' : 'pay',
  node: 'worker-3',
  severity: 'warning',
  ...more,
});
const STORMS = [{ alerts: 4, within: '5m', digests: ['1m', '5m'], calm: 3 }];

/** A story of a node and its pods. */
class Storm extends TogetherStory {
  private pods = 0;

  constructor(file: RulesFileInput = {}) {
    super(rulesAtOnce({ storms: STORMS, ...file }));
    this.report('09:00', firing('09:00', NODE));
  }

  /** So many more pods of the node fire, each in a transaction of its own. */
  join(clock: string, count: number, more: Labels = {}): readonly (string | undefined)[] {
    return Array.from({ length: count }, () => {
      const [outcome] = this.report(clock, firing(clock, pod(this.pods++, more)));
      return endOf(outcome);
    });
  }

  get main() {
    return this.problemOf('KubeNodeNotReady');
  }

  get digests(): readonly number[] {
    return this.facts.flatMap(({ problem: { digest, version } }) =>
      digest?.version === version ? [digest.number] : [],
    );
  }

  /** How many facts a part of the story leads to. */
  factsOf(part: () => void): number {
    const before = this.facts.length;
    part();
    return this.facts.length - before;
  }
}

/** Five pods of a node within a minute: one more than the limit allows. */
function begun(file: RulesFileInput = {}): Storm {
  const storm = new Storm(file);
  storm.join('09:01', 5);
  return storm;
}

describe('a storm', () => {
  it('counts what ended and fires again as what fires', () => {
    const story = begun();
    story.report('09:02', over('09:01', '09:02', pod(0)), over('09:01', '09:02', pod(1)));
    expect(story.main.storm?.ended).toBe(2);
    story.report('09:03', firing('09:03', pod(0)));
    expect(story.main).toMatchObject({ storm: { joined: 5, ended: 1 }, counts: { total: 6, firing: 5 } });
  });

  it('begins when more alerts joined within the window than the limit allows, and is told then', () => {
    const story = new Storm();
    expect(story.factsOf(() => story.join('09:01', 4))).toBe(4);
    expect(story.main.storm).toBeUndefined();
    expect(story.factsOf(() => story.join('09:02', 1))).toBe(1);
    expect(story.main.storm).toEqual({
      rule: 'storms[0]',
      since: at('09:02'),
      from: at('09:02'),
      joined: 5,
      ended: 0,
      digests: 0,
      nextAt: at('09:03'),
    });
    expect(story.main.dueAt).toBe(at('09:03'));
    expect(story.main.timeline.at(-1)?.text).toBe(
      'a storm: 5 alerts joined within 5 min, more than 4; digests tell of them',
    );
    expect(story.facts.at(-1)?.problem.storm).toBeDefined();
  });

  it('does not begin with what joins over a longer time', () => {
    const story = new Storm();
    for (const clock of ['09:01', '09:03', '09:05', '09:07', '09:09', '09:11']) story.join(clock, 1);
    expect(story.main).toMatchObject({ counts: { total: 7 } });
    expect(story.main.storm).toBeUndefined();
  });

  it('counts what joins at once as well, and what opens the problem is told all the same', () => {
    const story = new TogetherStory(rulesAtOnce({ storms: STORMS }));
    story.report(
      '09:01',
      firing('09:00', NODE),
      ...Array.from({ length: 5 }, (_, index) => firing('09:00', pod(index))),
    );
    expect(story.told).toEqual(['opened v1 firing !']);
    expect(story.problemOf('KubeNodeNotReady').storm).toMatchObject({ joined: 5 });
  });

  it('is what the first limit that is for the primary says; none: there is none', () => {
    const many = { alerts: 100, matchers: ['alertname="KubeNodeNotReady"'] };
    expect(begun({ storms: [many, ...STORMS] }).main.storm).toBeUndefined();
    expect(
      begun({ storms: [{ ...many, matchers: ['alertname="Other"'] }, ...STORMS] }).main.storm,
    ).toBeDefined();
    expect(begun({ storms: [] }).main.storm).toBeUndefined();
    expect(begun({ storms: [] }).told).toHaveLength(6);
  });

  it('keeps a bounded account of what joins', () => {
    const story = new Storm({ storms: [{ alerts: 1_000, within: '1m', calm: 1 }] });
    for (let second = 0; second < 50; second += 1) story.join(`09:01:${String(second).padStart(2, '0')}`, 2);
    const joins = story.main.joins ?? [];
    expect(joins.length).toBeLessThanOrEqual(11);
    expect(joins.reduce((sum, { alerts }) => sum + alerts, 0)).toBe(100);
  });
});

describe('in a storm', () => {
  it('who joins and who ends is no news: it waits for the digest', () => {
    const story = begun();
    const { version, timeline } = story.main;
    const ends: (string | undefined)[] = [];
    const facts = story.factsOf(() => {
      ends.push(...story.join('09:01:10', 3));
      ends.push(...story.report('09:01:20', over('09:01', '09:01:20', pod(0))).map(endOf));
    });
    expect([facts, story.main.version]).toEqual([0, version]);
    expect(ends).toEqual(['digested', 'digested', 'digested', 'digested']);
    expect(story.main).toMatchObject({
      counts: { total: 9, firing: 8 },
      storm: { joined: 8, ended: 1 },
      untold: [expect.anything()],
      timeline,
    });
  });

  it('a digest is told when it is due, silently, and then at growing intervals', () => {
    const story = begun();
    story.join('09:01:30', 3);
    story.tickProblems('09:01:59');
    expect(story.digests).toEqual([]);
    story.tickProblems('09:02');
    expect(story.facts.at(-1)).toMatchObject({
      fact: 'changed',
      announce: false,
      why: ['digest 1: 9 of 9 alerts fire; 8 joined and 0 ended since the last'],
      problem: { storm: { digests: 1, joined: 0, from: at('09:02'), nextAt: at('09:07') } },
    });
    expect(story.main.digest).toEqual({
      version: story.main.version,
      number: 1,
      at: at('09:02'),
      from: at('09:01'),
      joined: 8,
      ended: 0,
      total: 9,
      firing: 9,
      severities: [{ severity: 'P2', total: 9, firing: 9 }],
      namespaces: [
        { name: 'pay', total: 4, firing: 4 },
        { name: 'shop', total: 4, firing: 4 },
        { name: '', total: 1, firing: 1 },
      ],
      titles: [
        { name: 'KubePodNotReady', total: 8, firing: 8 },
        { name: 'KubeNodeNotReady', total: 1, firing: 1 },
      ],
      last: false,
    });
    story.join('09:05', 3);
    story.tickProblems('09:07');
    expect(story.main.storm).toMatchObject({ digests: 2, nextAt: at('09:12') });
    story.join('09:08', 3);
    story.tickProblems('09:12');
    expect(story.main.storm).toMatchObject({ digests: 3, nextAt: at('09:17') });
    expect(story.digests).toEqual([1, 2, 3]);
  });

  it('what raises the severity is announced at once', () => {
    const story = begun();
    expect(story.join('09:01:10', 1, { severity: 'critical' })).toEqual(['merged']);
    expect(story.told.at(-1)).toBe('changed v7 firing !');
    expect(story.main).toMatchObject({ severity: 'P1', storm: { joined: 6 } });
    expect(story.main.announced?.why).toMatch(/^KubePodNotReady makes it P1: /);
    expect(story.factsOf(() => story.join('09:01:20', 1, { severity: 'critical' }))).toBe(0);
  });

  it('another owner’s P0 ends the acknowledgement at once, and its alert makes no noise else', () => {
    const owners = ['shop', 'pay'].map((name) => ({ name, matchers: [`team="${name}"`] }));
    const story = begun({ owners, unacknowledged: { remind: { times: 0 }, escalate: [] } });
    story.join('09:01:10', 1, { severity: 'P0', team: 'shop' });
    story.acknowledge('09:01:20', story.main);
    expect(story.factsOf(() => story.join('09:01:30', 1, { severity: 'P0', team: 'shop' }))).toBe(0);
    expect(story.main.acknowledged).toBeDefined();
    expect(story.factsOf(() => story.join('09:01:40', 1, { severity: 'P0', team: 'pay' }))).toBe(1);
    expect(story.main.acknowledged).toBeUndefined();
    expect(story.main.announced?.why).toContain('a P0 of pay');
  });

  it('what people do is told at once, and so is the end of the likely cause', () => {
    const story = begun();
    expect(story.factsOf(() => story.acknowledge('09:01:10', story.main))).toBe(1);
    expect(story.factsOf(() => story.report('09:01:20', over('09:00', '09:01:20', NODE)))).toBe(1);
    expect(story.main).toMatchObject({ counts: { total: 6, firing: 5 }, storm: { ended: 1 } });
  });

  it('a deeper cause is told at once; one of the same depth is not', () => {
    const correlation: CorrelationInput = {
      kinds: [{ name: 'network-down', says: ['network partition'], about: 'node', depth: 0 }],
      patterns: [{ name: 'a network', cause: ['network-down'], effect: ['any'], via: ['node'] }],
    };
    const story = begun({ correlation });
    const { primaryId } = story.main;
    const facts = story.factsOf(() =>
      story.report(
        '09:01:10',
        firing('09:00', { alertname: 'Network partition', node: 'worker-3', severity: 'warning' }),
      ),
    );
    expect([facts, story.main.title]).toEqual([1, 'Network partition']);
    expect(story.main.primaryId).not.toBe(primaryId);
    const earlier = firing('08:59', {
      alertname: 'Network partition',
      node: 'worker-3',
      zone: 'a',
      severity: 'warning',
    });
    expect(story.factsOf(() => story.report('09:01:20', earlier))).toBe(0);
  });

  it('a reminder and a digest of one moment are both told, in one fact', () => {
    const story = begun({ unacknowledged: { severities: ['P2'], remind: { every: '2m' }, escalate: [] } });
    story.tickProblems('09:02');
    expect(story.facts.at(-1)).toMatchObject({ announce: true, problem: { digest: { number: 1 } } });
  });

  it('repeats with other values are no news, but for those of the likely cause', () => {
    const story = begun();
    const other = { annotations: { summary: 'worse' } };
    expect(story.factsOf(() => story.report('09:01:10', { ...firing('09:01', pod(0)), ...other }))).toBe(0);
    expect(story.factsOf(() => story.report('09:01:10', { ...firing('09:00', NODE), ...other }))).toBe(1);
  });

  it('nothing is digested while it is muted', () => {
    const story = begun();
    story.silence(
      {
        startsAt: at('09:01:30'),
        endsAt: at('09:04'),
        matchers: [{ name: 'alertname', operator: '=', value: 'KubeNodeNotReady' }],
      },
      SILENCE_ID,
    );
    story.tickProblems('09:02');
    expect(story.main.muted).toBeDefined();
    expect(story.main.digest).toBeUndefined();
    expect(story.main.storm).toMatchObject({ digests: 1 });
  });
});

describe('beside a storm of 5,000 alerts', () => {
  const story = new Storm({ storms: [{}] });
  let before = 0;

  beforeAll(() => {
    for (let first = 0; first < 5_000; first += 100)
      story.report(
        '09:01',
        ...Array.from({ length: 100 }, (_, index) => firing('09:01', pod(first + index))),
      );
    before = story.facts.length;
  });

  it('few facts are told', () => {
    expect(story.main).toMatchObject({ counts: { total: 5_001, firing: 5_001 }, storm: { joined: 5_000 } });
    expect(story.told).toEqual(['opened v1 firing !', 'changed v2 firing']);
  });

  it('an unrelated P0 is a problem of its own, and told at once', () => {
    story.report(
      '09:01:30',
      firing('09:01:30', { alertname: 'PaymentsDown', service: 'pay', severity: 'P0' }),
    );
    expect(story.facts.slice(before)).toMatchObject([
      { fact: 'opened', announce: true, problem: { severity: 'P0', counts: { total: 1 } } },
    ]);
    expect(story.facts.at(-1)?.publishAt).toBeUndefined();
    expect(story.problemOf('PaymentsDown').id).not.toBe(story.main.id);
  });

  it('a P0 among many of its own report is, too', () => {
    const [first] = story.report(
      '09:01:40',
      firing('09:01:40', { alertname: 'CheckoutDown', service: 'checkout', severity: 'P0' }),
      ...Array.from({ length: 50 }, (_, index) => firing('09:01:40', pod(5_000 + index))),
    );
    expect(endOf(first)).toBe('told');
    expect(story.problemOf('CheckoutDown')).toMatchObject({ counts: { total: 1 } });
    expect(story.told.at(-1)).toBe('opened v1 firing !');
  });

  it('a P1 that is part of it is announced', () => {
    story.report('09:01:50', firing('09:01:50', pod(6_000, { severity: 'critical' })));
    expect(story.told.at(-1)).toBe('changed v3 firing !');
    expect(story.main).toMatchObject({ severity: 'P1', incident: { why: 'P1 is urgent' } });
  });

  it('what is kept of the problem does not grow with its alerts', () => {
    const { timeline, untold, told } = story.main;
    expect(timeline.length).toBeLessThanOrEqual(20);
    expect([untold.length, told.length]).toEqual([1, 0]);
  });
});

describe('the end of a storm', () => {
  it('comes when fewer joined since the digest before: the last digest says what is still open', () => {
    const story = begun();
    story.tickProblems('09:02');
    story.join('09:03', 2);
    story.report('09:04', over('09:01', '09:04', pod(0)));
    story.tickProblems('09:07');
    expect(story.main.storm).toBeUndefined();
    expect(story.main.dueAt).toBeUndefined();
    expect(story.main.digest).toMatchObject({
      number: 2,
      joined: 2,
      ended: 1,
      total: 8,
      firing: 7,
      last: true,
    });
    expect(story.main.timeline.at(-1)?.text).toBe(
      'digest 2: 7 of 8 alerts fire; 2 joined and 1 ended since the last; the storm is over',
    );
    expect(story.factsOf(() => story.join('09:08', 1))).toBe(1);
  });

  it('comes with the end of the problem, which is told with what there is to say', () => {
    const story = begun();
    story.report('09:01:10', over('09:00', '09:01:10', NODE));
    for (let index = 0; index < 5; index += 1)
      story.report('09:01:20', over('09:01', '09:01:20', pod(index)));
    expect(story.told.at(-1)).toBe('resolved v8 resolved');
    expect(story.main.storm).toBeUndefined();
    expect(story.main.digest).toMatchObject({ version: 8, total: 6, firing: 0, ended: 6, last: true });
    story.tickProblems('09:30');
    expect(story.digests).toEqual([1]);
  });

  it('comes when a person says that it is over', () => {
    const story = begun();
    story.resolve('09:01:30', story.main);
    expect(story.main.digest).toMatchObject({ firing: 0, total: 6, last: true });
  });

  it('comes with the next digest when the rules limit the problem no more', () => {
    const story = begun();
    story.join('09:01:10', 10);
    story.rules = rulesAtOnce({ storms: [] });
    story.tickProblems('09:02');
    expect(story.main).toMatchObject({ digest: { number: 1, last: true } });
    expect(story.main.storm).toBeUndefined();
  });

  it('comes without a digest when nothing is put together any more', () => {
    const story = begun();
    const { around } = story.state;
    story.state = { ...story.state, around: { ...around, graphs: new Map() } };
    story.tickProblems('09:02');
    expect([story.main.storm, story.main.digest]).toEqual([undefined, undefined]);
    expect(story.facts.at(-1)?.why).toEqual(['the storm is over: nothing is put together any more']);
    expect(story.factsOf(() => story.report('09:03', over('09:01', '09:03', pod(0))))).toBe(1);
  });

  it('counts what joins and ends with the problem itself', () => {
    const story = begun();
    story.report('09:01:10', over('09:00', '09:01:10', NODE));
    story.report(
      '09:01:20',
      ...Array.from({ length: 5 }, (_, index) => over('09:01', '09:01:20', pod(index))),
    );
    expect(story.main.digest).toMatchObject({ joined: 5, ended: 6, firing: 0, last: true });
  });

  it('of a problem that becomes part of another one is that of the other', () => {
    const story = new TogetherStory(rulesAtOnce({ storms: STORMS }));
    const unrelated = { alertname: 'HighLatency', service: 'front', node: 'worker-3', severity: 'warning' };
    story.report('09:00', firing('09:00', unrelated));
    const labels = (index: number) => ({ ...pod(index), namespace: 'shop' });
    for (let index = 0; index < 8; index += 1) story.report('09:01', firing('09:01', labels(index)));
    const second = story.problemOf('KubePodNotReady');
    story.report('09:02', firing('09:00', NODE));
    const merged = story.problems.find(({ mergedInto }) => mergedInto !== undefined && mergedInto !== null);
    expect(second.storm).toBeDefined();
    expect(story.groups).toHaveLength(1);
    expect(merged).toMatchObject({ counts: { total: 0 } });
    expect([merged?.storm, merged?.digest]).toEqual([undefined, undefined]);
    expect(story.problemOf('HighLatency').storm).toBeDefined();
  });
});

describe('one of many that comes back', () => {
  const rules = { sources: { grafana: { repeat_interval: '10m' } } };

  it('makes no noise of its own', () => {
    const story = new Storm({ ...rules, storms: [] });
    story.join('09:01', 2);
    story.acknowledge('09:02', story.main);
    story.report('09:10', firing('09:00', NODE));
    story.tick('09:17', '09:17');
    expect(story.main.counts).toEqual({ total: 3, firing: 1 });
    story.report('09:18', firing('09:01', pod(0)));
    expect(story.main).toMatchObject({ counts: { total: 3, firing: 2 }, acknowledged: { at: at('09:02') } });
    expect(story.told.at(-1)).toMatch(/acknowledged$/);
  });

  it('begins to flap without noise of its own', () => {
    const story = new Storm({ ...rules, storms: [], flapping: { changes: 3, window: '30m', calm: 1 } });
    story.join('09:01', 1);
    story.report('09:10', firing('09:00', NODE));
    story.tick('09:17', '09:17');
    const announced = story.announced;
    story.report('09:18', firing('09:01', pod(0)));
    story.report('09:19', over('09:01', '09:19', pod(0)));
    expect(story.alertOf('KubePodNotReady').flappingSince).toBeDefined();
    expect(story.announced).toBe(announced);
  });
});
