import { firing, rulesAtOnce, TogetherStory } from '../decide/together.spec-support.js';
import { groupsOf, told, type Told } from './told.spec-support.js';
import { TopologyGraph } from './topology-graph.js';

/** What is put together, and what is nearly the same and is not. */
type Pair = readonly [what: string, cause: Told, effect: Told, nearMiss: Told];

describe('what an alert says of itself', () => {
  it('is no mention of another one: its job, where a pod says what it is about', () => {
    const story = told(
      [
        '09:00',
        'etcdHighFsyncDurations',
        { job: 'kube-etcd', pod: 'etcd-1' },
        'etcd cluster "kube-etcd": slow',
      ],
      ['09:02', 'etcdHighNumberOfLeaderChanges', { job: 'kube-etcd' }, 'etcd cluster "kube-etcd": 6 changes'],
    );
    expect(story.problemOf('etcdHighNumberOfLeaderChanges').primaryId).toBe(
      story.alertOf('etcdHighFsyncDurations').id,
    );
  });

  it('is its own, where a label names it as well as its text', () => {
    const story = told(
      ['09:00', 'CoreSwitchDown', { device: 'core-sw-1' }, 'core-sw-1 does not answer'],
      [
        '09:01',
        'BGPSessionDown',
        { device: 'edge-rtr-1', peer: 'core-sw-1' },
        'session with core-sw-1 is down',
      ],
    );
    expect(story.problemOf('BGPSessionDown').primaryId).toBe(story.alertOf('CoreSwitchDown').id);
  });

  it('is its reason rather than what else is ill with it', () => {
    const certificate: Told = ['09:00', 'CertificateExpired', { host: 'files.acme.example' }];
    const errors = (text: string): Told => ['09:01', 'ReportErrors', { service: 'report' }, text];
    const crash: Told = ['09:04', 'KubePodCrashLooping', { deployment: 'report' }];
    const groups = (text: string) => groupsOf(certificate, errors(text), crash);
    expect(groups('x509: certificate has expired calling files.acme.example')).toHaveLength(1);
    expect(groups('status 500 calling stock')).toEqual([
      'CertificateExpired',
      'KubePodCrashLooping + ReportErrors',
    ]);
  });
});

describe('the disk of etcd', () => {
  it('lies below all else that is wrong with it, though it is reported last', () => {
    const story = told(
      ['09:00', 'etcdHighNumberOfLeaderChanges', { job: 'etcd' }],
      ['09:05', 'etcdHighFsyncDurations', { job: 'etcd' }],
    );
    expect(story.groups).toHaveLength(1);
    expect(story.problemOf('etcdHighNumberOfLeaderChanges').primaryId).toBe(
      story.alertOf('etcdHighFsyncDurations').id,
    );
  });
});

describe('what is behind an ingress', () => {
  it('explains what that shows, in whatever namespace it is', () => {
    const topology = new TopologyGraph();
    const way = (namespace: string) => ({
      namespace: 'edge',
      name: namespace,
      services: [`${namespace}/web`],
    });
    topology.add({ nodes: [], pods: [], pvcs: [], ingresses: [way('shop'), way('blog')] });
    const groupsBy = (ingress: string) => {
      const story = new TogetherStory(rulesAtOnce(), topology);
      story.report(
        '10:10',
        firing('09:00', { alertname: 'KubePodOOMKilled', namespace: 'shop', deployment: 'web' }),
      );
      story.report('10:11', firing('09:02', { alertname: 'ManyErrors', namespace: 'edge', ingress }));
      return story.groups;
    };
    expect(groupsBy('shop')).toHaveLength(1);
    expect(groupsBy('blog')).toHaveLength(2);
  });
});

