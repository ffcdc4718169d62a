import { crashLoopingPod, deployment, healthyPod, replicaSet } from '@gomon/testing';
import {
  ago,
  cart,
  firing,
  MINUTE,
  noon,
  NOON,
  SECOND,
  stateOf,
  verdictOf,
  verdicts,
  withContainer,
} from './story.spec-support.js';

const crashing = crashLoopingPod(noon, cart);
const rule = 'PodCrashLooping';
const run = (startedMs: number, endedMs: number, more: object = {}) => ({
  terminated: { exitCode: 1, startedAt: ago(startedMs), finishedAt: ago(endedMs), ...more },
});
const waiting = { waiting: { reason: 'CrashLoopBackOff' } };
const runningFor = (ms: number) => ({ running: { startedAt: ago(ms) } });

describe('a crash loop', () => {
  it('is told of its Deployment and container, with what ended it', () => {
    const found = verdictOf(rule, [crashing, replicaSet(noon, 'shop', 'cart')]);
    expect(found).toMatchObject({
      subject: { kind: 'Deployment', namespace: 'shop', name: 'cart', container: 'cart' },
      title: 'cart (shop) crash-loops: exit 1, 6 restarts',
      labels: { pod: 'cart-7d9f8c6b5-abcde', node: 'node-a', workload: 'deployment/cart', reason: 'Error' },
    });
    expect(found?.description).toContain('cannot read /etc/config/rules.yaml');
  });

  it('knows its Deployment without the ReplicaSet too', () => {
    expect(verdictOf(rule, [crashing])?.subject).toMatchObject({ kind: 'Deployment', name: 'cart' });
  });

  it('is none before the third restart', () => {
    expect(stateOf(rule, [withContainer(crashing, { restartCount: 2 })])).toBe('clear');
    expect(stateOf(rule, [withContainer(crashing, { restartCount: 3 })])).toBe('firing');
  });

  it('holds for half a minute, from its third restart on', () => {
    const third = withContainer(crashing, { restartCount: 3 });
    const since = NOON - 95 * SECOND;
    expect(verdictOf(rule, [third], since + 29_999)).toMatchObject({
      state: 'undecided',
      changesAt: new Date(since + 30 * SECOND).toISOString(),
    });
    expect(stateOf(rule, [third], since + 30 * SECOND)).toBe('firing');
  });

  it('holds while it runs again for the third time', () => {
    const third = {
      restartCount: 3,
      state: runningFor(20 * SECOND),
      lastState: run(41 * SECOND, 40 * SECOND),
    };
    expect(stateOf(rule, [withContainer(crashing, third)])).toBe('undecided');
    expect(stateOf(rule, [withContainer(crashing, third)], NOON + 10 * SECOND)).toBe('firing');
  });

  it('fires between two looks, when its next try has just ended', () => {
    const state = run(2 * SECOND, SECOND);
    expect(
      stateOf(rule, [withContainer(crashing, { state, lastState: run(90 * SECOND, 85 * SECOND) })]),
    ).toBe('firing');
  });

  it('of an end with exit code 0 that is started again and again is one too', () => {
    const lastState = run(95 * SECOND, 90 * SECOND, { exitCode: 0, reason: 'Completed' });
    expect(firing([withContainer(crashing, { lastState })])).toEqual(['PodCrashLooping P2']);
  });

  it('stays open until it has run and been ready for ten minutes', () => {
    const startedAt = NOON - 30 * SECOND;
    const recovered = withContainer(healthyPod(noon, cart), {
      restartCount: 6,
      state: runningFor(30 * SECOND),
      lastState: run(195 * SECOND, 190 * SECOND),
    });
    const at = (minutes: number) => stateOf(rule, [recovered], startedAt + minutes * MINUTE);
    expect([at(1), at(5.99), at(6), at(9.99), at(10)]).toEqual([
      'firing',
      'firing',
      'undecided',
      'undecided',
      'clear',
    ]);
    expect(verdictOf(rule, [recovered])?.changesAt).toBe(new Date(startedAt + 6 * MINUTE).toISOString());
  });

  it('that runs but is not ready stays open', () => {
    const state = runningFor(30 * MINUTE);
    expect(
      stateOf(rule, [withContainer(crashing, { state, lastState: run(33 * MINUTE, 32 * MINUTE) })]),
    ).toBe('undecided');
  });

  it('is over as soon as its pod is replaced', () => {
    expect(stateOf(rule, [healthyPod(noon, { ...cart, suffix: 'fghij', ageS: 30 })])).toBe('clear');
  });
});

