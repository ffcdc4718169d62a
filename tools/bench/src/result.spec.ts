import { tableOf, type Result } from './result.js';

const result: Result = {
  machine: { cpu: 'a CPU', cores: 2, memoryGiB: 24, system: 'linux 6', node: 'v24' },
  throughput: [
    {
      reportSize: 100,
      acceptedPerS: 7_287,
      committedPerS: 1_238,
      publishedPerS: 1_140,
      floorPerS: 1_373,
      ratio: 0.83,
      alertmanagerPerS: null,
    },
  ],
  latencyMs: { ratePerS: 50, p50: 9, p95: 20, p99: 41 },
  stormP0Ms: null,
  rssMiB: { ingest: 112 },
  rssUnderLoadMiB: { ingest: 213 },
  startMs: 5_900,
  decisions: {
    decide: { open: 20_000, newPerS: 50_000, repeatedPerS: 180_000 },
    decidePerS: 142_857,
    correlation: {
      open: 20_000,
      pods: 5_000,
      perS: 31_000,
      batchP50Ms: 2.1,
      batchP99Ms: 8,
      problems: 210,
      storm: { alerts: 50_000, perS: 8_000, batchP99Ms: 20, problems: 1, heapMiB: 400 },
    },
    transactions: [{ open: 1_000, graphMs: 900, newMs: 30.5, repeatedMs: 20 }],
    repeatsToNew: 1.53,
  },
};

it('the table says what was measured, in words and columns, and a dash for what was not', () => {
  const lines = tableOf(result).split('\n');
  expect(lines[0]).toBe('2 cores of a CPU, 24 GiB, linux 6, Node v24');
  expect(lines[3]?.split(/\s{2,}/)).toEqual([
    'reports of 100',
    '7,287',
    '1,238',
    '1,140',
    '1,373',
    '0.83',
    '-',
  ]);
  expect(lines).toContain('under load       213');
  expect(lines).toContain('webhook to Slack at 50/s: p50 9 ms, p95 20 ms, p99 41 ms');
  expect(lines.at(-1)).toBe('npm start with a warm folder: ready after 5900 ms');
  expect(tableOf(result)).not.toContain('a P0 in a storm');
});
