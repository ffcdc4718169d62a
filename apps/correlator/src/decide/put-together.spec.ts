import { rulesFile, type CorrelationInput, type Labels } from '@gomon/contracts';
import { at, endOf, SILENCE_ID } from './story.spec-support.js';
import { firing, over, rulesAtOnce, TogetherStory } from './together.spec-support.js';

const NODE: Labels = { alertname: 'KubeNodeNotReady', node: 'worker-3', severity: 'warning' };
const POD: Labels = {
  alertname: 'KubePodNotReady',
  pod: 'cart-0',
  namespace: 'shop',
  node: 'worker-3',
  severity: 'warning',
};
const SLOW: Labels = { alertname: 'HighLatency', service: 'front', node: 'worker-3', severity: 'warning' };
const WHY_NODE = 'a node and what runs on it (node worker-3)';

/** Two symptoms of a node that were told as two problems, and then the node. */
function nodeReportedLast(severity = 'warning'): TogetherStory {
  const story = new TogetherStory();
  story.report('09:01', firing('09:00:30', POD));
  story.report('09:02', firing('09:00:40', SLOW));
  expect(story.groups).toEqual(['HighLatency', 'KubePodNotReady']);
  story.report('09:03', firing('09:00', { ...NODE, severity }));
  return story;
}

function nodeWithPod(more: Labels = {}): TogetherStory {
  const story = new TogetherStory();
  story.report('09:01', firing('09:00', NODE));
  story.report('09:02', firing('09:01', { ...POD, ...more }));
  return story;
}

describe('two problems that turn out to have one cause', () => {
  it('become the one that was told first, which keeps its id', () => {
    const story = nodeReportedLast();
    const [first] = story.problems;
    expect(story.groups).toEqual(['HighLatency + KubeNodeNotReady + KubePodNotReady']);
    expect(new Set(story.alerts.map(({ problemId }) => problemId))).toEqual(new Set([first?.id]));
    expect(first).toMatchObject({
      openedAt: at('09:01'),
      startsAt: at('09:00'),
      counts: { total: 3, firing: 3 },
    });
    expect(first?.mergedInto).toBeUndefined();
  });

  it('have the cause for their primary, and the problem says why in words', () => {
    const story = nodeReportedLast();
    const problem = story.problemOf('KubePodNotReady');
    const why = `KubeNodeNotReady, 30 s before 2 alerts that follow from it: ${WHY_NODE}`;
    expect(problem).toMatchObject({
      primaryId: story.alertOf('KubeNodeNotReady').id,
      title: 'KubeNodeNotReady',
      likelyCause: { why },
    });
    expect(problem.likelyCause?.score).toBeCloseTo(0.9025);
    expect(problem.timeline.at(-1)?.text).toContain(`likely cause: ${why}`);
  });

  it('leave of the other one only where its alerts are', () => {
    const story = nodeReportedLast();
    const [first, second] = story.problems;
    const why = `part of KubeNodeNotReady: ${WHY_NODE}: it follows from KubeNodeNotReady`;
    expect(second).toMatchObject({
      openedAt: at('09:02'),
      counts: { total: 0, firing: 0 },
      mergedInto: { problemId: first?.id, at: at('09:03'), why },
      resolved: { at: at('09:03'), by: 'merge', reason: why },
    });
    expect(second?.asking).toBeUndefined();
  });

  it('tell nobody anew: the one changes and the other is resolved, both silently', () => {
    const story = nodeReportedLast();
    expect(story.told).toEqual([
      'opened v1 firing !',
      'opened v1 firing !',
      'changed v2 firing',
      'resolved v2 resolved',
    ]);
  });

  it('write the alert that was moved, and the problem of the newcomer never', () => {
    const story = nodeReportedLast();
    const [first, second] = story.problems;
    expect(story.last?.moves).toEqual([
      {
        alertId: story.alertOf('HighLatency').id,
        from: second?.id,
        to: first?.id,
        why: `${WHY_NODE}: it follows from KubeNodeNotReady`,
      },
    ]);
    expect(story.last?.problems.map(({ id }) => id).sort()).toEqual([first?.id, second?.id].sort());
    expect(story.last?.actions).toMatchObject([{ action: 'fired', problemId: first?.id }]);
  });

  it('leave nothing to be told of the one that nobody has heard of: it is told with the next version of the other', () => {
    const story = nodeReportedLast();
    const [first, second] = story.problems;
    expect(second?.untold).toEqual([]);
    expect(first?.untold).toEqual([
      { version: 1, observations: 1 },
      { version: 2, observations: 1 },
    ]);
  });

  it('count what happens to an alert as it moves once, as part of the other', () => {
    const story = new TogetherStory();
    story.report('09:01', firing('09:00:30', POD));
    story.report('09:02', firing('09:00:40', SLOW));
    const before = story.problemOf('HighLatency').id;
    const outcomes = story.report(
      '09:03',
      firing('09:00', NODE),
      firing('09:00:40', { ...SLOW, severity: 'critical' }),
    );
    expect(story.problemOf('HighLatency').id).not.toBe(before);
    expect(outcomes).toMatchObject([{ end: 'merged' }, { end: 'merged' }]);
    expect(story.problemBy(before).untold).toEqual([]);
  });

  it('go on as one: it ends with the last of all of them', () => {
    const story = nodeReportedLast();
    story.report('09:10', over('09:00', '09:10', NODE));
    story.report('09:11', over('09:00:40', '09:11', SLOW));
    expect(story.problemOf('KubePodNotReady')).toMatchObject({ counts: { total: 3, firing: 1 } });
    expect(story.problemOf('KubePodNotReady').resolved).toBeUndefined();
    story.report('09:12', over('09:00:30', '09:12', POD));
    expect(story.problemOf('KubePodNotReady')).toMatchObject({
      counts: { total: 3, firing: 0 },
      resolved: { at: at('09:12'), by: 'source' },
    });
  });

  it('keep the incident of the first, and its alerts are part of that', () => {
    const story = new TogetherStory();
    story.report('09:01', firing('09:00:30', { ...POD, severity: 'critical' }));
    story.report('09:02', firing('09:00:40', { ...SLOW, severity: 'critical' }));
    const [first, second] = story.problems.map(({ incident }) => incident?.id);
    story.report('09:03', firing('09:00', { ...NODE, severity: 'critical' }));
    expect(story.problemOf('KubeNodeNotReady').incident?.id).toBe(first);
    expect(story.alerts.map(({ incidentId }) => incidentId)).toEqual([first, first, first]);
    expect(second).not.toBe(first);
  });
});

