import type { Observation } from '@gomon/contracts';
import { TopologyGraph } from '../correlate/topology-graph.js';
import { decideAll } from '../decide/decide-all.js';
import type { ObservationInput } from '../decide/episode.js';
import { DEFAULT_RULES } from '../decide/rules.js';
import { World } from '../scenario/world.js';
import { SCOPE } from '../scenario/topology.js';

const ZONES = 5;
const NODES = 100;
const WORKLOADS = 500;
const PODS_OF_EACH = 10;
const OPEN = 20_000;
const BATCH = 100;
const MEASURED = 60_000;
const NEW_OF_BATCH = 10;
const STORM = 50_000;
const BEGIN = Date.parse('2026-03-01T00:00:00.000Z');

/** What `decide` does while it puts alerts together, with a cluster of 5,000 pods around it. */
export interface CorrelationRates {
  readonly open: number;
  readonly pods: number;
  /** Observations a second, of which one in ten is new. */
  readonly perS: number;
  /** Of a batch of 100, in milliseconds. */
  readonly batchP50Ms: number;
  readonly batchP99Ms: number;
  /** Problems that are open then. */
  readonly problems: number;
  readonly storm: {
    readonly alerts: number;
    readonly perS: number;
    readonly batchP99Ms: number;
    /** Problems that were opened: each is a message. */
    readonly problems: number;
    readonly heapMiB: number;
  };
}

/** No database, no network: `decide` on what is open, and what it decided put on top. */
export function measureCorrelation(scale: number): CorrelationRates {
  const scaled = (all: number) => Math.ceil((all * scale) / BATCH) * BATCH;
  const sizes = { open: scaled(OPEN), measured: scaled(MEASURED), storm: scaled(STORM) };
  const site = new Site();
  for (let from = 0; from < sizes.open; from += BATCH)
    site.take(range(from, BATCH).map(olderAlert), from * 2_000);
  const settled = sizes.open * 2_000;
  // Warm: what is measured is what runs for hours.
  mixed(site, sizes, settled, 'warm');
  const { tookMs, inAll } = mixed(site, sizes, settled + 3_600_000, 'measured');
  const problems = site.problems;
  const storm = stormOf(site, sizes.storm, settled + 10_800_000);
  return {
    open: sizes.open,
    pods: WORKLOADS * PODS_OF_EACH,
    perS: Math.round((sizes.measured * 1_000) / inAll),
    batchP50Ms: quantile(tookMs, 0.5),
    batchP99Ms: quantile(tookMs, 0.99),
    problems,
    storm,
  };
}

/** Repeats of what is open, and some that are new. */
function mixed(
  site: Site,
  { open, measured }: { readonly open: number; readonly measured: number },
  from: number,
  name: string,
): { readonly tookMs: readonly number[]; readonly inAll: number } {
  const tookMs: number[] = [];
  for (let batch = 0; batch < measured / BATCH; batch += 1) {
    const repeated = range((batch * BATCH * 7) % open, BATCH - NEW_OF_BATCH).map((index) =>
      olderAlert(index % open),
    );
    const fresh = range(batch * NEW_OF_BATCH, NEW_OF_BATCH).map((index) =>
      newAlert(name, index, from + batch * 2_000),
    );
    tookMs.push(site.take([...repeated, ...fresh], from + batch * 2_000));
  }
  return { tookMs, inAll: tookMs.reduce((sum, one) => sum + one, 0) };
}

/** A node is lost, and everything that anybody has to say about it follows. */
function stormOf(site: Site, alerts: number, from: number): CorrelationRates['storm'] {
  const before = site.opened;
  const tookMs: number[] = [];
  site.take(
    [observation('KubeNodeNotReady', { node: 'node-7', severity: 'critical' }, 'node not ready', from)],
    from,
  );
  for (let at = 0; at < alerts; at += BATCH)
    tookMs.push(
      site.take(
        range(at, BATCH).map((index) => stormAlert(index, from)),
        from + 1_000 + at * 10,
      ),
    );
  const inAll = tookMs.reduce((sum, one) => sum + one, 0);
  return {
    alerts,
    perS: Math.round((alerts * 1_000) / inAll),
    batchP99Ms: quantile(tookMs, 0.99),
    problems: site.opened - before,
    heapMiB: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
  };
}

