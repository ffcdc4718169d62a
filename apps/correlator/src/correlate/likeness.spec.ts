import type { Labels } from '@gomon/contracts';
import { groupsOf, type Told } from './told.spec-support.js';

describe('what waits for one thing', () => {
  it('is one problem, in whatever namespaces it is', () => {
    expect(
      groupsOf(
        ['09:00', 'ClientErrors', { service: 'claims', namespace: 'claims' }, 'all calls to esb fail'],
        ['09:05', 'UploadSlow', { service: 'print', namespace: 'output' }, 'timeouts calling esb'],
      ),
    ).toHaveLength(1);
  });

  it('is at one place all the same', () => {
    expect(
      groupsOf(
        ['09:00', 'ClientErrors', { service: 'claims', cluster: 'eu' }, 'all calls to esb fail'],
        ['09:05', 'UploadSlow', { service: 'print', cluster: 'us' }, 'timeouts calling esb'],
      ),
    ).toHaveLength(2);
  });
});

describe('what is ill with one cluster of data stores, which is called as such', () => {
  const of = (cluster: string, name: string, labels: Labels = {}): Told => [
    '09:00',
    name,
    { cluster, ...labels },
  ];
  const meters = (name: string, labels: Labels = {}) => of('emqx-meters', name, labels);

  it('is one problem', () => {
    expect(groupsOf(meters('HandshakeOdd', { listener: 'ssl' }), meters('SessionsOdd'))).toHaveLength(1);
    expect(groupsOf(of('eu-prod', 'HandshakeOdd'), of('eu-prod', 'SessionsOdd'))).toHaveLength(2);
  });

  it('is apart where nodes of it are ill, which fail one by one', () => {
    const full = (host: string) => meters('HostDiskFull', { host });
    expect(groupsOf(full('emqx-1'), meters('SessionsOdd'))).toHaveLength(2);
  });

  it('is apart where the label may be the name of Kubernetes', () => {
    const namespace = 'iot';
    expect(
      groupsOf(meters('HandshakeOdd', { namespace }), meters('SessionsOdd', { namespace })),
    ).toHaveLength(2);
  });
});

describe('what shows that one service is ill', () => {
  const database: Told = ['09:00', 'PostgresDown', { service: 'orders-db' }];
  const errors: Told = [
    '09:01',
    'HighErrorRate',
    { service: 'cart', namespace: 'shop' },
    'cannot connect to orders-db',
  ];
  const probe = (labels: Labels): Told => [
    '09:04',
    'ProbeFailed',
    { namespace: 'shop', ...labels },
    'HTTP 500',
  ];

  it('goes with what is known to follow from something', () => {
    expect(groupsOf(database, errors, probe({ service: 'cart' }))).toHaveLength(1);
    expect(groupsOf(database, errors, probe({ service: 'blog' }))).toHaveLength(2);
    expect(groupsOf(database, errors, probe({ service: 'cart', namespace: 'bank' }))).toHaveLength(2);
  });

  it('does not where it says why itself', () => {
    const own: Told = [
      '09:04',
      'ProbeFailed',
      { service: 'cart', namespace: 'shop' },
      'campaign page: template not defined',
    ];
    expect(groupsOf(database, errors, own)).toHaveLength(2);
  });
});

describe('two words for one certificate', () => {
  const notReady: Told = [
    '03:00',
    'CertManagerCertNotReady',
    { namespace: 'edge', name: 'wildcard-acme-example' },
  ];
  const expired = (secret: string): Told => ['06:00', 'CertificateExpired', { namespace: 'edge', secret }];

  it('are one, hours apart, by the secret that it is in', () => {
    expect(groupsOf(notReady, expired('wildcard-acme-example-tls'))).toHaveLength(1);
    expect(groupsOf(notReady, expired('wildcard-other-example-tls'))).toHaveLength(2);
  });

  it('are one by the name for which it is', () => {
    expect(groupsOf(notReady, ['03:10', 'SslCertificateExpired', { cn: '*.acme.example' }])).toHaveLength(1);
  });
});

describe('what speaks of a product', () => {
  it('waits for it only where something is wrong with that', () => {
    const synced = (since: string, service: string): Told => [
      since,
      `Started ${service}`,
      { service },
      `Argo CD: ${service} synced`,
    ];
    expect(groupsOf(synced('09:00', 'cart'), synced('09:01', 'blog'))).toHaveLength(2);
    const failed = (since: string, service: string): Told => [
      since,
      `Started ${service}`,
      { service },
      'cannot connect to Argo CD',
    ];
    expect(groupsOf(failed('09:00', 'cart'), failed('09:01', 'blog'))).toHaveLength(1);
  });
});

describe('jobs of one name', () => {
  const snapshots = (since: string, datacenter: string): Told => [
    since,
    'SnapshotJobFailed',
    { job: 'snapshot-scheduler', datacenter },
  ];

  it('are alike at one site, and not at two', () => {
    expect(groupsOf(snapshots('09:00', 'lu-1'), snapshots('09:05', 'lu-1'))).toHaveLength(1);
    expect(groupsOf(snapshots('09:00', 'lu-1'), snapshots('09:05', 'fr-3'))).toHaveLength(2);
  });
});

describe('members of a set of data stores', () => {
  const down: Told = ['03:00', 'PostgresDown', { instance: 'pg-1.lon.example:9187' }];

  it('are ill together, each on its node', () => {
    expect(
      groupsOf(down, ['08:50', 'PostgresConnectionsHigh', { instance: 'pg-2.lon.example:9187' }]),
    ).toHaveLength(1);
  });

  it('are of one store, at one place, within six hours', () => {
    for (const other of [
      ['03:10', 'PostgresConnectionsHigh', { instance: 'pg-2.par.example:9187' }],
      ['03:10', 'PostgresConnectionsHigh', { instance: 'crm-2.lon.example:9187' }],
      ['09:10', 'PostgresConnectionsHigh', { instance: 'pg-2.lon.example:9187' }],
    ] as const satisfies readonly Told[])
      expect(groupsOf(down, other)).toHaveLength(2);
  });
});

describe('hosts of one domain', () => {
  it('are not alike because of that', () => {
    expect(
      groupsOf(
        ['09:00', 'ProbeFailed', { target: 'https://blog.help.example/feed' }],
        ['09:01', 'ProbeFailed', { target: 'https://shop.help.example/cart' }],
      ),
    ).toHaveLength(2);
  });

  it('share a certificate', () => {
    expect(
      groupsOf(
        ['09:00', 'CertificateExpired', { name: 'wildcard-help-example', namespace: 'edge' }],
        ['09:01', 'CertificateExpired', { target: 'https://shop.help.example/' }],
      ),
    ).toHaveLength(1);
  });

  it('share a certificate that is called like their ingress', () => {
    const notReady = (name: string) =>
      groupsOf(
        ['09:00', 'CertificateNotReady', { name, namespace: 'chat' }],
        ['09:01', 'CertificateExpired', { target: 'https://chat.help.example/', ingress: 'chat-public' }],
      );
    expect(notReady('chat-public-tls')).toHaveLength(1);
    expect(notReady('mail-public-tls')).toHaveLength(2);
  });
});
