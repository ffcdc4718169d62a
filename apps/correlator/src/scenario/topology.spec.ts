import { topology, topologyOf } from './topology.js';

describe('the topology of a scenario', () => {
  const graph = topology.parse({
    nodes: [{ name: 'worker-3', zone: 'eu-1a' }],
    pods: [
      {
        namespace: 'shop',
        name: 'cart-1',
        node: 'worker-3',
        workload: 'deployment/cart',
        services: ['cart'],
      },
      { name: 'lonely' },
    ],
  });
  const pods = topologyOf(graph);

  it('knows what runs where', () => {
    expect(pods.podOf('default', 'shop', 'cart-1')).toEqual({
      node: 'worker-3',
      workload: 'deployment/cart',
      services: ['cart'],
    });
    expect(pods.podOf('default', '', 'lonely')).toMatchObject({ services: [] });
  });

  it('knows nothing of another namespace or name', () => {
    expect(pods.podOf('default', 'pay', 'cart-1')).toBeUndefined();
    expect(pods.podOf('default', 'shop', 'cart-2')).toBeUndefined();
  });
});
