import type { Labels } from '@gomon/contracts';
import { at } from '../decide/story.spec-support.js';
import { firing, over, rulesAtOnce, TogetherStory } from '../decide/together.spec-support.js';
import { told, type Told } from './told.spec-support.js';

const inBothOrders = (...alerts: readonly Told[]) => [
  told(...alerts).groups,
  told(...alerts.toReversed()).groups,
];
const both = (...groups: readonly string[]) => [groups, groups];

describe('what an alert follows from', () => {
  const causeOf = (story: TogetherStory, name: string) => {
    const cause = story.graph.get(story.alertOf(name).id)?.cause;
    return story.alerts.find(({ id }) => id === cause?.id)?.title;
  };

  it('is what explains it best, whichever came first', () => {
    const alerts: readonly Told[] = [
      ['09:00', 'CoreDNSDown'],
      ['09:01', 'KubeNodeNotReady', { node: 'worker-3' }],
      ['09:02', 'HighErrorRate', { service: 'cart', node: 'worker-3' }],
    ];
    for (const story of [told(...alerts), told(...alerts.toReversed())])
      expect(causeOf(story, 'HighErrorRate')).toBe('KubeNodeNotReady');
  });

  it('is nothing shallower than it is', () => {
    const story = told(
      ['09:00', 'HighErrorRate', { service: 'cart', node: 'worker-3' }],
      ['09:01', 'KubeNodeNotReady', { node: 'worker-3' }],
    );
    expect(causeOf(story, 'KubeNodeNotReady')).toBeUndefined();
  });

  it('is nothing that ended long before', () => {
    const groupsWhenEndedAt = (until: string) => {
      const story = new TogetherStory();
      const node = { alertname: 'KubeNodeNotReady', node: 'worker-3' };
      story.report(
        '09:00',
        firing('09:00', node),
        firing('09:00', { alertname: 'PodEvicted', node: 'worker-3' }),
      );
      story.report(until, over('09:00', until, node));
      story.report('09:10', firing('09:10', { alertname: 'KubePodNotReady', node: 'worker-3' }));
      return causeOf(story, 'KubePodNotReady');
    };
    expect([groupsWhenEndedAt('09:08'), groupsWhenEndedAt('09:07')]).toEqual(['KubeNodeNotReady', undefined]);
  });

  it('counts for less when it comes and goes all the time and little is shared', () => {
    const groupsWith = (episodes: number) => {
      const story = new TogetherStory(rulesAtOnce({ flapping: { changes: 50 } }));
      const dns = { alertname: 'CoreDNSDown' };
      for (let turn = 1; turn < episodes; turn += 1) {
        const since = `0${Math.floor(turn / 3)}:${turn % 3}0`;
        story.report(since, firing(since, dns));
        story.report(since.replace(/0$/, '5'), over(since, since.replace(/0$/, '5'), dns));
      }
      story.report('09:01', firing('09:00', dns));
      story.report('09:02', firing('09:01', { alertname: 'HighErrorRate', service: 'cart' }));
      return story.alertOf('HighErrorRate').problemId === story.alertOf('CoreDNSDown').problemId;
    };
    expect([groupsWith(12), groupsWith(14)]).toEqual([true, false]);
  });
});

