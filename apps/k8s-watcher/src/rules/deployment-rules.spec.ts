import { deployment, replicaSet } from '@gomon/testing';
import {
  ago,
  firing,
  fixture,
  MINUTE,
  noon,
  NOON,
  SECOND,
  stateOf,
  verdictOf,
} from './story.spec-support.js';

const rule = 'DeploymentRolloutStuck';

function rollout(
  status: string,
  reason: string,
  sinceMs: number,
  more: { spec?: object; metadata?: object } = {},
) {
  const one = deployment(noon, 'shop', 'cart');
  const conditions = [{ type: 'Progressing', status, reason, lastTransitionTime: ago(sinceMs) }];
  return {
    ...one,
    metadata: { ...one.metadata, ...more.metadata },
    spec: { ...one.spec, ...more.spec },
    status: { ...one.status, conditions },
  };
}
const stuck = (more?: Parameters<typeof rollout>[3]) => rollout('False', 'ProgressDeadlineExceeded', 0, more);

it('fires at once when the deadline has passed', () => {
  expect(firing([stuck()])).toEqual(['DeploymentRolloutStuck P2']);
  expect(firing([rollout('False', 'FailedCreate', MINUTE)])).toEqual([]);
});

it('is nothing while it is paused, scaled to none or deleted', () => {
  for (const more of [
    { spec: { paused: true } },
    { spec: { replicas: 0 } },
    { metadata: { deletionTimestamp: ago(0) } },
  ]) {
    expect(stateOf(rule, [stuck(more)])).toBe('clear');
  }
});

it('neither begins nor ends by a status of an older generation', () => {
  expect(stateOf(rule, [stuck({ metadata: { generation: 2 } })])).toBe('undecided');
  const done = rollout('True', 'NewReplicaSetAvailable', 60 * MINUTE, { metadata: { generation: 2 } });
  expect(stateOf(rule, [done])).toBe('undecided');
  expect(stateOf(rule, [fixture('near-deployment-stale-status')])).toBe('undecided');
});

it('stays open while it moves again, and for a minute after it is done', () => {
  expect(stateOf(rule, [rollout('True', 'ReplicaSetUpdated', 60 * MINUTE)])).toBe('undecided');
  expect(stateOf(rule, [rollout('True', 'NewReplicaSetAvailable', MINUTE - 1)])).toBe('undecided');
  expect(stateOf(rule, [rollout('True', 'NewReplicaSetAvailable', MINUTE)])).toBe('clear');
});

it('says the new ReplicaSet, the images and why it was changed', () => {
  const template = (image: string) => ({ template: { spec: { containers: [{ name: 'cart', image }] } } });
  const revision = (number: number) => ({ 'deployment.kubernetes.io/revision': String(number) });
  const set = (name: string, image: string, number: number) => {
    const one = replicaSet(noon, 'shop', 'cart');
    return {
      ...one,
      metadata: { ...one.metadata, name, annotations: revision(number) },
      spec: template(image),
    };
  };
  const annotations = { ...revision(10), 'kubernetes.io/change-cause': 'cart 2.0' };
  const objects = [
    stuck({ spec: { replicas: 4, ...template('cart:2.0') }, metadata: { annotations } }),
    set('cart-b', 'cart:1.9', 9),
    set('cart-a', 'cart:2.0', 10),
    {
      ...set('cart-z', 'cart:9', 99),
      metadata: { ...set('cart-z', 'cart:9', 99).metadata, namespace: 'other' },
    },
  ];
  expect(verdictOf(rule, objects, NOON + SECOND)).toMatchObject({
    subject: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
    since: ago(0),
    labels: { replicaset: 'cart-a', workload: 'deployment/cart' },
    description:
      'ProgressDeadlineExceeded\n1 of 4 pods are available.\nImage: cart:1.9 → cart:2.0.\nChange: cart 2.0.',
  });
});