/** What is open, and the cluster that it is about. */
class Site {
  private readonly world: World;
  private order = 0;

  constructor() {
    const topology = new TopologyGraph();
    topology.add({
      nodes: range(0, NODES).map((node) => ({
        name: `node-${node}`,
        zone: `eu-1${'abcde'[node % ZONES] ?? ''}`,
      })),
      pods: range(0, WORKLOADS * PODS_OF_EACH).map((pod) => ({
        namespace: placeOf(pod).namespace,
        name: placeOf(pod).pod,
        node: placeOf(pod).node,
        workload: `deployment/${placeOf(pod).app}`,
        services: [placeOf(pod).app],
      })),
      ingresses: [],
      pvcs: [],
    });
    this.world = new World(topology, new Date(BEGIN + 86_400_000 * 30).toISOString());
  }

  get problems(): number {
    return [...this.world.problems.values()].filter(({ resolved }) => resolved === undefined).length;
  }

  get opened(): number {
    return [...this.world.problems.values()].filter(({ announced }) => announced !== undefined).length;
  }

  /** One transaction. Answers how long the decision took. */
  take(observations: readonly Observation[], afterMs: number): number {
    const now = new Date(BEGIN + afterMs).toISOString();
    this.order += 1;
    const inputs = observations.map((said, index): ObservationInput => ({
      kind: 'observation',
      reportId: `report-${this.order}`,
      index,
      scope: SCOPE,
      source: { kind: 'grafana', instance: 'default' },
      acceptedAt: now,
      order: this.order,
      observation: said,
    }));
    const state = this.world.state();
    const began = performance.now();
    const decided = decideAll(state, inputs, DEFAULT_RULES, now);
    const took = performance.now() - began;
    this.world.apply(decided, now);
    return took;
  }
}

const NAMES = ['KubePodCrashLooping', 'HighErrorRate', 'HighLatency', 'CPUThrottlingHigh'] as const;

/** Four of each pod; the pods of a workload are ill at about one time. */
function olderAlert(index: number): Observation {
  const name = NAMES[index % NAMES.length] ?? NAMES[0];
  const place = placeOf(Math.floor(index / NAMES.length));
  return observation(
    name,
    { ...place, severity: 'warning' },
    `${name} of ${place.pod} in ${place.namespace}`,
    index * 2_000,
  );
}

function newAlert(name: string, index: number, ms: number): Observation {
  const place = placeOf((index * 37) % (WORKLOADS * PODS_OF_EACH));
  return observation(
    `Checkout${name}Budget${index % 97}`,
    { ...place, shard: `${name}-${index}`, severity: 'warning' },
    `error budget of ${place.app} burns, seen by ${place.pod}`,
    ms,
  );
}

function stormAlert(index: number, ms: number): Observation {
  const pods = range(0, (WORKLOADS * PODS_OF_EACH) / NODES).map((one) => placeOf(one * NODES + 7));
  const place = pods[index % pods.length] ?? placeOf(7);
  return observation(
    index % 2 === 0 ? 'KubePodNotReady' : 'ProbeFailed',
    { ...place, check: `check-${index}`, severity: 'warning' },
    `${place.pod} is not ready for check ${index}`,
    ms + 1_000 + index * 10,
  );
}

function placeOf(pod: number): {
  readonly namespace: string;
  readonly pod: string;
  readonly app: string;
  readonly node: string;
} {
  const workload = Math.floor(pod / PODS_OF_EACH);
  const app = `service-${workload}`;
  return {
    namespace: `team-${workload % 50}`,
    app,
    pod: `${app}-6d4cf56db6-x${pod % PODS_OF_EACH}k2p`,
    node: `node-${pod % NODES}`,
  };
}

function observation(
  alertname: string,
  labels: Record<string, string>,
  summary: string,
  ms: number,
): Observation {
  const { node, ...rest } = labels;
  const own = alertname === 'KubeNodeNotReady' ? labels : rest;
  return {
    status: 'firing',
    labels: { alertname, ...own },
    annotations: { summary, ...(node === undefined ? {} : { runbook_url: 'https://runbooks.example/pods' }) },
    startsAt: new Date(BEGIN + ms).toISOString(),
  };
}

function range(from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0) * 100) / 100;
}
