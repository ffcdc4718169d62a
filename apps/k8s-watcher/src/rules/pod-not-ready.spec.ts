import { crashLoopingPod, healthyPod, node } from '@gomon/testing';
import { ago, cart, firing, MINUTE, noon, stateOf, unready, verdictOf } from './story.spec-support.js';

const rule = 'PodNotReady';
const running = (ms: number, more: object = {}) => ({ state: { running: { startedAt: ago(ms) } }, ...more });

it('is told after five minutes, and open until it is ready for five', () => {
  expect(stateOf(rule, [unready(5 * MINUTE - 1)])).toBe('undecided');
  expect(firing([unready(5 * MINUTE)])).toEqual(['PodNotReady P3']);
  expect(stateOf(rule, [healthyPod(noon, { ...cart, ageS: 304 })])).toBe('undecided');
  expect(stateOf(rule, [healthyPod(noon, { ...cart, ageS: 305 })])).toBe('clear');
});

it('says which container it is', () => {
  expect(verdictOf(rule, [unready(5 * MINUTE)])).toMatchObject({
    subject: { kind: 'Deployment', name: 'cart' },
    title: 'cart (shop) is not ready',
    labels: { reason: 'ContainersNotReady' },
    description: expect.stringContaining('Containers not ready: cart.') as unknown,
  });
});

it('counts from its first start: until then its images were pulled', () => {
  expect(stateOf(rule, [unready(20 * MINUTE, running(4 * MINUTE))])).toBe('undecided');
  expect(stateOf(rule, [unready(20 * MINUTE, running(4 * MINUTE, { restartCount: 1 }))])).toBe('firing');
});

it.each([
  ['an image', { state: { waiting: { reason: 'ImagePullBackOff' } } }],
  [
    'a crash loop',
    {
      restartCount: 6,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, finishedAt: ago(MINUTE) } },
    },
  ],
])('leaves %s to the rule that knows it', (_what, container) => {
  expect(stateOf(rule, [unready(20 * MINUTE, container)])).toBe('undecided');
});

it('is told of a pod that once restarted often', () => {
  const container = running(10 * MINUTE, {
    restartCount: 7,
    lastState: { terminated: { exitCode: 1, startedAt: ago(600 * MINUTE), finishedAt: ago(11 * MINUTE) } },
  });
  expect(firing([unready(6 * MINUTE, container)])).toEqual(['PodNotReady P3']);
});

describe('with a startup probe', () => {
  const slow = (container: object) => {
    const pod = unready(10 * MINUTE, container);
    const startupProbe = { periodSeconds: 10, failureThreshold: 90 };
    return { ...pod, spec: { ...pod.spec, containers: [{ name: 'cart', startupProbe }] } };
  };

  it('it may start for as long as that allows', () => {
    expect(verdictOf(rule, [slow(running(10 * MINUTE, { started: false }))])).toMatchObject({
      state: 'undecided',
      changesAt: ago(-5 * MINUTE),
    });
    expect(stateOf(rule, [slow(running(15 * MINUTE, { started: false }))])).toBe('firing');
  });

  it('that has succeeded it has no more time', () => {
    expect(stateOf(rule, [slow(running(10 * MINUTE, { started: true }))])).toBe('firing');
  });

  it('that kills it again and again it has one more try', () => {
    const pod = slow(running(MINUTE, { started: false, restartCount: 4 }));
    const since = (ms: number) => ({
      ...pod,
      status: {
        ...pod.status,
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(ms) }],
      },
    });
    expect(stateOf(rule, [since(19 * MINUTE)])).toBe('undecided');
    expect(stateOf(rule, [since(20 * MINUTE)])).toBe('firing');
  });
});

describe('is left to its node', () => {
  it.each([
    ['False', 'NodeNotReady/node-a'],
    ['Unknown', 'NodeUnreachable/node-a'],
  ] as const)('while that is %s', (ready, cause) => {
    const objects = [unready(20 * MINUTE), node(noon, 'node-a', ready, 20)];
    expect(verdictOf(rule, objects)).toMatchObject({
      state: 'undecided',
      labels: { secondary: 'true', cause, zone: 'eu-1a' },
    });
    expect(stateOf('PodCrashLooping', [crashLoopingPod(noon, cart), node(noon, 'node-a', ready, 20)])).toBe(
      'undecided',
    );
  });

  it('but not while that is ready, or unknown to us', () => {
    expect(stateOf(rule, [unready(20 * MINUTE), node(noon, 'node-a')])).toBe('firing');
    expect(stateOf(rule, [unready(20 * MINUTE), node(noon, 'node-b', 'False')])).toBe('firing');
  });
});

it('is nothing for pods that are pending, completed, deleted or of a Job', () => {
  const pod = unready(20 * MINUTE);
  const ready = {
    type: 'Ready',
    status: 'False',
    reason: 'PodCompleted',
    lastTransitionTime: ago(20 * MINUTE),
  };
  const ownerReferences = [{ kind: 'Job', name: 'report', controller: true }];
  for (const quiet of [
    { ...pod, status: { ...pod.status, phase: 'Pending' } },
    { ...pod, status: { ...pod.status, conditions: [ready] } },
    { ...pod, metadata: { ...pod.metadata, deletionTimestamp: ago(0) } },
    { ...pod, metadata: { ...pod.metadata, ownerReferences } },
  ]) {
    expect(stateOf(rule, [quiet])).toBe('clear');
  }
});

it('is told of a readiness gate too, whose containers are all ready', () => {
  const pod = unready(6 * MINUTE, { ready: true });
  const ready = {
    type: 'Ready',
    status: 'False',
    reason: 'ReadinessGatesNotReady',
    message: 'gate "lb" is not set',
    lastTransitionTime: ago(6 * MINUTE),
  };
  const found = verdictOf(rule, [{ ...pod, status: { ...pod.status, conditions: [ready] } }]);
  expect(found).toMatchObject({
    state: 'firing',
    description: expect.stringContaining('gate "lb"') as unknown,
  });
});
