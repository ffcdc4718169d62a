import { setTimeout as pause } from 'node:timers/promises';
import { startFloor } from './floor/floor.js';
import { machine } from './machine.js';
import { measureLatency } from './measure/latency.js';
import { MemoryWatch, residentMiB } from './measure/memory.js';
import { measureStart } from './measure/start.js';
import { median } from './measure/statistics.js';
import { measureStorm } from './measure/storm.js';
import { ThroughputBench, type Pipeline, type Throughput } from './measure/throughput.js';
import { startAlertmanager } from './peers/alertmanager.js';
import { pipelineOf, servicePids, startProduct } from './product.js';
import type { Result, ThroughputResult } from './result.js';

export const PARTS = ['throughput', 'floor', 'alertmanager', 'latency', 'storm', 'start'] as const;

export interface BenchOptions {
  /** Of PARTS. */
  readonly parts: ReadonlySet<string>;
  /** How often each throughput is measured; its median counts. */
  readonly rounds: number;
  /** Of the alerts of a run, e.g. 0.1: quick, and rough. */
  readonly scale: number;
  readonly say: (line: string) => void;
}

const SIZES = [
  { reportSize: 100, alerts: 20_000 },
  { reportSize: 1, alerts: 6_000 },
] as const;
const sizesAt = (scale: number) =>
  SIZES.map(({ reportSize, alerts }) => ({ reportSize, alerts: Math.ceil(alerts * scale) }));
const STORMS = 5;
const STARTS = 3;
/** What a start leaves behind is over by then. */
const IDLE_MS = 10_000;

type BySize = ReadonlyMap<number, Throughput>;
type Memory = Readonly<Record<string, number>>;

/** Measures one part after the other, each with everything else stopped. */
export async function bench(options: BenchOptions): Promise<Result> {
  const { parts, say } = options;
  const product = parts.has('throughput') ? await measureProduct(options) : undefined;
  const floor = parts.has('floor') ? await measureFloor(options) : undefined;
  const alertmanager = parts.has('alertmanager') ? await measureAlertmanager(options) : undefined;
  return {
    machine: machine(),
    throughput: SIZES.flatMap(({ reportSize }) =>
      resultOf(reportSize, product?.throughput, floor, alertmanager),
    ),
    latencyMs: parts.has('latency') ? await orNull(measureLatency(say), say) : null,
    stormP0Ms: parts.has('storm') ? await orNull(measureStorm(STORMS, say), say) : null,
    rssMiB: product?.idle ?? null,
    rssUnderLoadMiB: product?.underLoad ?? null,
    startMs: parts.has('start') ? await measureStart(STARTS, say) : null,
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

function resultOf(
  reportSize: number,
  product: BySize | undefined,
  floor: BySize | undefined,
  alertmanager: ReadonlyMap<number, number> | undefined,
): readonly ThroughputResult[] {
  const nothing = { acceptedPerS: null, committedPerS: null, publishedPerS: null };
  if (product === undefined && floor === undefined && alertmanager === undefined) return [];
  const own = product?.get(reportSize);
  const floorPerS = floor?.get(reportSize)?.publishedPerS ?? null;
  const ratio =
    own === undefined || floorPerS === null ? null : Math.round((own.publishedPerS / floorPerS) * 100) / 100;
  return [
    {
      reportSize,
      ...(own ?? nothing),
      floorPerS,
      ratio,
      alertmanagerPerS: alertmanager?.get(reportSize) ?? null,
    },
  ];
}

async function measureProduct(
  options: BenchOptions,
): Promise<{ throughput: BySize; idle: Memory; underLoad: Memory }> {
  const system = await startProduct();
  try {
    await pause(IDLE_MS);
    const pids = servicePids(system);
    const idle = byName(pids, await residentMiB([...pids.values()]));
    const watch = new MemoryWatch([...pids.values()]);
    const throughput = await measureThroughput('product', pipelineOf(system), options);
    return { throughput, idle, underLoad: byName(pids, await watch.stop()) };
  } finally {
    await system.stop();
  }
}

async function measureFloor(options: BenchOptions): Promise<BySize> {
  const floor = await startFloor();
  try {
    return await measureThroughput('floor', floor.pipeline, options);
  } finally {
    await floor.stop();
  }
}

async function measureThroughput(
  what: string,
  pipeline: Pipeline,
  { rounds, scale, say }: BenchOptions,
): Promise<BySize> {
  const run = await ThroughputBench.open(pipeline);
  try {
    const results = new Map<number, Throughput>();
    for (const { reportSize, alerts } of sizesAt(scale)) {
      await run.run(`${what}-warm-up-${reportSize}`, Math.ceil(alerts / 5), reportSize);
      const measured: Throughput[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        const one = await run.run(`${what}-${reportSize}-${round}`, alerts, reportSize);
        say(
          `${what}, reports of ${reportSize}: ${one.acceptedPerS}/s accepted, ${one.committedPerS}/s committed, ${one.publishedPerS}/s published`,
        );
        measured.push(one);
      }
      results.set(reportSize, {
        acceptedPerS: median(measured.map(({ acceptedPerS }) => acceptedPerS)),
        committedPerS: median(measured.map(({ committedPerS }) => committedPerS)),
        publishedPerS: median(measured.map(({ publishedPerS }) => publishedPerS)),
      });
    }
    return results;
  } finally {
    await run.close();
  }
}

async function measureAlertmanager({
  rounds,
  scale,
  say,
}: BenchOptions): Promise<ReadonlyMap<number, number> | undefined> {
  const alertmanager = await startAlertmanager().catch((error: unknown) => {
    say(`there is no Alertmanager to be had: ${String(error)}`);
    return undefined;
  });
  if (alertmanager === undefined) return undefined;
  try {
    const results = new Map<number, number>();
    for (const { reportSize, alerts } of sizesAt(scale)) {
      await alertmanager.run(`warm-up-${reportSize}`, Math.ceil(alerts / 5), reportSize);
      const measured: number[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        measured.push(await alertmanager.run(`${reportSize}-${round}`, alerts, reportSize));
        say(`Alertmanager ${alertmanager.version}, reports of ${reportSize}: ${measured.at(-1)}/s`);
      }
      results.set(reportSize, median(measured));
    }
    return results;
  } finally {
    await alertmanager.stop();
  }
}

function byName(pids: ReadonlyMap<string, number>, mib: ReadonlyMap<number, number>): Memory {
  return Object.fromEntries(
    [...pids].flatMap(([name, pid]) => (mib.has(pid) ? [[name, mib.get(pid) ?? 0]] : [])),
  );
}
