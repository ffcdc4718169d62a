import { appOf, TopologyGraph } from './topology-graph.js';

const SCOPE = 'default';

function graph(): TopologyGraph {
  const of = new TopologyGraph();
  of.add({
    nodes: [{ name: 'worker-3', zone: 'eu-1a' }, { name: 'worker-4' }],
    pods: [
      {
        namespace: 'shop',
        name: 'cart-1',
        node: 'worker-3',
        workload: 'deployment/cart',
        services: ['cart', 'web'],
      },
    ],
    ingresses: [{ namespace: 'shop', name: 'way-in', services: ['shop/cart', 'web'] }],
    pvcs: [{ namespace: 'shop', name: 'data', pods: ['cart-1', 'cart-2'] }],
  });
  of.add({
    nodes: [],
    pods: [{ namespace: 'shop', name: 'cart-2', workload: 'deployment/cart', services: [] }],
    ingresses: [],
    pvcs: [],
  });
  return of;
}

describe('what runs on what', () => {
  it('is found by the pod: its node, workload and services', () => {
    expect(graph().podOf(SCOPE, 'shop', 'cart-1')).toEqual({
      node: 'worker-3',
      workload: 'deployment/cart',
      services: ['cart', 'web'],
    });
  });

  it('is found by the node: its zone, where it has one', () => {
    const of = graph();
    expect([of.zoneOf(SCOPE, 'worker-3'), of.zoneOf(SCOPE, 'worker-4')]).toEqual(['eu-1a', undefined]);
  });

  it('is found by a service or workload: its pods, of all parts that were told', () => {
    const of = graph();
    expect([...of.podsBehind(SCOPE, 'shop', 'cart')]).toEqual(['shop/cart-1', 'shop/cart-2']);
    expect([...of.podsBehind(SCOPE, 'shop', 'web')]).toEqual(['shop/cart-1']);
  });

  it('is found by an ingress: its services by their names', () => {
    expect(graph().servicesOf(SCOPE, 'shop', 'way-in')).toEqual([
      { namespace: 'shop', name: 'cart' },
      { namespace: 'shop', name: 'web' },
    ]);
  });

  it('is found from pod to claim and back', () => {
    const of = graph();
    expect([...of.claimsOf(SCOPE, 'shop', 'cart-2')]).toEqual(['data']);
    expect([...of.mountersOf(SCOPE, 'shop', 'data')]).toEqual(['cart-1', 'cart-2']);
  });

  it('is nothing in another namespace, and of what is not known', () => {
    const of = graph();
    expect(of.podOf(SCOPE, 'bank', 'cart-1')).toBeUndefined();
    expect([...of.podsBehind(SCOPE, 'bank', 'cart')]).toEqual([]);
    expect(of.servicesOf(SCOPE, 'bank', 'way-in')).toEqual([]);
    expect([...of.claimsOf(SCOPE, 'bank', 'cart-1')]).toEqual([]);
    expect([...of.mountersOf(SCOPE, 'bank', 'data')]).toEqual([]);
  });
});

describe('a workload', () => {
  it.each([
    ['deployment/cart', 'cart'],
    ['cart', 'cart'],
    ['apps/v1/cart', 'cart'],
  ])('%s is known as %s', (workload, app) => {
    expect(appOf(workload)).toBe(app);
  });
});