describe('what names something else', () => {
  it('follows from it, however deep it lies, where that had been ill for a while', () => {
    const alerts = (since: string): readonly Told[] => [
      ['09:00', 'PostgresqlXidAgeHigh', { instance: 'shard-4:9187' }],
      [since, 'HostOutOfDiskSpace', { instance: 'mta-11:9100' }, 'mails for accounts on shard-4 are kept'],
    ];
    const causes = (since: string) =>
      [alerts(since), alerts(since).toReversed()].map(
        (all) => told(...all).problemOf('PostgresqlXidAgeHigh').title,
      );
    expect(causes('09:20')).toEqual(['PostgresqlXidAgeHigh', 'PostgresqlXidAgeHigh']);
    expect(causes('09:01')).toEqual(['HostOutOfDiskSpace', 'HostOutOfDiskSpace']);
  });

  it('is no cause of it, where neither lies much deeper', () => {
    const alerts: readonly Told[] = [
      ['09:00', 'PgReplicationSlotInactive', { slot: 'claims_2', host: 'pg-1' }],
      ['09:01', 'PgWalDiskFilling', { host: 'pg-1' }, 'WAL is kept for slot claims_2'],
    ];
    for (const story of [told(...alerts), told(...alerts.toReversed())]) {
      const { id } = story.alertOf('PgReplicationSlotInactive');
      expect(story.graph.get(story.alertOf('PgWalDiskFilling').id)?.cause?.id).toBe(id);
      expect(story.graph.get(id)?.cause).toBeUndefined();
    }
  });

  it('follows from it for four hours', () => {
    const alerts = (since: string): readonly Told[] => [
      ['05:00', 'PostgresqlXidAgeHigh', { instance: 'shard-4:9187' }],
      [since, 'Webhook delivery late', { service: 'hooks' }, 'accounts on shard-4 are held'],
    ];
    const isOne = both('PostgresqlXidAgeHigh + Webhook delivery late');
    expect(inBothOrders(...alerts('09:00'))).toEqual(isOne);
    expect(inBothOrders(...alerts('09:01'))).not.toEqual(isOne);
  });

  it('is no node that names itself', () => {
    expect(
      inBothOrders(
        ['09:00', 'NodeNetworkRoutesMissing', { node: 'w-1' }, 'routes of w-1 are lost'],
        ['09:00', 'NodeNetworkRoutesMissing', { node: 'w-2' }, 'routes of w-2 are lost'],
        ['09:01', 'KubeNodeNotReady', { node: 'w-1' }],
        ['09:01', 'KubeNodeNotReady', { node: 'w-2' }],
      ),
    ).toEqual(
      both('KubeNodeNotReady + KubeNodeNotReady + NodeNetworkRoutesMissing + NodeNetworkRoutesMissing'),
    );
  });
});

describe('a label of which nobody knows the meaning', () => {
  it.each<[string, Told, Told]>([
    [
      'that both speak of, whatever it is called',
      ['09:00', 'AlphaOdd', { group_id: 'billing-agg' }, 'billing-agg is behind'],
      ['09:01', 'BetaOdd', { nomad_job: 'billing-agg' }, 'a task of billing-agg is gone'],
    ],
    [
      'that one of them speaks of',
      ['09:00', 'AlphaOdd', { ring: 'rabbit-7' }, '83 are blocked'],
      ['09:01', 'BetaOdd', { ring: 'rabbit-7' }, 'who sends to rabbit-7 has to wait'],
    ],
    [
      'of two alerts of one data store',
      ['09:00', 'KafkaOfflinePartitions', { kafka_cluster: 'rawdata' }],
      ['09:01', 'KafkaBrokerDown', { kafka_cluster: 'rawdata' }],
    ],
  ])('puts together, %s', (_, one, other) => {
    expect(inBothOrders(one, other)).toEqual(both([one[1], other[1]].sort().join(' + ')));
  });

  it('puts nothing together that nobody speaks of', () => {
    const alerts: readonly Told[] = [
      ['09:00', 'AlphaOdd', { ring: 'rabbit-7' }, '83 are blocked'],
      ['09:01', 'BetaOdd', { ring: 'rabbit-7' }, 'nothing is heard'],
    ];
    expect(inBothOrders(...alerts)).toEqual(both('AlphaOdd', 'BetaOdd'));
  });
});

describe('a name that means nothing', () => {
  it('puts nothing together', () => {
    expect(
      inBothOrders(
        ['09:00', 'LdapReplicationLag', { service: 'platform' }],
        ['09:01', 'TranscodeFailures', { service: 'platform' }],
      ),
    ).toEqual(both('LdapReplicationLag', 'TranscodeFailures'));
  });
});

describe('two of which nobody knows the kind', () => {
  it('follow from one another as they began', () => {
    const alerts: readonly Told[] = [
      ['09:00', 'AlphaOdd', { service: 'cart' }],
      ['09:01', 'BetaOdd', { service: 'cart' }],
    ];
    for (const story of [told(...alerts), told(...alerts.toReversed())])
      expect(story.problemOf('BetaOdd').title).toBe('AlphaOdd');
  });
});