describe('what is reported in one transaction', () => {
  it('is told once', () => {
    const story = new TogetherStory();
    story.report('09:03', firing('09:00:30', POD), firing('09:00:40', SLOW), firing('09:00', NODE));
    expect(story.told).toEqual(['opened v1 firing !']);
    expect(story.last?.problems).toMatchObject([
      { title: 'KubeNodeNotReady', counts: { total: 3, firing: 3 } },
    ]);
  });
});

describe('an alert that joins a problem', () => {
  it('and is milder is silent, and its observation ends as merged', () => {
    const story = nodeWithPod({ severity: 'info' });
    expect(story.last?.outcomes.map(endOf)).toEqual(['merged']);
    expect(story.told).toEqual(['opened v1 firing !', 'changed v2 firing']);
    expect(story.problemOf('KubePodNotReady')).toMatchObject({
      severity: 'P2',
      counts: { total: 2, firing: 2 },
    });
    expect(story.problemOf('KubePodNotReady').incident).toBeUndefined();
  });

  it('and is as bad is silent too', () => {
    expect(nodeWithPod().told).toEqual(['opened v1 firing !', 'changed v2 firing']);
  });

  it('and is worse raises it, is announced, and opens the incident', () => {
    const story = nodeWithPod({ severity: 'critical' });
    expect(story.told).toEqual(['opened v1 firing !', 'changed v2 firing !']);
    const problem = story.problemOf('KubePodNotReady');
    expect(problem).toMatchObject({
      severity: 'P1',
      title: 'KubeNodeNotReady',
      incident: { openedAt: at('09:02'), why: 'P1 is urgent' },
      asking: { since: at('09:02') },
    });
    expect(problem.announced?.why).toMatch(/^KubePodNotReady makes it P1: /);
  });

  it('and is worse ends the acknowledgement; a milder one does not', () => {
    const acknowledgedAfter = (severity: string) => {
      const story = new TogetherStory();
      story.report('09:01', firing('09:00', NODE));
      story.acknowledge('09:01:30', story.problem);
      story.report('09:02', firing('09:01', { ...POD, severity }));
      return story.problemOf('KubePodNotReady').acknowledged !== undefined;
    };
    expect([acknowledgedAfter('critical'), acknowledgedAfter('info')]).toEqual([false, true]);
  });

  it('says in the evidence of its observation to what it belongs', () => {
    const story = nodeWithPod();
    expect(story.last?.outcomes).toMatchObject([
      {
        problemId: story.problemOf('KubeNodeNotReady').id,
        evidence: { problem: `${WHY_NODE}: it follows from KubeNodeNotReady` },
      },
    ]);
  });

  it('and resolves before the others changes only the counts', () => {
    const story = nodeWithPod();
    const before = story.problemOf('KubeNodeNotReady');
    story.report('09:05', over('09:01', '09:05', POD));
    const after = story.problemOf('KubeNodeNotReady');
    expect(after.counts).toEqual({ total: 2, firing: 1 });
    expect(after).toMatchObject({
      primaryId: before.primaryId,
      severity: before.severity,
      likelyCause: before.likelyCause,
    });
    expect([after.resolved, after.announced]).toEqual([undefined, before.announced]);
    expect(story.told.at(-1)).toBe('changed v3 firing');
  });

  it('is a problem of its own once the other is over', () => {
    const story = new TogetherStory();
    story.report('09:01', firing('09:00', NODE));
    story.report('09:02', over('09:00', '09:02', NODE));
    story.report('09:03', firing('09:02', POD));
    expect(story.groups).toEqual(['KubeNodeNotReady', 'KubePodNotReady']);
    expect(story.problemOf('KubePodNotReady').resolved).toBeUndefined();
  });
});

