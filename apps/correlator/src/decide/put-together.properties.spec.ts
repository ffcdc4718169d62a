import type { Labels } from '@gomon/contracts';
import fc from 'fast-check';
import { Graph } from '../correlate/graph.js';
import { NO_TOPOLOGY } from './about.js';
import { firing, rulesAtOnce, TogetherStory } from './together.spec-support.js';

interface Happened {
  readonly labels: Labels;
  readonly second: number;
}

const node = fc.constantFrom('worker-1', 'worker-2');
const app = fc.constantFrom('cart', 'pay', 'stock', 'mail');
const labels: fc.Arbitrary<Labels> = fc.oneof(
  node.map((name): Labels => ({ alertname: 'KubeNodeNotReady', node: name })),
  fc
    .tuple(app, node)
    .map(([name, on]): Labels => ({ alertname: 'KubePodNotReady', pod: `${name}-0`, node: on })),
  fc.tuple(app, node).map(([name, on]): Labels => ({ alertname: 'HighLatency', service: name, node: on })),
  app.map((name): Labels => ({ alertname: 'HighErrorRate', service: name })),
);
const happened = fc.record({ labels, second: fc.integer({ min: 0, max: 59 }) });

/** Three groups of alerts, each of them with something that all three stand on. */
const groups = fc
  .uniqueArray(happened, { minLength: 3, maxLength: 15, selector: (one) => JSON.stringify(one.labels) })
  .map((all) => [0, 1, 2].map((group) => all.filter((_, index) => index % 3 === group)));

/** In an order, and with some of them at once. */
const deliveries = fc
  .tuple(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), fc.constantFrom([1, 1, 1], [2, 1], [1, 2], [3]))
  .map(([order, sizes]) =>
    sizes.map((size, index) => {
      const from = sizes.slice(0, index).reduce((sum, one) => sum + one, 0);
      return order.slice(from, from + size);
    }),
  );

function delivered(
  all: readonly (readonly Happened[])[],
  transactions: readonly (readonly number[])[],
  graph = new Graph(),
): TogetherStory {
  const story = new TogetherStory(rulesAtOnce(), NO_TOPOLOGY, graph);
  for (const [index, together] of transactions.entries()) {
    const observations = together
      .flatMap((group) => all[group] ?? [])
      .map((one) => firing(`09:00:${String(one.second).padStart(2, '0')}`, one.labels));
    story.report(`09:0${index + 2}`, ...observations);
  }
  return story;
}

/** Each problem as the labels of its alerts. */
function partition({ alerts }: TogetherStory): readonly string[] {
  const problems = Map.groupBy(alerts, ({ problemId }) => problemId);
  return [...problems.values()]
    .map((members) =>
      members
        .map(({ said }) => JSON.stringify(said.labels))
        .sort()
        .join(' + '),
    )
    .sort();
}

describe('merging', () => {
  it('comes to the same in whatever order groups arrive, and whichever of them come at once', () => {
    fc.assert(
      fc.property(groups, deliveries, (all, transactions) => {
        expect(partition(delivered(all, transactions))).toEqual(partition(delivered(all, [[0], [1], [2]])));
      }),
      { numRuns: 200 },
    );
  });

  it('leaves each alert in exactly one problem that is there, however few are known, and the others say where their alerts are', () => {
    fc.assert(
      fc.property(groups, deliveries, fc.constantFrom(0, 2, 100), (all, transactions, known) => {
        const story = delivered(all, transactions, new Graph(known));
        const written = story.problems.filter(({ version }) => version > 0);
        const open = written.filter(({ mergedInto }) => mergedInto === undefined);
        expect(story.alerts).toHaveLength(all.flat().length);
        expect(new Set(story.alerts.map(({ problemId }) => problemId))).toEqual(
          new Set(open.map(({ id }) => id)),
        );
        expect(open.reduce((sum, { counts }) => sum + counts.total, 0)).toBe(story.alerts.length);
        for (const { mergedInto, resolved, counts } of written) {
          if (mergedInto === undefined) continue;
          expect([resolved?.by, counts]).toEqual(['merge', { total: 0, firing: 0 }]);
          expect(written.map(({ id }) => id)).toContain(mergedInto.problemId);
        }
      }),
      { numRuns: 200 },
    );
  });
});
