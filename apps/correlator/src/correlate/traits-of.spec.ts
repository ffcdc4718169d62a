import type { Labels } from '@gomon/contracts';
import { NO_TOPOLOGY } from '../decide/about.js';
import { at } from '../decide/story.spec-support.js';
import { firing, rulesAtOnce, TogetherStory } from '../decide/together.spec-support.js';
import type { Traits } from './traits.js';
import { traitsOf } from './traits-of.js';

const rules = rulesAtOnce();

function traitsIn(labels: Labels, text = '', since = '08:59'): Traits {
  const story = new TogetherStory(rules);
  story.report('09:00', firing(since, labels, text));
  return traitsOf(story.alert, rules.pack, NO_TOPOLOGY);
}

describe('what an alert says is ill', () => {
  it.each<[Labels, string, boolean]>([
    [{ alertname: 'KubeNodeNotReady', node: 'worker-3' }, 'node:worker-3', true],
    [{ alertname: 'KubePodNotReady', node: 'worker-3', pod: 'cart-0' }, 'node:worker-3', false],
    [{ alertname: 'KubePodNotReady', node: 'worker-3', pod: 'cart-0' }, 'pod:cart-0', true],
    [{ alertname: 'ZoneOutage', zone: 'eu-1a' }, 'zone:eu-1a', true],
    [{ alertname: 'KubeNodeNotReady', node: 'worker-3', zone: 'eu-1a' }, 'zone:eu-1a', false],
    [{ alertname: 'KubeQuotaExceeded', namespace: 'shop' }, 'namespace:shop', true],
    [{ alertname: 'HighErrorRate', namespace: 'shop' }, 'namespace:shop', false],
    [{ alertname: 'CoreDNSDown' }, 'cluster:', true],
    [{ alertname: 'CoreDNSDown' }, 'error:dns', true],
    [{ alertname: 'CalicoDown', node: 'worker-3' }, 'node:worker-3', true],
    [{ alertname: 'CalicoDown', node: 'worker-3' }, 'cluster:', false],
    [{ alertname: 'CalicoDown', zone: 'eu-1a' }, 'zone:eu-1a', true],
    [{ alertname: 'PostgresDown', service: 'cart-db' }, 'app:cart', true],
    [{ alertname: 'HighErrorRate', service: 'cart-db' }, 'app:cart', false],
  ])('%j offers %s: %j', (labels, key, isOffered) => {
    const offers: readonly string[] = traitsIn(labels).offers;
    expect(offers.includes(key)).toBe(isOffered);
  });
});

describe('an alarm of CloudWatch', () => {
  const offersOf = (alertname: string): readonly string[] => {
    const story = new TogetherStory(rules);
    const source = { kind: 'cloudwatch', instance: 'default' };
    story.transaction('09:00', story.inputs('09:00', [firing('08:59', { alertname })], source));
    return traitsOf(story.alert, rules.pack, NO_TOPOLOGY).offers;
  };

  it('is about what its name begins with', () => {
    const offers = offersOf('web-alb-unhealthy-hosts');
    expect(offers).toEqual(expect.arrayContaining(['name:web-alb', 'name:web-alb-unhealthy']));
    expect(offers).not.toContain('name:web-alb-unhealthy-hosts');
  });

  it('may be called by a path', () => {
    expect(offersOf('wf-prd/seats-api/alb-p99')).toEqual(
      expect.arrayContaining(['name:wf-prd', 'name:seats-api']),
    );
  });

  it('is about few things, however long its name is', () => {
    expect(offersOf('a-'.repeat(2_000)).length).toBeLessThan(50);
  });
});

describe('what an alert stands on', () => {
  it.each<[Labels, string, string]>([
    [{ alertname: 'A', pod: 'cart-0', node: 'worker-3' }, '', 'node:worker-3'],
    [{ alertname: 'A', service: 'cart' }, 'timeouts calling orders-db', 'name:orders-db'],
    [{ alertname: 'A', upstream: 'stock' }, '', 'name:stock'],
    [{ alertname: 'A', url: 'https://www.shop.example/' }, '', 'host:*.shop.example'],
    [{ alertname: 'A' }, 'lookup stock: no such host', 'error:dns'],
    [{ alertname: 'A', image: 'registry.example.com/cart:1' }, '', 'registry:registry.example.com'],
    [{ alertname: 'A' }, '', 'cluster:'],
  ])('%j with %j: %s', (labels, text, key) => {
    expect(traitsIn(labels, text).needs).toContain(key);
  });

  it('is not what it is called itself, nor where it is', () => {
    const { mentions } = traitsIn(
      { alertname: 'A', service: 'cart', namespace: 'shop' },
      'cart of shop needs stock',
    );
    expect([...mentions]).toEqual([
      'name:needs',
      'name:need',
      'name:stock',
      // Two words may be one name.
      'name:shop-needs',
    ]);
  });
});

describe('what lies deep', () => {
  const traits = traitsIn({ alertname: 'HostDown', host: 'erp-5520' }, 'its root volume is on filer-17');

  it('may be known by what its text names', () => {
    expect(traits.offers).toContain('name:filer-17');
  });

  it('names that as something else all the same', () => {
    expect(traits.mentions).toContain('name:filer-17');
    expect(traits.owns).not.toContain('name:filer-17');
    const switched = traitsIn({ alertname: 'CoreSwitchDown', device: 'core-sw-1' }, 'core-sw-1: no answer');
    expect(switched.owns).toContain('name:core-sw-1');
    expect(switched.mentions).not.toContain('name:core-sw-1');
  });
});

describe('an alarm that has nothing to look at', () => {
  it('says that it has no data, whatever it is called', () => {
    const text = 'INSUFFICIENT_DATA: no data from nat-0b1b';
    expect(traitsIn({ alertname: 'natgw-errors' }, text).role.kind.name).toBe('no-data');
    expect(traitsIn({ alertname: 'natgw-errors' }).role.kind.name).not.toBe('no-data');
  });
});

describe('where an alert is', () => {
  it.each<[Labels, Partial<Traits>]>([
    [{ alertname: 'A', k8s_cluster: 'North' }, { cluster: 'north' }],
    [{ alertname: 'A', env: 'Prod' }, { environment: 'prod' }],
    [{ alertname: 'A', exported_namespace: 'shop' }, { namespace: 'shop' }],
    [{ alertname: 'A', namespace: 'ingress-nginx', exported_namespace: 'shop' }, { namespace: 'shop' }],
    [{ alertname: 'CephHealthError', cluster: 'ceph-1' }, { cluster: '' }],
    [{ alertname: 'CephHealthError', cluster: 'north', namespace: 'rook' }, { cluster: 'north' }],
  ])('%j: %j', (labels, where) => {
    expect(traitsIn(labels)).toMatchObject(where);
  });
});

describe('when an alert began', () => {
  it('is what its source says, and not after we heard of it', () => {
    expect(traitsIn({ alertname: 'A' }, '', '08:10').onset).toBe(Date.parse(at('08:10')));
    expect(traitsIn({ alertname: 'A' }, '', '09:10').onset).toBe(Date.parse(at('09:00')));
  });
});

describe('hostile labels', () => {
  it.each(['a-'.repeat(50_000), 'a.'.repeat(50_000), ':1'.repeat(50_000), 'x '.repeat(10_000)])(
    'are read to an end (%#)',
    (text) => {
      const traits = traitsIn({ alertname: 'HighErrorRate', service: 'cart', url: text, note: text }, text);
      expect(traits.role.kind.name).toBe('errors');
      expect(traits.offers).toContain('app:cart');
    },
  );
});
