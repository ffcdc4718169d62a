import { rulesFile, type CorrelationInput, type Labels } from '@gomon/contracts';
import { packOf, type Pack } from './kinds.js';
import { wordsOf } from './words.js';

const pack = (correlation: CorrelationInput = {}): Pack =>
  packOf(rulesFile.parse({ correlation }).correlation);
const kindOf = (by: Pack, name: string, text = '') => by.roleOf({}, name, wordsOf(text)).kind.name;
const betweenNamed = (by: Pack, cause: string, effect: string) =>
  by.between(by.roleOf({}, cause, ''), by.roleOf({}, effect, '')).map(({ name }) => name);

describe('the kind of an alert', () => {
  it.each(['KubeNodeNotReady', 'kube_node_not_ready', 'Kube node not ready', 'kube-node-notReady'])(
    'is the same however its sender writes it: %s',
    (name) => {
      expect(kindOf(pack(), name)).toBe('node-down');
    },
  );

  it('is that of its name, whatever its summary says', () => {
    expect(kindOf(pack(), 'KubePodCrashLooping', 'latency is high')).toBe('crash');
  });

  it('is that of its summary where its name says nothing', () => {
    expect(kindOf(pack(), 'rule 17', 'latency is high')).toBe('latency');
    expect(kindOf(pack(), '', 'latency is high')).toBe('latency');
  });

  it('is that of what a plugin checks, with what it says', () => {
    expect(kindOf(pack(), 'check_raid', 'CRITICAL: logical drive 1 failed')).toBe('hardware');
    expect(kindOf(pack(), 'check_ntp_time', 'Offset 0.31 secs')).toBe('clock-skew');
    expect(kindOf(pack(), 'raid', 'CRITICAL: logical drive 1 failed')).not.toBe('hardware');
  });

  it('is no deep one by its summary, which names causes too', () => {
    expect(kindOf(pack(), 'rule 17', 'because the node is not ready')).not.toBe('node-down');
  });

  it('is by the first that fits, the own ones first', () => {
    const own = pack({ kinds: [{ name: 'payments-down', says: ['payments|checkout', 'down|unavailable'] }] });
    expect(kindOf(own, 'CheckoutDown')).toBe('payments-down');
    expect(kindOf(pack(), 'CheckoutDown')).toBe('unready');
  });

  it('is one of the own ones alone, where the defaults are left out', () => {
    const own = pack({ defaults: false, kinds: [{ name: 'mine', says: ['mine'] }] });
    expect(['MineDown', 'KubeNodeNotReady'].map((name) => kindOf(own, name))).toEqual(['mine', 'other']);
  });

  it('stays the same when more names were seen than are remembered', () => {
    const by = pack();
    const before = by.roleOf({}, 'KubeNodeNotReady', '');
    for (let index = 0; index <= 10_000; index += 1) by.roleOf({}, `Odd${index}`, '');
    expect(by.roleOf({}, 'KubeNodeNotReady', '')).toBe(before);
  });

  it.each([
    'a-'.repeat(50_000),
    'a.'.repeat(50_000),
    'A'.repeat(100_000),
    'x '.repeat(10_000),
    '⚠'.repeat(50_000),
  ])('is found in hostile text (%#)', (text) => {
    expect(kindOf(pack(), text, text)).toBe('other');
    expect(kindOf(pack(), `node down ${text}`)).toBe('node-down');
  });
});

describe('what a text names as its reason', () => {
  it.each([
    ['dial tcp: lookup db: no such host', ['dns']],
    ['x509: certificate has expired', ['certificate']],
    ['failed calling webhook "x"', ['webhook']],
    ['pods "a" is forbidden: exceeded quota', ['quota']],
    ['failed calling webhook "x": net/http: TLS handshake timeout', ['webhook']],
    ['client aborts in TLS handshake', ['certificate']],
    ['Failed to watch *v1.Service: Get "https://10.96.0.1:443/api"', ['api-server']],
    ['answers of the webhook are late', []],
    ['NoCredentialProviders: no valid providers in chain', ['credentials']],
    ['Unable to locate credentials', ['credentials']],
    ['no credentials are needed', []],
    ['all is well', []],
  ])('%j: %j', (text, kinds) => {
    expect(pack().reasonsIn(wordsOf(text))).toEqual(kinds);
  });
});

describe('what follows from what', () => {
  it('is said by patterns, in one direction', () => {
    expect(betweenNamed(pack(), 'KubeNodeNotReady', 'KubePodNotReady')).toContain(
      'a node and what runs on it',
    );
    expect(betweenNamed(pack(), 'KubePodNotReady', 'KubeNodeNotReady')).not.toContain(
      'a node and what runs on it',
    );
  });

  it('is nothing for what only says that all is well', () => {
    const by = pack();
    expect(betweenNamed(by, 'Watchdog', 'KubePodNotReady')).toEqual([]);
    expect(betweenNamed(by, 'KubePodNotReady', 'Watchdog')).toEqual([]);
  });

  it('is said by matchers of the own patterns as well as by kinds', () => {
    const by = pack({
      defaults: false,
      kinds: [{ name: 'checkout-down', says: ['checkout'] }],
      patterns: [
        {
          name: 'the provider',
          cause: ['provider=~"acme|other"'],
          effect: ['checkout-down', 'team="pay"'],
          via: ['app'],
          within: '10m',
          early: '1m',
          weight: 0.8,
        },
      ],
    });
    const role = (labels: Labels, name = '') => by.roleOf(labels, name, '');
    const found = by.between(role({ provider: 'acme' }), role({}, 'CheckoutDown'));
    expect(found).toEqual([
      { name: 'the provider', via: new Set(['app']), withinMs: 600_000, earlyMs: 60_000, weight: 0.8 },
    ]);
    expect(by.between(role({ provider: 'acme' }), role({ team: 'pay' }))).toEqual(found);
    expect(by.between(role({ provider: 'another' }), role({ team: 'pay' }))).toEqual([]);
    expect(by.between(role({ provider: 'acme' }), role({ team: 'shop' }))).toEqual([]);
  });
});
