import type { Labels } from '@gomon/contracts';
import fc from 'fast-check';
import { NO_TOPOLOGY } from '../decide/about.js';
import { decideAll } from '../decide/decide-all.js';
import type { ObservationInput } from '../decide/episode.js';
import { DEFAULT_RULES } from '../decide/rules.js';
import { World } from '../scenario/world.js';

const START = Date.parse('2026-03-01T09:00:00.000Z');
const END = '2026-03-02T09:00:00.000Z';
const timeAt = (seconds: number) => new Date(START + seconds * 1_000).toISOString();

const app = fc.constantFrom('cart', 'pay', 'stock');
const node = fc.constantFrom('worker-1', 'worker-2');

const URGENT = { severity: 'critical' };

/** What happens in a small cluster: causes and symptoms at few places, so that much has something to do with something. */
const labels: fc.Arbitrary<Labels> = fc.oneof(
  node.map((name): Labels => ({ alertname: 'KubeNodeNotReady', node: name })),
  fc.tuple(app, node).map(([service, on]): Labels => ({
    alertname: 'KubePodNotReady',
    service,
    pod: `${service}-0`,
    node: on,
  })),
  app.map((service): Labels => ({ alertname: 'HighErrorRate', service })),
  app.map((service): Labels => ({ alertname: 'HighLatency', service })),
  app.map((service): Labels => ({ alertname: 'KubePodCrashLooping', service })),
  fc
    .tuple(app, fc.nat(3))
    .map(([service, n]): Labels => ({ alertname: 'QueueBacklog', queue: `jobs-${n}`, service })),
  app.map((service): Labels => ({ alertname: 'DatabaseConnectionsHigh', service: `${service}-db` })),
  fc.constant<Labels>({ alertname: 'CoreDNSDown' }),
  app.map((service): Labels => ({ alertname: 'ProbeFailed', url: `https://${service}.example/`, ...URGENT })),
  fc
    .constantFrom('cart', 'pay')
    .map((service): Labels => ({ alertname: 'OrdersDropped', service, ...URGENT })),
  app.map((service): Labels => ({ alertname: 'CheckoutErrors', service, ...URGENT })),
  fc.constantFrom('redis', 'kafka').map((job): Labels => ({ alertname: 'DatabaseDown', job, ...URGENT })),
  fc.constantFrom(1, 2, 3, 4).map((n): Labels => ({
    alertname: 'BgpSessionDown',
    node: `edge-${n}`,
    ...URGENT,
  })),
  fc.constantFrom(1, 2, 3).map((n): Labels => ({ alertname: 'HostDown', host: `rack-${n}`, ...URGENT })),
  fc
    .tuple(fc.constantFrom('LineNoisy', 'LineErrors', 'PortDown'), fc.nat(1))
    .map(([alertname, n]): Labels => ({ alertname, circuit: `line-${n}` })),
  fc.constant<Labels>({ alertname: 'CoreDNSErrors', service: 'coredns' }),
  fc.constantFrom('coredns-0', 'coredns-1').map((pod): Labels => ({ alertname: 'KubePodOOMKilled', pod })),
  fc.constantFrom('lu-1', 'fr-3', '').map((datacenter): Labels => ({
    alertname: 'UploadErrors',
    service: 'cart',
    ...(datacenter === '' ? {} : { datacenter }),
  })),
  fc.constant<Labels>({ alertname: 'StatusPageIncident', dependency: 'stripe', severity: 'info' }),
  fc.constant<Labels>({ alertname: 'FeatureFlagSwitched', service: 'cart', severity: 'info' }),
  app.map((service): Labels => ({ alertname: 'FeedStuck', feeds_from: `${service}-db` })),
  app.map((service): Labels => ({ alertname: 'LettersWait', queue: `${service}-dlq` })),
  fc.constantFrom('b-1', 'b-2').map((broker): Labels => ({
    alertname: 'BrokerOdd',
    cluster: 'kafka-main',
    broker,
  })),
  app.map((group): Labels => ({ alertname: 'ConsumerLagHigh', cluster: 'kafka-main', consumergroup: group })),
);
const summary = fc.oneof(
  fc.constant(''),
  app.map((service) => `timeouts calling ${service}`),
  app.map((service) => `cannot connect to ${service}-db`),
  fc.constantFrom('Redis timeout', 'kafka: leader not available', 'StripeConnectionError', 'no such host'),
  fc.constantFrom('panic: nil pointer', 'the vendor refuses'),
  app.map((service) => `not since ${service} was moved`),
);
interface Happened {
  readonly labels: Labels;
  readonly summary: string;
  readonly at: number;
}
const happened = fc.uniqueArray(fc.record({ labels, summary, at: fc.integer({ min: 0, max: 240 }) }), {
  minLength: 1,
  maxLength: 16,
  selector: (one) => JSON.stringify(one.labels),
});

