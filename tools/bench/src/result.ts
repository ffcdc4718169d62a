import type { Machine } from './machine.js';
import type { Decisions } from './measure/decisions.js';
import type { Latency } from './measure/latency.js';
import type { Storms } from './measure/storm.js';
import type { Throughput } from './measure/throughput.js';

/** What `npm run bench` measures; what was not asked for, or could not be had, is null. */
export interface Result {
  readonly machine: Machine;
  readonly throughput: readonly ThroughputResult[];
  /** From webhook to Slack's API. */
  readonly latencyMs: Latency | null;
  readonly stormP0Ms: Storms | null;
  /** Resident, idle after the start. */
  readonly rssMiB: Readonly<Record<string, number>> | null;
  /** The most under full load. */
  readonly rssUnderLoadMiB: Readonly<Record<string, number>> | null;
  readonly startMs: number | null;
  readonly decisions: Decisions | null;
}

type OrNull<T> = { readonly [Key in keyof T]: T[Key] | null };

export interface ThroughputResult extends OrNull<Throughput> {
  readonly reportSize: number;
  readonly floorPerS: number | null;
  /** publishedPerS to floorPerS. */
  readonly ratio: number | null;
  readonly alertmanagerPerS: number | null;
}

/** The same for a person. */
export function tableOf(result: Result): string {
  const { machine, throughput, latencyMs, stormP0Ms, rssMiB, rssUnderLoadMiB, startMs, decisions } = result;
  const shown = (value: number | null) => (value === null ? '-' : value.toLocaleString('en-US'));
  const rows: (readonly string[])[] = [
    ['alerts a second', 'accepted', 'committed', 'published', 'floor', 'ratio', 'Alertmanager'],
    ...throughput.map((each) => [
      `reports of ${each.reportSize}`,
      shown(each.acceptedPerS),
      shown(each.committedPerS),
      shown(each.publishedPerS),
      shown(each.floorPerS),
      shown(each.ratio),
      shown(each.alertmanagerPerS),
    ]),
  ];
  const services = Object.keys(rssMiB ?? {});
  const memory: (readonly string[])[] = [
    ['resident MiB', ...services],
    ['idle', ...services.map((name) => shown(rssMiB?.[name] ?? null))],
    ['under load', ...services.map((name) => shown(rssUnderLoadMiB?.[name] ?? null))],
  ];
  return [
    `${machine.cores} cores of ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}`,
    ...(throughput.length === 0 ? [] : ['', ...aligned(rows)]),
    ...(services.length === 0 ? [] : ['', ...aligned(memory)]),
    '',
    ...(latencyMs === null
      ? []
      : [
          `webhook to Slack at ${latencyMs.ratePerS}/s: p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms, p99 ${latencyMs.p99} ms`,
        ]),
    ...(stormP0Ms === null
      ? []
      : [
          `a P0 in a storm of 20,000: p99 ${stormP0Ms.p99} ms`,
          `a P0 in a storm of 50,000 of one cause: ${stormP0Ms.ofOneCause.p0Ms} ms, ${stormP0Ms.ofOneCause.parents} parents`,
        ]),
    ...(decisions === null ? [] : decisionsText(decisions)),
    ...(startMs === null ? [] : [`npm start with a warm folder: ready after ${startMs} ms`]),
  ].join('\n');
}

function decisionsText({
  decide,
  decidePerS,
  correlation,
  transactions,
  repeatsToNew,
}: Decisions): readonly string[] {
  const { storm } = correlation;
  const shown = (value: number) => value.toLocaleString('en-US');
  return [
    `decide alone, ${shown(decide.open)} alerts open: ${shown(decidePerS)}/s (new ${shown(decide.newPerS)}, repeated ${shown(decide.repeatedPerS)})`,
    `decide with ${shown(correlation.open)} alerts open and ${shown(correlation.pods)} pods known: ${shown(correlation.perS)}/s, a batch of 100 in p50 ${correlation.batchP50Ms} ms, p99 ${correlation.batchP99Ms} ms`,
    `decide in a storm of ${shown(storm.alerts)} of one cause: ${shown(storm.perS)}/s, a batch of 100 in p99 ${storm.batchP99Ms} ms, problems ${storm.problems}, heap ${shown(storm.heapMiB)} MiB`,
    ...transactions.map(
      ({ open, graphMs, newMs, repeatedMs }) =>
        `a transaction of 250, ${shown(open)} alerts open: new ${newMs} ms, repeated ${repeatedMs} ms, the first, which makes the graph, ${graphMs} ms`,
    ),
    `repeats ${repeatsToNew} times as fast as new alerts`,
  ];
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
}