describe('what is kept from being told', () => {
  const silencePods = (story: TogetherStory) => {
    const matchers = [{ name: 'alertname', operator: '=' as const, value: 'KubePodNotReady' }];
    story.silence({ startsAt: at('08:00'), endsAt: at('10:00'), matchers }, SILENCE_ID);
  };

  it('does not join what is told', () => {
    const story = new TogetherStory();
    silencePods(story);
    story.report('09:01', firing('09:00', NODE));
    expect(story.report('09:02', firing('09:01', POD)).map(endOf)).toEqual(['muted']);
    expect(story.groups).toEqual(['KubeNodeNotReady', 'KubePodNotReady']);
    expect(story.told).toEqual(['opened v1 firing !']);
  });

  it('takes in nothing that is to be told', () => {
    const story = new TogetherStory();
    silencePods(story);
    story.report('09:01', firing('09:00', POD));
    story.report(
      '09:02',
      firing('09:01', { alertname: 'HighErrorRate', service: 'cart', namespace: 'shop' }),
    );
    expect(story.groups).toEqual(['HighErrorRate', 'KubePodNotReady']);
    expect(story.told).toEqual(['opened v1 firing !']);
  });

  it('is put together with what is kept back by the same', () => {
    const story = new TogetherStory();
    const matchers = [{ name: 'node', operator: '=' as const, value: 'worker-3' }];
    story.silence({ startsAt: at('08:00'), endsAt: at('10:00'), matchers });
    story.report('09:01', firing('09:00', NODE));
    story.report('09:02', firing('09:01', POD));
    expect(story.groups).toEqual(['KubeNodeNotReady + KubePodNotReady']);
    expect(story.facts).toEqual([]);
  });
});

describe('what stays apart', () => {
  it.each<[string, Labels, Labels]>([
    ['clusters', { cluster: 'north' }, { cluster: 'south' }],
    ['environments', { environment: 'production' }, { env: 'staging' }],
    ['nodes', {}, { node: 'worker-4' }],
  ])('is what says other %s', (_, ofNode, ofPod) => {
    const story = new TogetherStory();
    story.report('09:01', firing('09:00', { ...NODE, ...ofNode }));
    story.report('09:02', firing('09:01', { ...POD, ...ofPod }));
    expect(story.groups).toEqual(['KubeNodeNotReady', 'KubePodNotReady']);
    expect(story.announced).toBe(2);
  });

  it('is not what says no cluster', () => {
    expect(nodeWithPod({ cluster: 'north' }).groups).toEqual(['KubeNodeNotReady + KubePodNotReady']);
  });

  it('is what only shares a namespace and the moment', () => {
    const story = new TogetherStory();
    story.report('09:01', firing('09:00', { alertname: 'CartOdd', namespace: 'shop', service: 'cart' }));
    story.report('09:01', firing('09:00', { alertname: 'PayOdd', namespace: 'shop', service: 'pay' }));
    expect(story.groups).toEqual(['CartOdd', 'PayOdd']);
  });

  it('is everything where the rules say so', () => {
    const story = new TogetherStory(rulesAtOnce({ correlation: { enabled: false } }));
    story.report('09:01', firing('09:00', NODE));
    story.report('09:02', firing('09:01', POD));
    expect(story.groups).toEqual(['KubeNodeNotReady', 'KubePodNotReady']);
    expect(story.announced).toBe(2);
  });
});

