import type { Labels } from '@gomon/contracts';
import { groupsOf as groupsInAnyOrder, type Told } from './told.spec-support.js';

const BAD = { severity: 'critical' };

/** What says nothing else is a warning. */
function groupsOf(...alerts: readonly Told[]): readonly string[] {
  return groupsInAnyOrder(
    ...alerts.map(([since, name, labels]): Told => [since, name, { severity: 'warning', ...labels }]),
  );
}

const database: Told = ['09:00', 'PostgresDown', { service: 'orders-db', ...BAD }];
/** It is known to follow from the database. */
const orders: Told = ['09:01', 'HighLatency', { service: 'orders', dependency: 'orders-db' }];
const pod: Told = ['09:01', 'KubePodNotReady', { pod: 'mail-0', namespace: 'mail', node: 'worker-3' }];
const errors: Told = ['09:02', 'CheckoutErrors', { service: 'checkout', ...BAD }];

describe('what only one thing explains', () => {
  it('goes with it', () => {
    expect(groupsOf(database, orders, errors)).toHaveLength(1);
  });

  it('goes with nothing that only happens at once', () => {
    expect(groupsOf(database, errors)).toHaveLength(2);
  });

  it('goes with what all stands on, and with what is in its namespace', () => {
    expect(groupsOf(['09:00', 'CephHealthError', BAD], ['09:02', 'WebsiteDown', BAD])).toHaveLength(1);
    const inShop = ({ 0: since, 1: name, 2: labels }: Told): Told => [
      since,
      name,
      { ...labels, namespace: 'shop' },
    ];
    expect(groupsOf(inShop(database), inShop(errors))).toHaveLength(1);
  });

  it('is nothing that shows the same of a service as what something else explains', () => {
    const inShop = { namespace: 'shop' };
    const sessions: Told = ['09:02', 'RedisDown', { service: 'sessions', ...inShop, ...BAD }];
    const busy: Told = ['09:00', 'NodeCPUHigh', { node: 'worker-3' }];
    const late: Told = ['09:01', 'HighLatency', { service: 'invoices', node: 'worker-3', ...inShop }];
    const pods: Told = ['09:05', 'KubePodNotReady', { deployment: 'invoices', ...inShop, ...BAD }];
    expect(groupsOf(busy, sessions, pods)).toEqual(['KubePodNotReady + RedisDown', 'NodeCPUHigh']);
    for (const order of [
      [late, pods],
      [pods, late],
    ])
      expect(groupsOf(busy, sessions, ...order)).toEqual([
        'HighLatency + KubePodNotReady + NodeCPUHigh',
        'RedisDown',
      ]);
  });

  it('goes with nothing where two would explain it', () => {
    const other: Told = ['09:01', 'RedisDown', { service: 'sessions', ...BAD }];
    const logins: Told = ['09:01', 'HighLatency', { service: 'logins', dependency: 'sessions' }];
    expect(groupsOf(database, orders, other, logins, errors)).toHaveLength(3);
  });

  it('goes with several that are one thing', () => {
    const nodes = ['worker-1', 'worker-2'].map((node): Told => [
      '09:00',
      'KubeNodeNotReady',
      { node, ...BAD },
    ]);
    const on = (node: string): Told => [
      '09:01',
      'KubePodNotReady',
      { pod: `mail-${node}`, namespace: 'mail', node },
    ];
    expect(groupsOf(...nodes, on('worker-1'), on('worker-2'), errors)).toHaveLength(1);
  });

  it('goes with what is in its namespace rather than with what is elsewhere', () => {
    const groups = groupsOf(
      ['09:00', 'PostgresDown', { service: 'orders-db', namespace: 'shop', ...BAD }],
      ['09:01', 'RedisDown', { service: 'sessions', namespace: 'login', ...BAD }],
      ['09:02', 'CheckoutErrors', { service: 'checkout', namespace: 'shop', ...BAD }],
    );
    expect(groups).toHaveLength(2);
    expect(groups).toContainEqual(
      expect.stringMatching(/CheckoutErrors.*PostgresDown|PostgresDown.*CheckoutErrors/),
    );
  });

  it('goes with nothing that is said to be in another region', () => {
    expect(
      groupsOf(['09:00', 'PostgresDown', { service: 'orders-db', region: 'eu-west-1', ...BAD }], orders, [
        '09:02',
        'CheckoutErrors',
        { service: 'checkout', region: 'us-east-1', ...BAD },
      ]),
    ).toHaveLength(2);
  });

  it('is in no namespace that a node is not known to serve', () => {
    const node: Told = ['09:00', 'KubeNodeNotReady', { node: 'worker-3', ...BAD }];
    expect(
      groupsOf(node, ['09:01', 'CartDown', { namespace: 'shop', service: 'cart', ...BAD }]),
    ).toHaveLength(2);
    expect(
      groupsOf(node, pod, ['09:01', 'ProbeFailed', { instance: 'https://shop.example', ...BAD }]),
    ).toHaveLength(1);
  });

  it('is never a P0: that gets through by itself', () => {
    const node: Told = ['09:00', 'KubeNodeNotReady', { node: 'worker-3', ...BAD }];
    const probe = (severity: string): Told => [
      '09:01',
      'ProbeFailed',
      { instance: 'https://shop.example', severity },
    ];
    expect(groupsOf(node, pod, probe('critical'))).toHaveLength(1);
    expect(groupsOf(node, pod, probe('P0'))).toHaveLength(2);
  });

  it('goes with nothing where one workload of another namespace is ill', () => {
    const crash: Told = ['09:00', 'KubePodCrashLooping', { namespace: 'orders', pod: 'invoices-0', ...BAD }];
    const slow = (namespace: string): Told => [
      '09:01',
      'ScoringSlow',
      { namespace, service: 'scorer', ...BAD },
    ];
    expect(groupsOf(crash, slow('fraud'))).toHaveLength(2);
    expect(groupsOf(crash, slow('orders'))).toHaveLength(1);
  });

  it('is one thing, where one of two follows from the other by others', () => {
    const redis: Told = ['09:00', 'RedisDown', { service: 'redis-api', namespace: 'chat', ...BAD }];
    const pods: Told = [
      '09:01',
      'KubePodNotReady',
      { pod: 'api-0', namespace: 'chat', dependency: 'redis-api' },
    ];
    const api: Told = ['09:02', 'ApiErrors', { service: 'api', namespace: 'chat', ...BAD }];
    const sessions: Told = ['09:03', 'SessionsDropping', { service: 'gateway', namespace: 'chat', ...BAD }];
    expect(groupsOf(redis, pods, api, sessions)).toHaveLength(1);
  });

  it('is no cluster of which nothing says that it is at the site of an alert', () => {
    const network: Told = ['09:00', 'CalicoDown', { cluster: 'eu1', ...BAD }];
    const bridge = (place: Labels): Told => ['09:02', 'BridgeDown', { service: 'bridge', ...place, ...BAD }];
    expect(groupsOf(network, bridge({}))).toHaveLength(1);
    expect(groupsOf(network, bridge({ site: 'munich' }))).toHaveLength(2);
  });

  it('takes for serious that from which something urgent follows', () => {
    const flag: Told = ['09:00', 'FeatureFlagSwitched', { service: 'cart', severity: 'info' }];
    const probe: Told = ['09:04', 'WebsiteDown', { url: 'https://www.shop.example/' }];
    expect(groupsOf(flag, probe)).toHaveLength(2);
    expect(groupsOf(flag, ['09:01', 'HighErrorRate', { service: 'cart', ...BAD }], probe)).toHaveLength(1);
  });
});