/**
 * Some order of arrival, in transactions of some sizes; everything arrives within some minutes of its beginning. `isForgetful`:
 * before each of them the graph is made anew from what is stored, as by another process.
 */
function delivered(
  all: readonly Happened[],
  order: readonly number[],
  sizes: readonly number[],
  isForgetful = false,
): World {
  const world = new World(NO_TOPOLOGY, END);
  const arriving = all
    .map((one, index) => ({ one, index, rank: order[index] ?? 0 }))
    .toSorted((a, b) => a.rank - b.rank || a.index - b.index);
  let clock = 300;
  for (let at = 0, turn = 0; at < arriving.length; turn += 1) {
    const size = sizes[turn % Math.max(1, sizes.length)] ?? 1;
    clock += 1;
    const inputs = arriving.slice(at, at + size).map(({ one, index }) => heard(one, index, clock));
    at += size;
    if (isForgetful) world.markFor(DEFAULT_RULES, timeAt(clock));
    world.apply(decideAll(world.state(), inputs, DEFAULT_RULES, timeAt(clock)), timeAt(clock));
  }
  return world;
}

function heard({ labels: of, summary: text, at }: Happened, index: number, clock: number): ObservationInput {
  return {
    kind: 'observation',
    reportId: `report-${index}`,
    index: 0,
    scope: 'default',
    source: { kind: 'grafana', instance: 'default' },
    acceptedAt: timeAt(clock),
    order: clock,
    observation: { status: 'firing', labels: of, annotations: { summary: text }, startsAt: timeAt(at) },
  };
}

/** Each group as the names of its alerts. */
function groupsIn({ alerts }: World): readonly string[] {
  const groups = Map.groupBy(alerts.values(), ({ problemId }) => problemId);
  return [...groups.values()]
    .map((members) =>
      members
        .map(({ said }) => JSON.stringify(said.labels))
        .sort()
        .join(' + '),
    )
    .sort();
}

/** What happened, in two orders of arrival, the first of them in portions. */
interface Delivered {
  readonly all: Happened[];
  readonly order: number[];
  readonly other: number[];
  readonly sizes: number[];
}

const deliveries: fc.Arbitrary<Delivered> = fc.record({
  all: happened,
  order: fc.array(fc.nat(100), { minLength: 16, maxLength: 16 }),
  other: fc.array(fc.nat(100), { minLength: 16, maxLength: 16 }),
  sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
});

const AT_ONCE = Array.from({ length: 16 }, () => 0);
const CRITICAL = { severity: 'critical' };

/** A problem is split twice in one transaction: what is split off the second time is no part of what was split off first. */
const SPLIT_TWICE: Delivered = {
  all: [
    { labels: { alertname: 'KubeNodeNotReady', node: 'worker-1' }, summary: 'Redis timeout', at: 0 },
    {
      labels: { alertname: 'KubePodCrashLooping', service: 'cart' },
      summary: 'cannot connect to cart-db',
      at: 0,
    },
    {
      labels: { alertname: 'OrdersDropped', service: 'pay', ...CRITICAL },
      summary: 'cannot connect to cart-db',
      at: 0,
    },
    {
      labels: { alertname: 'KubeNodeNotReady', node: 'worker-2' },
      summary: 'cannot connect to pay-db',
      at: 1,
    },
    { labels: { alertname: 'CheckoutErrors', service: 'pay', ...CRITICAL }, summary: '', at: 0 },
    { labels: { alertname: 'DatabaseDown', job: 'redis', ...CRITICAL }, summary: 'Redis timeout', at: 0 },
    {
      labels: { alertname: 'CheckoutErrors', service: 'stock', ...CRITICAL },
      summary: 'cannot connect to pay-db',
      at: 0,
    },
  ],
  order: AT_ONCE.with(5, 84),
  other: AT_ONCE,
  sizes: [1],
};