describe('rules of one’s own', () => {
  const PROVIDER = { alertname: 'ProviderDown', service: 'acme' };
  const CHECKOUT = { alertname: 'CheckoutStuck', service: 'acme' };
  const groupsBy = (correlation: CorrelationInput, effectAt = '09:01') => {
    const story = new TogetherStory(rulesAtOnce({ correlation: { defaults: false, ...correlation } }));
    story.report('09:30', firing('09:00', PROVIDER));
    story.report('09:31', firing(effectAt, CHECKOUT));
    return story.groups;
  };
  const kinds = [{ name: 'checkout', says: ['checkout', 'stuck'] }];
  const pattern = {
    name: 'the payment provider',
    cause: ['alertname="ProviderDown"'],
    effect: ['checkout'],
    via: ['app' as const],
    within: '10m',
  };

  it('put together what they say, by kinds and matchers', () => {
    expect(groupsBy({ kinds, patterns: [pattern] })).toEqual(['CheckoutStuck + ProviderDown']);
  });

  it('hold beside what is known', () => {
    expect(groupsBy({ defaults: true, kinds, patterns: [pattern] })).toEqual([
      'CheckoutStuck + ProviderDown',
    ]);
    expect(groupsBy({ defaults: true, kinds, patterns: [{ ...pattern, weight: 0.1 }] })).toEqual([
      'CheckoutStuck',
      'ProviderDown',
    ]);
  });

  it('put nothing together without them, later than they say, by another matcher, or with too little weight', () => {
    const apart = ['CheckoutStuck', 'ProviderDown'];
    expect(groupsBy({})).toEqual(apart);
    expect(groupsBy({ kinds, patterns: [pattern] }, '09:11')).toEqual(apart);
    expect(groupsBy({ kinds, patterns: [{ ...pattern, cause: ['alertname="X"'] }] })).toEqual(apart);
    expect(groupsBy({ kinds, patterns: [{ ...pattern, weight: 0.4 }] })).toEqual(apart);
  });

  it('may take a matcher for a cause that all of a cluster stands on', () => {
    const story = new TogetherStory(
      rulesAtOnce({
        correlation: {
          kinds: [{ name: 'payments-down', says: ['payments|checkout', 'down|unavailable'], depth: 6 }],
          patterns: [
            {
              name: 'the payment provider',
              cause: ['alertname="ProviderDown"'],
              effect: ['payments-down', 'errors'],
              via: ['cluster'],
              within: '10m',
            },
          ],
        },
      }),
    );
    story.report('09:02', firing('09:00', { alertname: 'CheckoutUnavailable' }));
    story.report('09:03', firing('09:01', { alertname: 'ProviderDown' }));
    story.report('09:04', firing('09:01', { alertname: 'OrdersStrange' }));
    expect(story.groups).toEqual(['CheckoutUnavailable + ProviderDown', 'OrdersStrange']);
  });

  it('name their pattern as the reason', () => {
    const story = new TogetherStory(rulesAtOnce({ correlation: { kinds, patterns: [pattern] } }));
    story.report('09:01', firing('09:00', PROVIDER));
    story.report('09:02', firing('09:01', CHECKOUT));
    expect(story.problemOf('ProviderDown').likelyCause?.why).toBe(
      'ProviderDown, 60 s before 1 alert that follows from it: the payment provider (app acme)',
    );
  });

  it('are refused where a pattern names a kind that is not there, with its place', () => {
    const read = rulesFile.safeParse({
      correlation: { kinds, patterns: [pattern, { ...pattern, effect: ['checkout', 'chekout'] }] },
    });
    expect(read.error?.issues).toMatchObject([
      {
        path: ['correlation', 'patterns', 1, 'effect', 1],
        message: expect.stringMatching(/^there is no kind chekout: /) as string,
      },
    ]);
  });
});
