import { endpointSlice, ingress, node, pod } from './objects.js';

const metadata = { name: 'cart-0', namespace: 'shop' };

it('absent means none: counters are zero, lists empty, parts without anything in them', () => {
  expect(pod.parse({ metadata })).toMatchObject({
    metadata: { ...metadata, generation: 0, labels: {}, ownerReferences: [] },
    spec: { containers: [], volumes: [], imagePullSecrets: [] },
    status: { conditions: [], containerStatuses: [], initContainerStatuses: [] },
  });
  expect(node.parse({ metadata: { name: 'a' }, spec: null, status: null })).toMatchObject({
    metadata: { namespace: '' },
    spec: { unschedulable: false, taints: [] },
    status: { conditions: [] },
  });
  expect(endpointSlice.parse({ metadata, endpoints: null }).endpoints).toEqual([]);
});

it('what is odd costs only itself', () => {
  const { status, metadata: parsed } = pod.parse({
    metadata: { ...metadata, labels: { app: 'cart', odd: 1 }, ownerReferences: [{ kind: 'Job' }, 7] },
    status: {
      phase: 5,
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: null }, null, { type: 'Odd' }],
      containerStatuses: [
        {
          name: 'cart',
          restartCount: 'many',
          state: { waiting: { reason: 'CrashLoopBackOff', message: 3 } },
        },
        { restartCount: 3 },
      ],
    },
  });
  expect(parsed).toMatchObject({ labels: { app: 'cart' }, ownerReferences: [] });
  expect(status.phase).toBeUndefined();
  expect(status.conditions.map(({ type }) => type)).toEqual(['Ready']);
  expect(status.containerStatuses).toMatchObject([
    { name: 'cart', restartCount: 0, ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } },
  ]);
});

it('an odd path of an ingress leaves the others', () => {
  const paths = [{ backend: { service: { name: 'web' } } }, { backend: 5 }, { backend: { resource: {} } }];
  const parsed = ingress.parse({ metadata, spec: { rules: [{ http: { paths } }, { host: 'a' }] } });
  expect(
    parsed.spec.rules.flatMap(({ http }) => http.paths.map(({ backend }) => backend.service?.name)),
  ).toEqual(['web', undefined, undefined]);
});

it('what has no name is no object', () => {
  expect(pod.safeParse({ metadata: {} }).success).toBe(false);
  expect(pod.safeParse(null).success).toBe(false);
});
