import fc from 'fast-check';
import {
  dependenciesIn,
  hostsIn,
  isIdentifier,
  namesIn,
  pairsOfWordsIn,
  phraseIndex,
  registriesIn,
  wordsOf,
} from './words.js';

describe('the words of a text', () => {
  it.each([
    ['KubeNodeNotReady', 'kube node not ready'],
    ['kube-node_notReady', 'kube node not ready'],
    ['Kube node not ready', 'kube node not ready'],
    ['  KUBE.NODE/NOT:READY!  ', 'kube node not ready'],
    ['KubeAPIServerDown', 'kube api server down'],
    ['Http2Errors', 'http2 errors'],
    ['p99Latency', 'p99 latency'],
    ['Überlauf_im_Lager', 'überlauf im lager'],
    ['データベース停止', 'データベース停止'],
    ['диск заполнен', 'диск заполнен'],
    ['🔥 on fire 🔥', 'on fire'],
  ])('%j are %j', (text, words) => {
    expect(wordsOf(text)).toBe(` ${words} `);
  });

  it('are the same beside a letter that is not of ASCII', () => {
    const ascii = fc.string({ unit: 'binary-ascii', maxLength: 60 });
    const likely = fc.string({
      unit: fc.constantFrom('a', 'b', 'X', 'Y', 'Z', '0', ' ', '-', '.'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.oneof(ascii, likely), (text) => {
        expect(wordsOf(`${text} ü`)).toBe(`${wordsOf(text).trimEnd()} ü `);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are none where there are none', () => {
    expect(wordsOf('').trim()).toBe('');
    expect(wordsOf('-_-!').trim()).toBe('');
  });

  it('are those of its beginning only', () => {
    expect(wordsOf(`disk full ${'x'.repeat(100_000)} zone down`)).not.toContain('zone');
  });
});

describe('phrases', () => {
  it.each([
    [['node', 'not ready|down'], 'NodeNotReady', true],
    [['node', 'not ready|down'], 'down is the node', true],
    [['node', 'not ready|down'], 'node ready, not down-graded', true],
    [['node', 'not ready|down'], 'NodeReady', false],
    [['node', 'not ready|down'], 'Nodes down', false],
    [['not ready'], 'ready not', false],
    [['az'], 'Lazy', false],
    [['az'], 'az', true],
    [[' az | zone '], 'zone', true],
  ])('%j in %j: %j', (phrases, text, isFound) => {
    expect(phraseIndex([['never said'], phrases])(wordsOf(text))).toEqual(isFound ? [1] : []);
  });
});

describe('names in a text', () => {
  it.each([
    ['timeouts calling orders-db', ['orders-db']],
    ['the pod cart-0 on worker-3 is not ready', ['cart-0', 'worker-3']],
    ['Orders-DB Orders-DB', ['orders-db']],
    ['10.2.0.1 answers in 250ms to 99.5% at 12:30', ['10.2.0.1', 'answers', 'answer']],
    ['n1 and n2 and xy', ['n1', 'n2']],
    ['база данных', []],
    ['', []],
  ])('%j: %j', (text, names) => {
    expect(namesIn(text)).toEqual(names);
  });

  it('are few, however many words there are', () => {
    const text = Array.from({ length: 10_000 }, (_, index) => `t${index}x`).join(' ');
    expect(namesIn(text)).toEqual(Array.from({ length: 40 }, (_, index) => `t${index}x`));
  });
});

describe('two words that may be one name', () => {
  it.each<[string, string[]]>([
    ['answers 503 through the edge proxy', ['edge-proxy']],
    ['edge proxy panics, and ledger sync waits', ['edge-proxy', 'ledger-sync']],
    ['input is read by edge proxy: ledger sync', ['edge-proxy', 'ledger-sync']],
    ['calls to the edge time out', []],
    ['something between edge proxy stopped', []],
    ['by a b', []],
  ])('%s', (text, names) => {
    expect(pairsOfWordsIn(text)).toEqual(names);
  });
});

describe('a word', () => {
  it.each(['orders-db', 'api2', '10.2.0.1', 'cart_1', 'a.b'])('%s was made up to be a name', (word) => {
    expect(isIdentifier(word)).toBe(true);
  });

  it.each(['orders', 'eu-west-1', 'us-east-1a', '250ms', '12:30', '99.5', '2026-03-01', ''])(
    '%j was not',
    (word) => {
      expect(isIdentifier(word)).toBe(false);
    },
  );
});

describe('what a text waits for', () => {
  it.each([
    ['timeouts calling orders-db', ['orders-db']],
    ['cannot connect to "payments"', ['payments']],
    ['Upstream: stock, and waiting for prices', ['stock', 'prices']],
    ['connection to database lost', []],
    ['recalling orders', []],
    ['calling ab', []],
  ])('%j: %j', (text, found) => {
    expect(dependenciesIn(text)).toEqual(found);
  });
});

describe('hosts in a text', () => {
  it.each([
    ['https://www.shop.example/cart and API.pay.example:8443', ['www.shop.example', 'api.pay.example']],
    ['lookup orders.shop.svc.cluster.local', []],
    ['see values.yaml and main.go', []],
    ['10.2.0.1 is 3.5 times slower', []],
    ['www.shop.example www.shop.example', ['www.shop.example']],
  ])('%j: %j', (text, found) => {
    expect(hostsIn(text)).toEqual(found);
  });
});

describe('names of packages in a text', () => {
  it.each([
    'java.lang.NullPointerException at shop.Cart',
    'io.buoyant.k8s has an error',
    'Endpoints.subsets is null',
  ])('%j: are none of hosts', (text) => {
    expect(hostsIn(text)).toEqual([]);
  });
});

describe('registries in a text', () => {
  it.each([
    ['pulling registry.example.com/shop/cart:1.2', ['registry.example.com']],
    ['registry.example.com:5000/cart@sha256:0a1b', ['registry.example.com:5000']],
    ['a.example.com/x and a.example.com/y', ['a.example.com']],
    ['cart:1.2', []],
    ['Get "https://registry.example.com/v2/": EOF', ['registry.example.com']],
    ['Get "http://consul.infra.svc:8500/v1/catalog": timeout', []],
  ])('%j: %j', (text, found) => {
    expect(registriesIn(text)).toEqual(found);
  });
});

describe('hostile text', () => {
  const longHost = `${'a.'.repeat(499)}ex`;
  it.each([
    ['a-'.repeat(50_000), [], []],
    ['a.'.repeat(50_000), [], []],
    ['A'.repeat(100_000), [], []],
    ['calling '.repeat(20_000), [], []],
    [`upstream${" '".repeat(50_000)}orders`, [], []],
    ['1.'.repeat(50_000), [], []],
    [longHost, [], [longHost]],
  ])('is read to an end (%#)', (text, names, hosts) => {
    expect(namesIn(text)).toEqual(names);
    expect(hostsIn(text)).toEqual(hosts);
    expect(registriesIn(text)).toEqual([]);
    expect(dependenciesIn(text)).toEqual([]);
    expect(wordsOf(text).length).toBeLessThanOrEqual(2_002);
  });
});
