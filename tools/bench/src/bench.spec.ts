import { bench } from './bench.js';

it('measures the product and its floor by what came out of them', async () => {
  const said: string[] = [];
  const result = await bench({
    parts: new Set(['throughput', 'floor', 'decisions']),
    rounds: 1,
    scale: 0.01,
    say: (line) => said.push(line),
  });
  expect(said).toHaveLength(5);
  expect(result.throughput.map(({ reportSize }) => reportSize)).toEqual([100, 1]);
  for (const { acceptedPerS, committedPerS, publishedPerS, floorPerS, ratio } of result.throughput) {
    // Nothing is published before it was committed, nor committed before it was accepted somewhere.
    expect(acceptedPerS).toBeGreaterThan(0);
    expect(committedPerS ?? 0).toBeGreaterThanOrEqual(publishedPerS ?? Infinity);
    expect(ratio).toBeCloseTo((publishedPerS ?? 0) / (floorPerS ?? 0), 1);
  }
  expect(Object.keys(result.rssMiB ?? {})).toContain('k8s-watcher');
  expect([result.latencyMs, result.stormP0Ms, result.startMs]).toEqual([null, null, null]);
  expect(result.decisions?.transactions.map(({ open }) => open)).toEqual([10, 200, 2_000]);
  expect(result.decisions?.decidePerS).toBeGreaterThan(0);
}, 180_000);