describe('a provider', () => {
  it('is ill for all that stand on it, where the way to it is down', () => {
    expect(
      inBothOrders(
        ['09:00', 'BgpSessionDown', { host: 'edge-1', isp: 'rogers' }],
        ['09:01', 'DebitOdd', { link: 'mpls', isp: 'rogers' }],
      ),
    ).toEqual(both('BgpSessionDown + DebitOdd'));
  });
});

describe('an alert that fires again', () => {
  it('goes on with what it was a part of, as long as that is not over', () => {
    const story = new TogetherStory();
    const payments = { alertname: 'PaymentsFail', service: 'pay', dependency: 'adyen' };
    story.report('06:00', firing('06:00', payments));
    story.report(
      '06:01',
      firing('06:01', { alertname: 'CheckoutSlow', service: 'checkout', dependency: 'pay' }),
    );
    story.report('06:30', over('06:00', '06:30', payments));
    story.report('07:30', firing('07:30', payments));
    expect(story.groups).toEqual(['CheckoutSlow + PaymentsFail + PaymentsFail']);
  });
});

describe('two words for one thing', () => {
  it('are one problem: alerts of a kind about one thing', () => {
    expect(
      inBothOrders(
        ['09:00', 'HighLatency', { service: 'cart' }],
        ['09:20', 'SlowRequests', { service: 'cart' }],
      ),
    ).toEqual(both('HighLatency + SlowRequests'));
  });

  it('are one problem: alerts about one data store', () => {
    expect(
      inBothOrders(['09:00', 'AlphaOdd', { database: 'orders' }], ['09:20', 'BetaOdd', { db: 'orders' }]),
    ).toEqual(both('AlphaOdd + BetaOdd'));
  });

  it.each<[string, Told, Told]>([
    [
      'half an hour apart',
      ['09:00', 'HighLatency', { service: 'cart' }],
      ['09:31', 'SlowRequests', { service: 'cart' }],
    ],
    [
      'in two namespaces',
      ['09:00', 'HighLatency', { service: 'cart', namespace: 'shop' }],
      ['09:01', 'SlowRequests', { service: 'cart', namespace: 'bank' }],
    ],
    [
      'about two things',
      ['09:00', 'HighLatency', { service: 'cart' }],
      ['09:01', 'SlowRequests', { service: 'stock' }],
    ],
  ])('are no two alerts %s', (_, one, other) => {
    expect(inBothOrders(one, other)).toEqual(both(one[1], other[1]));
  });
});

describe('a burst', () => {
  const odd = (since: string, service: string, namespace = 'shop'): Told => [
    since,
    'OrdersOdd',
    { service, namespace },
  ];

  it('is one problem from three on', () => {
    expect(inBothOrders(odd('09:00', 'cart'), odd('09:01', 'mail'))).toEqual(both('OrdersOdd', 'OrdersOdd'));
    expect(inBothOrders(odd('09:00', 'cart'), odd('09:01', 'mail'), odd('09:02', 'stock'))).toEqual(
      both('OrdersOdd + OrdersOdd + OrdersOdd'),
    );
  });

  it('follows each other within two minutes', () => {
    expect(inBothOrders(odd('09:00', 'cart'), odd('09:02', 'mail'), odd('09:04', 'stock'))).toEqual(
      both('OrdersOdd + OrdersOdd + OrdersOdd'),
    );
    expect(inBothOrders(odd('09:00', 'cart'), odd('09:02', 'mail'), odd('09:04:01', 'stock'))).toEqual(
      both('OrdersOdd', 'OrdersOdd', 'OrdersOdd'),
    );
  });

  it('is at one place', () => {
    expect(
      inBothOrders(odd('09:00', 'cart'), odd('09:00', 'mail', 'bank'), odd('09:00', 'stock', 'office')),
    ).toEqual(both('OrdersOdd', 'OrdersOdd', 'OrdersOdd'));
  });
});

