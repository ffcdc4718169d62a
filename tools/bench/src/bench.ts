import { machine } from './machine.js';
import { alertmanager, floor, product, type Contender } from './measure/contenders.js';
import { measureDecisions } from './measure/decisions.js';
import { measureLatency } from './measure/latency.js';
import { inRounds, type Load, type Measured } from './measure/rounds.js';
import { measureStart } from './measure/start.js';
import { measureStorm } from './measure/storm.js';
import type { Result, ThroughputResult } from './result.js';

export const PARTS = [
  'throughput',
  'floor',
  'alertmanager',
  'latency',
  'storm',
  'start',
  'decisions',
] as const;

export interface BenchOptions {
  /** Of PARTS. */
  readonly parts: ReadonlySet<string>;
  /** How often each throughput is measured; its median counts. */
  readonly rounds: number;
  /** Of the alerts of a run, e.g. 0.1: quick, and rough. */
  readonly scale: number;
  readonly say: (line: string) => void;
}

const LOADS: readonly Load[] = [
  { reportSize: 100, alerts: 20_000, warmUpAlerts: 20_000 },
  { reportSize: 1, alerts: 6_000, warmUpAlerts: 12_000 },
];
const loadsAt = (scale: number) =>
  LOADS.map(({ reportSize, alerts, warmUpAlerts }) => ({
    reportSize,
    alerts: Math.ceil(alerts * scale),
    warmUpAlerts: Math.ceil(warmUpAlerts * scale),
  }));
const CONTENDERS: ReadonlyMap<string, () => Promise<Contender>> = new Map([
  ['throughput', product],
  ['floor', floor],
  ['alertmanager', alertmanager],
]);
const OPEN_ALERTS = [1_000, 20_000, 200_000];
const STORMS = 5;
const STARTS = 3;

/** Measures one part after the other, each with everything else stopped. */
export async function bench({ parts, rounds, scale, say }: BenchOptions): Promise<Result> {
  // The throughput comes last: it leaves a disk that is busy for a while with what was written, which a latency would show.
  const latencyMs = parts.has('latency') ? await orNull(measureLatency(say), say) : null;
  const stormP0Ms = parts.has('storm') ? await orNull(measureStorm(STORMS, say), say) : null;
  const startMs = parts.has('start') ? await measureStart(STARTS, say) : null;
  const decisions = parts.has('decisions')
    ? await orNull(
        measureDecisions(
          OPEN_ALERTS.map((open) => Math.ceil(open * scale)),
          scale,
          say,
        ),
        say,
      )
    : null;
  const contenders = new Map([...CONTENDERS].filter(([part]) => parts.has(part)));
  const measured = await inRounds(contenders, { rounds, loads: loadsAt(scale), say });
  const memory = measured.get('throughput')?.memory;
  return {
    machine: machine(),
    throughput: measured.size === 0 ? [] : LOADS.map(({ reportSize }) => resultOf(reportSize, measured)),
    latencyMs,
    stormP0Ms,
    rssMiB: memory?.idle ?? null,
    rssUnderLoadMiB: memory?.underLoad ?? null,
    startMs,
    decisions,
  };
}

/** What cannot be measured is said, and does not cost the other figures. */
async function orNull<T>(measured: Promise<T>, say: BenchOptions['say']): Promise<T | null> {
  try {
    return await measured;
  } catch (error) {
    say(`NOT MEASURED: ${String(error)}`);
    return null;
  }
}

function resultOf(reportSize: number, measured: ReadonlyMap<string, Measured>): ThroughputResult {
  const of = (part: string) => measured.get(part)?.figures.get(reportSize);
  const own = of('throughput');
  const publishedPerS = own?.publishedPerS ?? null;
  const floorPerS = of('floor')?.publishedPerS ?? null;
  return {
    reportSize,
    acceptedPerS: own?.acceptedPerS ?? null,
    committedPerS: own?.committedPerS ?? null,
    publishedPerS,
    floorPerS,
    ratio:
      publishedPerS === null || floorPerS === null
        ? null
        : Math.round((publishedPerS / floorPerS) * 100) / 100,
    alertmanagerPerS: of('alertmanager')?.publishedPerS ?? null,
  };
}
