import { faultIn, type Fault } from './fault.js';
import { groupsOf, type Told } from './told.spec-support.js';

describe('whose fault a text says that it is', () => {
  it.each<[Fault | undefined, readonly string[]]>([
    [
      'own',
      [
        'restarting: panic: template "vat" not defined',
        'NullPointerException at TaxTable.load',
        'nil pointer dereference',
        'ValueError in row 12',
        'IndexOutOfBoundsException',
        'ClassCastException',
        'IllegalArgumentException',
        'segmentation fault',
        'division by zero',
        "undefined method 'total'",
        'cannot unmarshal a string',
        'failed to deserialize the event',
        'malformed header',
        'could not parse the header of the file',
        'unexpected token in the answer',
        'partition usage_2017_01 does not exist, inserts rejected',
        'no such table: carts',
        'unknown flag: --insecure',
        'unsupported format',
        'readiness probe /healthz: schema version 12, want 13',
        'name mismatch',
        '100 % of webhooks fail the HMAC check',
        '40 uploads rejected, invalid GIF header',
        'exit code 1, missing env LABEL_FORMAT',
        'font file missing',
        'GET https://training.shop.example returned 404',
        'docs.shop.example: 404 on /',
        'status 403',
        'https://wiki.shop.example returned 503 maintenance page',
        'stopped by bot protection',
      ],
    ],
    [
      'planned',
      [
        'planned failover',
        'session is down (customer announced maintenance)',
        'replica is 190 s behind (ALTER TABLE contacts)',
        'iowait is 42 % (backup job)',
        'under replicated, disk replacement',
        'conversion is low since the A/B test began',
        'bounce rate of the campaign',
        'unreachable (reimage)',
        'replica lags 420 s (bulk import)',
        'backfill of last year',
        'reindexing',
        'an ad-hoc query',
        'query of an analyst',
        'license file expired',
        'trial expired',
      ],
    ],
    [
      'others',
      [
        'quickpaid gateway returned 503 for 88 %',
        'registry .pw answers 2400 (registry side)',
        'quota exceeded at the bank',
        'the vendor refuses',
        'the acquirer declines all',
        'the PSP is slow',
        'receipts of carrier Alpha are late',
      ],
    ],
    [
      undefined,
      [
        'back-off restarting failed container',
        'connection refused',
        'timeout calling orders-db',
        'returned 503',
        'lookup orders.shop.svc: no such host',
        'invalid certificate',
        'exit code 137',
        'cache misses',
        'license requests fail',
        'maintenance of the queue is late',
        'an unplanned failover',
        '404 replicas are not there',
        'no carrier on eth0',
        '502 bad gateway returned',
        'api gateway returned 503',
        'the gateway is slow',
        '',
      ],
    ],
  ])('%s', (fault, texts) => {
    for (const text of texts) expect([text, faultIn(text)]).toEqual([text, fault]);
  });
});

describe('what says why it happens', () => {
  const node: Told = ['09:00', 'KubeNodeNotReady', { node: 'worker-3', severity: 'critical' }];
  const pod = (text: string): Told => [
    '09:02',
    'KubePodCrashLooping',
    { namespace: 'shop', pod: 'cart-0', node: 'worker-3' },
    text,
  ];

  it('follows from nothing because of where it is', () => {
    expect(groupsOf(node, pod('back-off restarting failed container'))).toHaveLength(1);
    expect(groupsOf(node, pod('panic: template "vat" not defined'))).toHaveLength(2);
  });

  it('follows from what it names all the same', () => {
    const dns: Told = ['09:00', 'CoreDNSDown', { severity: 'critical' }];
    const crash = (text: string): Told => ['09:02', 'KubePodCrashLooping', { pod: 'cart-0' }, text];
    expect(groupsOf(dns, crash('panic: lookup orders: no such host'))).toHaveLength(1);
    expect(groupsOf(dns, crash('panic: nil pointer'))).toHaveLength(2);
  });

  it('follows from no other symptom of its service', () => {
    const errors: Told = ['09:00', 'CheckoutErrors', { service: 'checkout' }];
    const slow = (text: string): Told => ['09:02', 'CheckoutLatencyHigh', { service: 'checkout' }, text];
    expect(groupsOf(errors, slow('p99 is 8 s'))).toHaveLength(1);
    expect(groupsOf(errors, slow('p99 is 8 s since the a/b test began'))).toHaveLength(2);
    expect(groupsOf(errors, slow('the vendor is slow'))).toHaveLength(2);
  });

  it('is alike nothing that is all over the cluster, where people do it', () => {
    const lost: Told = ['09:00', 'BgpSessionDown', { router: 'edge-1' }];
    const other = (text: string): Told => ['09:01', 'BgpPrefixesLow', { router: 'edge-2' }, text];
    expect(groupsOf(lost, other('few prefixes'))).toHaveLength(1);
    expect(groupsOf(lost, other('few prefixes (announced maintenance)'))).toHaveLength(2);
  });

  it('is what the kubelet says of a pod not', () => {
    const sandbox = 'plugin failed: stat nodename: no such file';
    expect(
      groupsOf(node, ['09:02', 'KubePodSandboxFailed', { pod: 'cart-0', node: 'worker-3' }, sandbox]),
    ).toHaveLength(1);
  });

  it('is not taken for a part of the only thing that is wrong, and what somebody else does not either', () => {
    const storage: Told = ['09:00', 'CephHealthError', { severity: 'critical' }];
    const errors = (text: string): Told => [
      '09:02',
      'CheckoutErrors',
      { service: 'checkout', severity: 'critical' },
      text,
    ];
    expect(groupsOf(storage, errors('one in ten fails'))).toHaveLength(1);
    expect(groupsOf(storage, errors('unexpected token in the answer'))).toHaveLength(2);
    const redis: Told = ['09:00', 'RedisDown', { namespace: 'shop', severity: 'critical' }];
    const inShop = (text: string): Told => [
      '09:02',
      'CheckoutErrors',
      { service: 'checkout', namespace: 'shop', severity: 'critical' },
      text,
    ];
    expect(groupsOf(redis, inShop('one in ten fails'))).toHaveLength(1);
    expect(groupsOf(redis, inShop('quickpaid gateway returned 503'))).toHaveLength(2);
  });

  it('is a part of what somebody else does all the same', () => {
    const health: Told = ['09:00', 'Stripe status page down', { namespace: 'shop', severity: 'critical' }];
    const errors: Told = [
      '09:02',
      'CheckoutErrors',
      { service: 'checkout', namespace: 'shop', severity: 'critical' },
      'the vendor refuses',
    ];
    expect(groupsOf(health, errors)).toHaveLength(1);
  });

  it('is no part of an outage that is seen at once', () => {
    const urgent = (since: string, service: string, text: string): Told => [
      since,
      `${service} errors`,
      { service, severity: 'critical' },
      text,
    ];
    const outage = (text: string) => [
      urgent('09:00', 'chat', 'one in ten fails'),
      urgent('09:01', 'images', 'one in ten fails'),
      urgent('09:02', 'mail', text),
      ['09:03', 'ProbeFailed', { url: 'https://www.shop.example/', severity: 'critical' }] as Told,
    ];
    expect(groupsOf(...outage('one in ten fails'))).toHaveLength(1);
    expect(groupsOf(...outage('could not parse the answer'))).toHaveLength(4);
    expect(groupsOf(...outage('the vendor refuses'))).toHaveLength(4);
  });
});
