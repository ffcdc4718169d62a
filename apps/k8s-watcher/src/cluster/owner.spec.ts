import { pod, workload } from './objects.js';
import { keyOf, ownerOf } from './owner.js';

const owned = (kind: string, name: string, labels: object = {}, controller = true) =>
  pod.parse({
    metadata: { name: 'cart-1', namespace: 'shop', labels, ownerReferences: [{ kind, name, controller }] },
  });
const between = (name: string, kind: string, owner: string) => {
  const ownerReferences = [{ kind, name: owner, controller: true }];
  const one = workload.parse({ metadata: { name, namespace: 'shop', ownerReferences } });
  return new Map([[keyOf(one), one]]);
};

it.each([
  ['ReplicaSet', 'cart-5c7d', 'Deployment', 'cart'],
  ['Job', 'report-29', 'CronJob', 'report'],
  ['ReplicaSet', 'cart-5c7d', 'Rollout', 'cart'],
])('is the owner of its %s %s: the %s %s', (kind, name, above, owner) => {
  expect(ownerOf(owned(kind, name), { [kind]: between(name, above, owner) })).toEqual({
    kind: above,
    namespace: 'shop',
    name: owner,
  });
});

it.each(['StatefulSet', 'DaemonSet', 'Job', 'Node', 'constructor'])('is its %s', (kind) => {
  expect(ownerOf(owned(kind, 'cart'), {})).toEqual({ kind, namespace: 'shop', name: 'cart' });
});

it('is the Deployment that a ReplicaSet which is gone is named after', () => {
  const labels = { 'pod-template-hash': '5c7d' };
  expect(ownerOf(owned('ReplicaSet', 'cart-5c7d', labels), {})).toMatchObject({
    kind: 'Deployment',
    name: 'cart',
  });
  expect(ownerOf(owned('ReplicaSet', 'other', labels), {})).toMatchObject({
    kind: 'ReplicaSet',
    name: 'other',
  });
});

it('is the pod itself, when nothing controls it', () => {
  const itself = { kind: 'Pod', namespace: 'shop', name: 'cart-1' };
  expect(ownerOf(pod.parse({ metadata: { name: 'cart-1', namespace: 'shop' } }), {})).toEqual(itself);
  expect(ownerOf(owned('Something', 'cart', {}, false), {})).toEqual(itself);
});
