import { healthyPod, node } from '@gomon/testing';
import {
  ago,
  cart,
  firing,
  fixture,
  MINUTE,
  noon,
  NOON,
  SECOND,
  stateOf,
  verdictOf,
  verdicts,
} from './story.spec-support.js';

const given = (ready: 'True' | 'False' | 'Unknown', sinceS: number, more: object = {}) => ({
  ...node(noon, 'node-a', ready, sinceS),
  ...more,
});
const states = (...args: Parameters<typeof stateOf> extends [unknown, ...infer Rest] ? Rest : never) => [
  stateOf('NodeNotReady', ...args),
  stateOf('NodeUnreachable', ...args),
];

it('that is not ready is told after a minute', () => {
  expect(states([given('False', 59)])).toEqual(['undecided', 'undecided']);
  expect(firing([given('False', 60)])).toEqual(['NodeNotReady P1']);
  expect(verdictOf('NodeNotReady', [given('False', 20)])?.changesAt).toBe(ago(-40 * SECOND));
});

it('that cannot be reached is told at once: its grace is over by then', () => {
  expect(firing([given('Unknown', 0)])).toEqual(['NodeUnreachable P1']);
});

it('is over after two minutes of being ready', () => {
  expect(states([given('True', 119)])).toEqual(['undecided', 'undecided']);
  expect(states([given('True', 120)])).toEqual(['clear', 'clear']);
});

it('that turns from not ready to unreachable keeps the one and fires the other', () => {
  expect(states([given('Unknown', 10)])).toEqual(['undecided', 'firing']);
  expect(states([given('False', 600)])).toEqual(['firing', 'undecided']);
});

it('that is gone, or about to be deleted, is over', () => {
  const { metadata } = given('False', 600);
  expect(verdicts([])).toEqual([]);
  expect(verdicts([given('False', 600, { metadata: { ...metadata, deletionTimestamp: ago(0) } })])).toEqual(
    [],
  );
});

it('that is younger than five minutes may still start', () => {
  const { metadata } = given('False', 60);
  const aged = (ms: number) => given('False', 60, { metadata: { ...metadata, creationTimestamp: ago(ms) } });
  expect(states([aged(5 * MINUTE - 1)])).toEqual(['clear', 'clear']);
  expect(firing([aged(5 * MINUTE)])).toEqual(['NodeNotReady P1']);
});

describe('that is meant to go', () => {
  it.each([
    ['is cordoned', { spec: { unschedulable: true } }],
    ['is deleted by the autoscaler', { spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler' }] } }],
    ['is replaced by Karpenter', { spec: { taints: [{ key: 'karpenter.sh/disrupted' }] } }],
    ['is out of service', { spec: { taints: [{ key: 'node.kubernetes.io/out-of-service' }] } }],
    [
      'is a spot instance taken back',
      { spec: { taints: [{ key: 'aws-node-termination-handler/spot-itn' }] } },
    ],
  ])('since it %s is a note for ten minutes', (_why, more) => {
    expect(firing([given('False', 599, more)])).toEqual(['NodeNotReady P4']);
    expect(firing([given('Unknown', 599, more)])).toEqual(['NodeUnreachable P4']);
    expect(verdictOf('NodeNotReady', [given('False', 599, more)])?.changesAt).toBe(ago(-SECOND));
    expect(firing([given('False', 600, more)])).toEqual(['NodeNotReady P1']);
  });

  it('by its own word is one as well', () => {
    const leaving = given('False', 120);
    const conditions = [...leaving.status.conditions, { type: 'DrainInProgress', status: 'True' }];
    expect(firing([{ ...leaving, status: { conditions } }])).toEqual(['NodeNotReady P4']);
  });

  it('only perhaps is told as any other', () => {
    const taints = [{ key: 'DeletionCandidateOfClusterAutoscaler' }];
    expect(firing([given('False', 120, { spec: { taints } })])).toEqual(['NodeNotReady P1']);
  });
});

it('says what the kubelet says, and how many pods are on it', () => {
  expect(verdictOf('NodeNotReady', [given('False', 90), healthyPod(noon, cart)])).toMatchObject({
    subject: { kind: 'Node', name: 'node-a' },
    since: ago(90 * SECOND),
    title: 'Node node-a is not ready',
    labels: { node: 'node-a', zone: 'eu-1a', reason: 'KubeletNotReady' },
    description: 'KubeletNotReady: PLEG is not healthy\n1 pods are on it.',
  });
  expect(verdictOf('NodeUnreachable', [fixture('node-unreachable')])?.description).toContain(
    'Last heard of at',
  );
});

describe('of the control plane', () => {
  const plane = (name: string, ready: 'True' | 'False' | 'Unknown') => {
    const one = node(noon, name, ready, 600);
    const labels = { ...one.metadata.labels, 'node-role.kubernetes.io/control-plane': '' };
    return { ...one, metadata: { ...one.metadata, labels } };
  };

  it('is the worst when the others are no majority', () => {
    const two = [plane('a', 'False'), plane('b', 'True'), plane('c', 'True')];
    expect(firing(two)).toEqual(['NodeNotReady P1']);
    const one = [
      plane('a', 'False'),
      plane('b', 'Unknown'),
      plane('c', 'True'),
      node(noon, 'd', 'False', 600),
    ];
    expect(firing(one)).toEqual(['NodeNotReady P0', 'NodeNotReady P1', 'NodeUnreachable P1']);
  });
});

it('whose clock is ahead is none the worse', () => {
  const ahead = given('False', -120);
  expect(verdictOf('NodeNotReady', [ahead], NOON)).toMatchObject({
    state: 'undecided',
    changesAt: ago(-180 * SECOND),
  });
  expect(states([given('True', -120)])).toEqual(['undecided', 'undecided']);
});