/** A problem is split, and in the same transaction what was split off of it: each part is a problem. */
const SPLIT_AGAIN: Delivered = {
  all: [
    {
      labels: { alertname: 'OrdersDropped', service: 'cart', ...CRITICAL },
      summary: 'timeouts calling cart',
      at: 0,
    },
    {
      labels: { alertname: 'KubePodCrashLooping', service: 'stock' },
      summary: 'kafka: leader not available',
      at: 0,
    },
    {
      labels: { alertname: 'KubeNodeNotReady', node: 'worker-1' },
      summary: 'cannot connect to cart-db',
      at: 0,
    },
    {
      labels: { alertname: 'KubePodNotReady', service: 'cart', pod: 'cart-0', node: 'worker-1' },
      summary: 'timeouts calling cart',
      at: 0,
    },
    {
      labels: { alertname: 'DatabaseDown', job: 'kafka', ...CRITICAL },
      summary: 'timeouts calling cart',
      at: 0,
    },
    { labels: { alertname: 'ProbeFailed', url: 'https://cart.example/', ...CRITICAL }, summary: '', at: 0 },
    { labels: { alertname: 'CheckoutErrors', service: 'stock', ...CRITICAL }, summary: '', at: 0 },
    {
      labels: { alertname: 'CheckoutErrors', service: 'cart', ...CRITICAL },
      summary: 'timeouts calling cart',
      at: 0,
    },
    {
      labels: { alertname: 'FeatureFlagSwitched', service: 'cart', severity: 'info' },
      summary: 'timeouts calling cart',
      at: 0,
    },
    { labels: { alertname: 'HighErrorRate', service: 'cart' }, summary: 'timeouts calling cart', at: 0 },
  ],
  order: [0, 0, 0, 36, 36, 0, 0, 2, 0, 2, 0, 0, 0, 0, 0, 0],
  other: AT_ONCE,
  sizes: [1],
};

/** Two explain one, and one of them follows from that: it does not make one thing of the two that it follows from one of them. */
const FOLLOWS_FROM_WHAT_IT_EXPLAINS: Delivered = {
  all: [
    {
      labels: { alertname: 'CheckoutErrors', service: 'cart', ...CRITICAL },
      summary: 'timeouts calling cart',
      at: 0,
    },
    { labels: { alertname: 'ProbeFailed', url: 'https://cart.example/', ...CRITICAL }, summary: '', at: 0 },
    { labels: { alertname: 'BgpSessionDown', node: 'edge-3', ...CRITICAL }, summary: 'no such host', at: 0 },
    { labels: { alertname: 'BgpSessionDown', node: 'edge-1', ...CRITICAL }, summary: 'Redis timeout', at: 0 },
    { labels: { alertname: 'CoreDNSDown' }, summary: 'Redis timeout', at: 0 },
  ],
  order: AT_ONCE,
  other: AT_ONCE.with(2, 60),
  sizes: [1],
};

/** What is like an alert that says no site may be unlike one before it that says one. */
const AT_TWO_SITES: Delivered = {
  all: [
    { labels: { alertname: 'LineNoisy', circuit: 'line-0' }, summary: 'panic: nil pointer', at: 0 },
    {
      labels: { alertname: 'QueueBacklog', queue: 'jobs-0', service: 'cart' },
      summary: 'cannot connect to cart-db',
      at: 0,
    },
    {
      labels: { alertname: 'ProbeFailed', url: 'https://cart.example/', ...CRITICAL },
      summary: 'timeouts calling cart',
      at: 0,
    },
    { labels: { alertname: 'UploadErrors', service: 'cart' }, summary: '', at: 1 },
    {
      labels: { alertname: 'UploadErrors', service: 'cart', datacenter: 'lu-1' },
      summary: 'cannot connect to cart-db',
      at: 0,
    },
    {
      labels: { alertname: 'UploadErrors', service: 'cart', datacenter: 'fr-3' },
      summary: 'panic: nil pointer',
      at: 1,
    },
  ],
  order: AT_ONCE.with(3, 77),
  other: AT_ONCE.with(1, 74),
  sizes: [1],
};