describe('no crash loop is', () => {
  it.each([
    [
      'a restart at once, as after months',
      { state: runningFor(MINUTE), lastState: run(40 * MINUTE, 61 * SECOND) },
    ],
    [
      'a slow restart of what ran for long',
      { state: runningFor(MINUTE), lastState: run(40 * MINUTE, 2 * MINUTE) },
    ],
    [
      'one that has ended well',
      {
        ready: false,
        state: run(2 * SECOND, SECOND, { exitCode: 0 }),
        lastState: run(90 * SECOND, 85 * SECOND),
      },
    ],
  ])('%s', (_what, container) => {
    const pod = withContainer(healthyPod(noon, cart), { restartCount: 12, ...container });
    expect(firing([pod])).toEqual([]);
  });

  it('one of an init container or an ephemeral one: they are not looked at here', () => {
    const pod = healthyPod(noon, cart);
    const statuses = crashing.status.containerStatuses;
    const status = { ...pod.status, initContainerStatuses: statuses, ephemeralContainerStatuses: statuses };
    expect(firing([{ ...pod, status }])).toEqual([]);
  });

  it('one of a pod that is deleted, finished or disrupted', () => {
    const { metadata, status } = crashing;
    const condition = (type: string, reason?: string) => ({
      ...status,
      conditions: [{ type, status: type === 'Ready' ? 'False' : 'True', reason }],
    });
    const pods = [
      { ...crashing, metadata: { ...metadata, deletionTimestamp: '2026-11-20T10:00:30Z' } },
      { ...crashing, status: { ...status, phase: 'Succeeded' } },
      { ...crashing, status: { ...status, phase: 'Failed' } },
      { ...crashing, status: condition('Ready', 'PodCompleted') },
      { ...crashing, status: condition('DisruptionTarget') },
    ];
    expect(verdicts(pods)).toEqual([]);
  });
});

describe('several pods of an owner', () => {
  it('are one alert: the worst is quoted, the others are counted', () => {
    const pods = ['a', 'b', 'c'].map((suffix) => crashLoopingPod(noon, { ...cart, suffix }));
    const [found, ...more] = verdicts([...pods, healthyPod(noon, { ...cart, suffix: 'd' })]).filter(
      (verdict) => verdict.rule === rule,
    );
    expect(more).toEqual([]);
    expect(found?.labels['pod']).toBe('cart-7d9f8c6b5-a');
    expect(found?.description).toContain('And 2 more pods.');
  });

  it('fire if one of them does, however the others are', () => {
    const held = withContainer(crashing, { restartCount: 3, lastState: run(11 * SECOND, 10 * SECOND) });
    const other = crashLoopingPod(noon, { ...cart, suffix: 'other' });
    expect(verdictOf(rule, [held, other, deployment(noon, 'shop', 'cart')])).toMatchObject({
      state: 'firing',
      labels: { pod: 'cart-7d9f8c6b5-other' },
      changesAt: ago(-19 * SECOND),
    });
  });

  it('of two owners are two', () => {
    const other = crashLoopingPod(noon, { ...cart, deployment: 'web' });
    expect(firing([crashing, other])).toEqual(['PodCrashLooping P2', 'PodCrashLooping P2']);
  });

  it('waiting reads the same as an object that only names its reason', () => {
    expect(stateOf(rule, [withContainer(crashing, { state: waiting, lastState: {} })])).toBe('firing');
  });
});
