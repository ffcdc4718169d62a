import { endpointSlice, pod, service } from './objects.js';
import { servicesByPod } from './services.js';

const pods = ['a', 'b'].map((name) =>
  pod.parse({ metadata: { name, namespace: 'shop', labels: { app: 'cart', part: name } } }),
);
const named = (name: string, selector: object, namespace = 'shop') =>
  service.parse({ metadata: { name, namespace }, spec: { selector } });
const slice = (name: string, ...targets: readonly string[]) =>
  endpointSlice.parse({
    metadata: { name: `${name}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
    endpoints: targets.map((target) => ({ targetRef: { kind: 'Pod', name: target } })),
  });

it('follows the slices of a service, several of them too', () => {
  const endpointSlices = [slice('cart', 'a'), slice('cart', 'a', 'b'), slice('all', 'a')];
  const found = servicesByPod({ pods, services: [named('cart', { app: 'cart' })], endpointSlices });
  expect([...found]).toEqual([
    ['shop/a', ['all', 'cart']],
    ['shop/b', ['cart']],
  ]);
});

it('follows the selector of one that has no slice', () => {
  const services = [
    named('cart', { app: 'cart' }),
    named('b', { app: 'cart', part: 'b' }),
    named('none', {}),
    named('other', { app: 'cart' }, 'other'),
  ];
  expect([...servicesByPod({ pods, services, endpointSlices: [] })]).toEqual([
    ['shop/a', ['cart']],
    ['shop/b', ['b', 'cart']],
  ]);
});

it('of endpoints that are no pods there is nothing to say', () => {
  const odd = endpointSlice.parse({
    metadata: { name: 'x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'x' } },
    endpoints: [{ addresses: ['10.0.0.1'] }, { targetRef: { kind: 'Node', name: 'a' } }],
  });
  expect(servicesByPod({ pods, services: [], endpointSlices: [odd] }).size).toBe(0);
});
