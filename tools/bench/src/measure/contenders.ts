import { setTimeout as pause } from 'node:timers/promises';
import { startFloor } from '../floor/floor.js';
import { startAlertmanager } from '../peers/alertmanager.js';
import { pipelineOf, servicePids, startProduct } from '../product.js';
import { MemoryWatch, residentMiB } from './memory.js';
import { ThroughputBench, type Throughput } from './throughput.js';

/** Something whose throughput is measured, started for one round. */
export interface Contender {
  readonly name: string;
  /** Sends so many distinct alerts in reports of a size, and resolves when all have come out. */
  run(name: string, alerts: number, reportSize: number): Promise<Figures>;
  /** MiB by service, where it is of interest. */
  stop(): Promise<Memory | undefined>;
}

/** Alerts a second; `publishedPerS`: until the last of them came out. */
export type Figures = Pick<Throughput, 'publishedPerS'> & Partial<Throughput>;

export interface Memory {
  readonly idle: Readonly<Record<string, number>>;
  readonly underLoad: Readonly<Record<string, number>>;
}

/** What a start leaves behind is over by then. */
const IDLE_MS = 10_000;

export async function product(): Promise<Contender> {
  const system = await startProduct();
  await pause(IDLE_MS);
  const pids = servicePids(system);
  const idle = byName(pids, await residentMiB([...pids.values()]));
  const watch = new MemoryWatch([...pids.values()]);
  const bench = await ThroughputBench.open(pipelineOf(system));
  return {
    name: 'product',
    run: (...what) => bench.run(...what),
    stop: async () => {
      const underLoad = byName(pids, await watch.stop());
      await bench.close();
      await system.stop();
      return { idle, underLoad };
    },
  };
}

export async function floor(): Promise<Contender> {
  const running = await startFloor();
  const bench = await ThroughputBench.open(running.pipeline);
  return {
    name: 'floor',
    run: (...what) => bench.run(...what),
    stop: async () => {
      await bench.close();
      await running.stop();
      return undefined;
    },
  };
}

/** @throws Error when there is none to be had */
export async function alertmanager(): Promise<Contender> {
  const running = await startAlertmanager();
  return {
    name: `Alertmanager ${running.version}`,
    run: async (...what) => ({ publishedPerS: await running.run(...what) }),
    stop: async () => {
      await running.stop();
      return undefined;
    },
  };
}

function byName(
  pids: ReadonlyMap<string, number>,
  mib: ReadonlyMap<number, number>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...pids].flatMap(([name, pid]) => (mib.has(pid) ? [[name, mib.get(pid) ?? 0]] : [])),
  );
}
