import { crashLoopingPod, deployment, healthyPod, node } from '@gomon/testing';
import { cart, firing, MINUTE, noon, NOON, unready } from './story.spec-support.js';

const sized = (replicas: number) => {
  const one = deployment(noon, 'shop', 'cart');
  return { ...one, spec: { ...one.spec, replicas } };
};
const crashing = (suffix = 'abcde') => crashLoopingPod(noon, { ...cart, suffix });

it.each([
  ['kube-system', 'production', 'P1'],
  ['shop', 'production', 'P2'],
  ['kube-system', 'staging', 'P2'],
  ['shop', 'staging', 'P3'],
  ['shop', 'dev', 'P4'],
] as const)('in %s of %s a crash loop is %s', (namespace, profile, severity) => {
  expect(firing([crashLoopingPod(noon, { ...cart, namespace })], NOON, { profile })).toEqual([
    `PodCrashLooping ${severity}`,
  ]);
});

it('of a node it is milder outside of production, and no other', () => {
  expect(firing([node(noon, 'node-a', 'Unknown')], NOON, { profile: 'dev' })).toEqual(['NodeUnreachable P3']);
});

it('is one step worse for what the cluster stands on, in any namespace', () => {
  const pod = crashing();
  const critical = { ...pod, spec: { ...pod.spec, priorityClassName: 'system-node-critical' } };
  expect(firing([critical])).toEqual(['PodCrashLooping P1']);
});

it('is one step worse when all replicas are affected', () => {
  const all = ['a', 'b', 'c'].map(crashing);
  expect(firing([...all, sized(3)])).toEqual(['PodCrashLooping P1']);
  expect(firing([...all.slice(1), sized(3)])).toEqual(['PodCrashLooping P2']);
});

it('is not, while a pod of before is well', () => {
  const old = healthyPod(noon, { ...cart, suffix: 'old' });
  expect(firing([crashing(), old, sized(1)])).toEqual(['PodCrashLooping P2']);
});

it('is not, where the size is not known', () => {
  expect(firing([crashing('a'), crashing('b')])).toEqual(['PodCrashLooping P2']);
});

it('knows the size of StatefulSets and DaemonSets', () => {
  const owned = (kind: string) => {
    const pod = crashing();
    const ownerReferences = [{ kind, name: 'cart', controller: true }];
    return { ...pod, metadata: { ...pod.metadata, ownerReferences } };
  };
  const metadata = { name: 'cart', namespace: 'shop' };
  const of = (kind: string) => ({
    kind,
    metadata,
    spec: { replicas: 2 },
    status: { desiredNumberScheduled: 2 },
  });
  const second = (kind: string) => ({
    ...owned(kind),
    metadata: { ...owned(kind).metadata, name: 'cart-1' },
  });
  for (const kind of ['StatefulSet', 'DaemonSet']) {
    expect(firing([owned(kind), of(kind)])).toEqual(['PodCrashLooping P2']);
    expect(firing([owned(kind), second(kind), of(kind)])).toEqual(['PodCrashLooping P1']);
  }
});

describe('the one pod of a workload of one', () => {
  it('is all of it', () => {
    expect(firing([unready(6 * MINUTE), sized(1)])).toEqual(['PodNotReady P2']);
  });

  it('is never above P2', () => {
    expect(firing([crashing(), sized(1)])).toEqual(['PodCrashLooping P2']);
    const systemNamespaces = new Set(['shop']);
    expect(firing([crashing(), sized(1)], NOON, { systemNamespaces })).toEqual(['PodCrashLooping P2']);
  });
});