describe('the likely cause', () => {
  it('is the deepest that follows from nothing', () => {
    const story = told(
      ['09:02', 'HighErrorRate', { service: 'cart', node: 'worker-3' }],
      ['09:01', 'KubePodNotReady', { service: 'cart', node: 'worker-3' }],
      ['09:03', 'KubeNodeNotReady', { node: 'worker-3' }],
    );
    expect(story.problemOf('HighErrorRate')).toMatchObject({
      title: 'KubeNodeNotReady',
      likelyCause: {
        why: 'KubeNodeNotReady, 120 s after the first of 2 alerts that follow from it: a node and what runs on it (node worker-3)',
      },
    });
  });

  it('is the first of those that are alike, and says so', () => {
    const story = told(
      ['09:00', 'KubePodCrashLooping', { service: 'cart' }],
      ['09:01', 'ContainerRestarts', { service: 'cart' }],
    );
    expect(story.problemOf('ContainerRestarts')).toMatchObject({
      title: 'KubePodCrashLooping',
      likelyCause: { why: 'KubePodCrashLooping is the first of 2 alerts that are alike' },
    });
  });

  it('is not said of an alert that is alone', () => {
    expect(told(['09:00', 'HighLatency', { service: 'cart' }]).problem.likelyCause).toBeUndefined();
  });

  it('keeps a problem where it goes on, when a better explanation takes some of its alerts away', () => {
    const story = told(
      ['09:00', 'CoreDNSDown'],
      ['09:02', 'HighErrorRate', { service: 'cart', node: 'worker-3' }],
      ['09:01', 'KubeNodeNotReady', { node: 'worker-3' }],
    );
    expect(story.groups).toEqual(['CoreDNSDown', 'HighErrorRate + KubeNodeNotReady']);
    expect(story.problemOf('CoreDNSDown')).toMatchObject({
      title: 'CoreDNSDown',
      openedAt: at('10:10'),
      counts: { total: 1, firing: 1 },
    });
    expect(story.problemOf('HighErrorRate')).toMatchObject({
      title: 'KubeNodeNotReady',
      counts: { total: 2, firing: 2 },
    });
  });
});

describe('one alert in several clusters', () => {
  const inCluster = (since: string, cluster: string): Told => [
    since,
    'RunningPodsDrop',
    { cluster, service: 'search', severity: 'critical' },
  ];

  it('is one problem where it is in three of them at about one time', () => {
    const alerts = [inCluster('09:00', 'eu-1'), inCluster('09:01', 'us-1'), inCluster('09:02', 'ap-1')];
    expect(inBothOrders(...alerts)).toEqual(both('RunningPodsDrop + RunningPodsDrop + RunningPodsDrop'));
  });

  it.each<[string, readonly Told[]]>([
    ['where it is in two', [inCluster('09:00', 'eu-1'), inCluster('09:01', 'us-1')]],
    [
      'where time passes between them',
      [inCluster('09:00', 'eu-1'), inCluster('09:03', 'us-1'), inCluster('09:06', 'ap-1')],
    ],
  ])('is one problem each %s', (_, alerts) => {
    expect(inBothOrders(...alerts)).toEqual(both(...alerts.map(() => 'RunningPodsDrop')));
  });
});

describe('what is lost with what is around it', () => {
  const alerts = (since: string): readonly Told[] => [
    ['09:00', 'PduPowerLost', { site: 'sbg', rack: 'c14' }],
    [since, 'HostDown', { site: 'sbg', host: 'web-1' }],
  ];

  it('is one loss, noticed within five minutes', () => {
    expect(inBothOrders(...alerts('09:05'))).toEqual(both('HostDown + PduPowerLost'));
    expect(inBothOrders(...alerts('09:06'))).toEqual(both('HostDown', 'PduPowerLost'));
  });

  it('is lost with the cooling of a room at its site, but not with that of some rack there', () => {
    const cooling = (place: Labels): Told => ['09:00', 'CracUnitFailed', { site: 'dc-one', ...place }];
    const host: Told = ['09:20', 'HostDown', { site: 'dc-one', host: 'web-1' }];
    expect(inBothOrders(cooling({ room: 'hall-a' }), host)).toEqual(both('CracUnitFailed + HostDown'));
    expect(inBothOrders(cooling({ rack: 'c14' }), host)).toEqual(both('CracUnitFailed', 'HostDown'));
  });

  it('is nothing that a whole region has in common', () => {
    const there = (name: string): Told => ['09:00', name, { region: 'north', host: `${name}-1` }];
    expect(inBothOrders(there('HostDown'), there('ServerDown'))).toEqual(both('HostDown', 'ServerDown'));
  });
});