describe('what follows from what', () => {
  it.each<Pair>([
    [
      'a probe from what is ill with the same thing',
      ['09:00', 'PrometheusRuleFailures', { instance: 'prom-p2:9090', job: 'prometheus' }],
      ['09:05', 'ProbeFailed', { target: 'http://prom-p2.plant.example:9090/-/ready' }],
      ['09:05', 'ProbeFailed', { target: 'http://prom-p3.plant.example:9090/-/ready' }],
    ],
    [
      'what names somebody else as people call them, by their address',
      ['09:00', 'Third party down', { target: 'https://api.modguard.example/v1/status' }],
      ['09:05', 'ReviewQueue', { service: 'review' }, 'messages wait since modguard fails'],
      ['09:05', 'ReviewQueue', { service: 'review' }, 'messages wait since chatguard fails'],
    ],
    [
      'a part of a provider from all of that',
      ['09:00', 'Third party down', { target: 'https://oauth2.googleapis.com/token' }],
      ['09:05', 'LoadErrors', { service: 'loader' }, 'BigQuery answers 503'],
      ['09:05', 'LoadErrors', { service: 'loader' }, 'Snowflake answers 503'],
    ],
    [
      'what an admission webhook does not let in from its pods',
      ['09:00', 'KubePodCrashLooping', { namespace: 'gatekeeper-system', pod: 'gatekeeper-controller-0' }],
      [
        '09:01',
        'FailedCreate',
        { namespace: 'api', deployment: 'gateway' },
        'failed calling webhook "a.b.sh"',
      ],
      ['09:01', 'FailedCreate', { namespace: 'api', deployment: 'gateway' }, 'exceeded quota: compute'],
    ],
    [
      'a pod that crashes from the disk of its node',
      ['09:00', 'NodeDiskIOErrors', { node: 'blade-08' }],
      ['09:02', 'KubePodCrashLooping', { namespace: 'logs', pod: 'loki-1', node: 'blade-08' }],
      ['09:02', 'KubePodCrashLooping', { namespace: 'logs', pod: 'loki-1', node: 'blade-09' }],
    ],
    [
      'what is behind nginx from its configuration that cannot be read',
      [
        '09:00',
        'NGINXConfigReloadFailed',
        { namespace: 'ingress-nginx', pod: 'controller-1', severity: 'critical' },
      ],
      ['09:02', 'ProbeFailed', { target: 'https://www.acme.example', severity: 'critical' }],
      ['08:20', 'ProbeFailed', { target: 'https://www.acme.example', severity: 'critical' }],
    ],
    [
      'what the API server does not answer from that',
      ['09:00', 'KubeAPIDown', { severity: 'critical' }],
      ['09:02', 'SyncTimeouts', { service: 'argo' }, 'the server was unable to return a response in time'],
      ['09:02', 'SyncTimeouts', { service: 'argo' }, 'the client was unable to return a book in time'],
    ],
    [
      'what a secret is for from what is wrong with that',
      ['09:05', 'SecretRotationIncomplete', { secret: 'orders-db-credentials' }],
      ['09:01', 'QueryErrors', { service: 'cart' }, 'access denied by orders-db'],
      ['09:01', 'QueryErrors', { service: 'cart' }, 'access denied by stock-db'],
    ],
    [
      'what is held back from the quota of that product',
      ['09:00', 'LambdaConcurrencyQuotaReached', { account: '5521' }],
      ['09:01', 'LambdaThrottles', { FunctionName: 'thumb-maker' }],
      ['09:01', 'KinesisThrottles', { StreamName: 'thumbs' }],
    ],
    [
      'etcd from the certificates of the control plane',
      ['09:05', 'KubeClientCertificateExpired', { cluster: 'labs' }],
      ['09:00', 'etcdMembersDown', { cluster: 'labs' }],
      ['09:00', 'etcdMembersDown', { cluster: 'prod' }],
    ],
    [
      'who uses a broker from its partition, and not what is elsewhere',
      [
        '09:00',
        'RabbitmqNetworkPartition',
        { namespace: 'baggage', service: 'bag-mq', severity: 'critical' },
      ],
      ['09:01', 'PublishTimeouts', { service: 'checkin' }, 'no confirms from bag-mq'],
      ['09:01', 'GateOffline', { device: 'gate-2', severity: 'critical' }, 'does not answer'],
    ],
    [
      'what reads old data from the replica that lags',
      ['09:00', 'MysqlReplicationLag', { service: 'repo-mysql' }],
      ['09:02', 'StaleReads', { service: 'git-web' }, 'an older version than written (replica lag)'],
      ['09:02', 'StaleReads', { service: 'git-web' }, 'an older version than written'],
    ],
    [
      'a database from its volume that had been filling for hours',
      ['03:00', 'KubePersistentVolumeFillingUp', { namespace: 'lab', persistentvolumeclaim: 'data-db-0' }],
      ['08:00', 'KubePodCrashLooping', { namespace: 'lab', pod: 'db-0' }],
      ['09:40', 'KubePodCrashLooping', { namespace: 'lab', pod: 'db-0' }],
    ],
    [
      'what says nothing of Kubernetes not from its control plane',
      ['09:00', 'etcdMembersDown', { severity: 'critical' }],
      ['09:05', 'KubePodNotReady', {}],
      ['09:05', 'Tills offline', { shop: '112' }, 'the router of the shop has no signal'],
    ],
    [
      'what is at some site not from a cluster that is not said to be there',
      ['09:00', 'CoreDNSDown', { cluster: 'eu1' }],
      ['09:02', 'UploadErrors', { service: 'bridge' }],
      ['09:02', 'UploadErrors', { service: 'bridge', site: 'munich' }],
    ],
    [
      'what does not say so not from what is only for trial',
      ['09:00', 'RedisDown', { service: 'redis-page' }],
      ['09:02', 'UploadErrors', { service: 'front' }, 'cannot connect to redis-page'],
      ['09:02', 'UploadErrors', { service: 'front', env: 'staging' }, 'cannot connect to redis-page'],
    ],
    [
      'from a measure not when that is only for information',
      ['09:00', 'PostgresConnectionsHigh', { app: 'billing', severity: 'warning' }],
      ['09:02', 'InvoiceErrors', { app: 'billing', severity: 'warning' }],
      ['09:02', 'InvoiceErrors', { app: 'other', severity: 'warning' }],
    ],
    [
      'a probe from the way in, and a job not',
      ['09:00', 'IngressNginxDown', { severity: 'critical' }],
      ['09:02', 'CheckoutErrors', { service: 'checkout', severity: 'warning' }],
      ['09:02', 'KubeJobFailed', { namespace: 'wiki', job_name: 'sitemap-1', severity: 'warning' }],
    ],
    [
      'what cannot reach anything from the network, and what has no memory not',
      ['09:00', 'NodeNetworkReceiveErrs', { node: 'worker-3', severity: 'warning' }],
      ['09:02', 'KubePodNotReady', { namespace: 'shop', pod: 'cart-0', node: 'worker-3' }],
      ['09:02', 'KubePodOOMKilled', { namespace: 'shop', pod: 'cart-0', node: 'worker-3' }],
    ],
    [
      'what is about a cluster from what names that, and a part of one not',
      [
        '09:00',
        'CiliumAgentDown',
        { namespace: 'kube-system', cluster: 'us1-prod', severity: 'critical' },
        'on 5 nodes of us1-prod',
      ],
      ['09:02', 'CiliumOperatorDown', { namespace: 'kube-system', cluster: 'us1-prod' }],
      ['09:02', 'TableBloat', { cluster: 'us1-prod', job: 'postgres', datname: 'org' }, 'bloat of 62 %'],
    ],
    [
      'what says nothing else from a node that drops packets',
      ['09:00', 'NodeNetworkReceiveErrs', { node: 'worker-3', severity: 'warning' }],
      ['09:02', 'KubePodNotReady', { namespace: 'shop', pod: 'cart-0', node: 'worker-3' }, 'not ready'],
      [
        '09:02',
        'KubePodNotReady',
        { namespace: 'shop', pod: 'cart-0', node: 'worker-3' },
        'not ready: certificate has expired',
      ],
    ],
    [
      'what is only for information, and nobody knows what it is, from what is ill with its app',
      ['09:00', 'KubePodCrashLooping', { namespace: 'shop', pod: 'projector-0', severity: 'warning' }],
      ['09:05', 'Rebalancing', { namespace: 'shop', service: 'projector', severity: 'info' }],
      ['09:05', 'Rebalancing', { namespace: 'shop', service: 'mailer', severity: 'info' }],
    ],
  ])('%s', (_, cause, effect, nearMiss) => {
    expect(groupsOf(cause, effect)).toHaveLength(1);
    expect(groupsOf(cause, nearMiss)).toHaveLength(2);
  });

  it('how far behind a reader is, from how slow it is, and not the other way round', () => {
    const slow: Told[] = [
      ['09:00', 'HighLatency', { namespace: 'geo', service: 'geocoder' }],
      ['09:01', 'CallsSlow', { namespace: 'orders', service: 'enricher', upstream: 'geocoder' }],
    ];
    const lag = (consumergroup: string): Told => [
      '09:02',
      'ConsumerGroupLag',
      { consumergroup, namespace: 'kafka', job: 'kafka-exporter' },
    ];
    expect(groupsOf(...slow, lag('enricher'))).toHaveLength(1);
    expect(groupsOf(...slow, lag('indexer'))).toHaveLength(2);
  });

  it('what is at one place, whether or not its source says that this is only for trial', () => {
    const pod = { namespace: 'shop', pod: 'cart-0' };
    for (const place of [pod, { node: 'worker-3' }, { cluster: 'trial-1', service: 'cart' }])
      expect(
        groupsOf(['09:00', 'CartDown', { ...place, env: 'staging' }], ['09:02', 'CartNotReady', place]),
      ).toHaveLength(1);
  });

  it('nothing from a measure that is only for information', () => {
    expect(
      groupsOf(
        ['09:00', 'PostgresConnectionsHigh', { app: 'billing', severity: 'info' }],
        ['09:02', 'InvoiceErrors', { app: 'billing', severity: 'warning' }],
      ),
    ).toHaveLength(2);
  });

  it('a cause that is there rather than one that is expected', () => {
    const errors: Told = [
      '09:03',
      'WardErrors',
      { service: 'ward', node: 'srv3' },
      'connection to pg-his refused',
    ];
    const store: Told = ['09:02', 'PostgresDown', { service: 'pg-his', namespace: 'his' }];
    const disk = (text: string): Told => [
      '09:00',
      'NodeFilesystemFillingUp',
      { instance: 'srv3:9100', node: 'srv3' },
      text,
    ];
    const causeWith = (text: string) => {
      const story = told(disk(text), store, errors);
      const { cause } = story.graph.get(story.alertOf('WardErrors').id) ?? {};
      return story.alerts.find(({ id }) => id === cause?.id)?.title;
    };
    expect(causeWith('/ is predicted to run out of space within 24 hours')).toBe('PostgresDown');
    expect(causeWith('/ has 1 % left')).toBe('NodeFilesystemFillingUp');
  });

  it('of two parts of a component the later from the first, and a component from what broke before it', () => {
    const part = (since: string, alertname: string, pod: string): Told => [
      since,
      alertname,
      { namespace: 'kube-system', pod },
    ];
    const component: Told = ['09:02', 'CoreDNSErrorsHigh', { namespace: 'kube-system', service: 'coredns' }];
    const causeIn = (alerts: readonly Told[], name: string) => {
      const story = told(...alerts);
      const cause = story.graph.get(story.alertOf(name).id)?.cause;
      return cause === undefined ? undefined : story.graph.get(cause.id)?.traits.title;
    };
    const two = [
      part('09:00', 'KubePodOOMKilled', 'coredns-0'),
      part('09:01', 'CoreDNSOOMKilled', 'coredns-1'),
    ];
    for (const alerts of [two, two.toReversed()]) {
      expect(causeIn(alerts, 'KubePodOOMKilled')).toBeUndefined();
      expect(causeIn(alerts, 'CoreDNSOOMKilled')).toBe('KubePodOOMKilled');
    }
    for (const [since, cause] of [
      ['09:00', 'KubePodCrashLooping'],
      ['09:05', undefined],
    ] as const)
      expect(causeIn([component, part(since, 'KubePodCrashLooping', 'coredns-0')], 'CoreDNSErrorsHigh')).toBe(
        cause,
      );
  });
});