/** What says no site is like those of both, which are unlike each other. */
const AT_NO_SITE: Delivered = {
  all: [
    { labels: { alertname: 'UploadErrors', service: 'cart', datacenter: 'lu-1' }, summary: '', at: 0 },
    { labels: { alertname: 'DatabaseDown', job: 'redis', ...CRITICAL }, summary: '', at: 0 },
    { labels: { alertname: 'HighErrorRate', service: 'cart' }, summary: 'Redis timeout', at: 1 },
    { labels: { alertname: 'UploadErrors', service: 'cart', datacenter: 'fr-3' }, summary: '', at: 0 },
  ],
  order: AT_ONCE,
  other: AT_ONCE.with(2, 26),
  sizes: [1],
};

/** Of two parts that break at once, each says what the other is. */
const TWO_PARTS: Delivered = {
  all: [
    { labels: { alertname: 'KubePodOOMKilled', pod: 'coredns-0' }, summary: 'panic: nil pointer', at: 0 },
    { labels: { alertname: 'DatabaseConnectionsHigh', service: 'cart-db' }, summary: 'Redis timeout', at: 0 },
    { labels: { alertname: 'KubePodOOMKilled', pod: 'coredns-1' }, summary: 'Redis timeout', at: 0 },
    {
      labels: { alertname: 'CheckoutErrors', service: 'cart', ...CRITICAL },
      summary: 'Redis timeout',
      at: 0,
    },
  ],
  order: AT_ONCE,
  other: AT_ONCE.with(0, 1),
  sizes: [1],
};

const STORIES: [Delivered][] = [
  [SPLIT_TWICE],
  [SPLIT_AGAIN],
  [FOLLOWS_FROM_WHAT_IT_EXPLAINS],
  [AT_TWO_SITES],
  [AT_NO_SITE],
  [TWO_PARTS],
];

describe('what belongs together', () => {
  it('is put together at all', () => {
    const all = [
      { labels: { alertname: 'KubeNodeNotReady', node: 'worker-1' }, summary: '', at: 0 },
      { labels: { alertname: 'KubePodNotReady', pod: 'cart-0', node: 'worker-1' }, summary: '', at: 30 },
    ];
    expect(groupsIn(delivered(all, [1, 0], [1]))).toHaveLength(1);
  });

  it('is the same in whatever order and portions it arrives', () => {
    fc.assert(
      fc.property(deliveries, ({ all, order, other, sizes }) => {
        expect(groupsIn(delivered(all, order, sizes))).toEqual(groupsIn(delivered(all, other, [1])));
      }),
      { numRuns: 300, examples: STORIES },
    );
  });

  it('is the same for processes that take turns, each of which makes its graph anew', () => {
    fc.assert(
      fc.property(deliveries, ({ all, order, sizes }) => {
        expect(groupsIn(delivered(all, order, sizes, true))).toEqual(groupsIn(delivered(all, order, sizes)));
      }),
      { numRuns: 300, examples: STORIES },
    );
  });

  it('has each alert in one problem, which counts it and names one of them as its cause', () => {
    fc.assert(
      fc.property(deliveries, ({ all, order, sizes }) => {
        const world = delivered(all, order, sizes);
        for (const { problemId } of world.alerts.values()) expect(world.problems.has(problemId)).toBe(true);
        for (const problem of world.problems.values()) {
          const members = [...world.alerts.values()].filter(({ problemId }) => problemId === problem.id);
          expect(problem.counts).toEqual({ total: members.length, firing: members.length });
          expect(members.length > 0).toBe(problem.mergedInto === undefined);
          if (members.length > 0) expect(members.map(({ id }) => id)).toContain(problem.primaryId);
        }
      }),
      { numRuns: 200, examples: STORIES },
    );
  });
});
