import { clusterTopologyEvent, subjects, type ClusterTopology } from '@gomon/contracts';
import { describeError, STREAMS, type Log, type Nats } from '@gomon/messaging';
import { TopologyGraph } from '../correlate/topology-graph.js';
import type { Pod, Service, Topology } from '../decide/about.js';

/** A cluster of which nothing was told for so long is not believed any more. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000;

interface Graph {
  readonly at: string;
  readonly topology: TopologyGraph;
  /** Its parts, as they were told. */
  readonly parts: ClusterTopology[];
}

/** What runs where in the clusters of all scopes, by what was told of each last. */
export class Topologies implements Topology {
  /** By scope and cluster. */
  private readonly graphs = new Map<string, Graph>();

  constructor(private readonly clock: () => number = Date.now) {}

  /** The parts of one graph have one time; another graph takes its place. */
  take(told: ClusterTopology): void {
    const { scope, cluster, at } = told;
    const key = `${scope}/${cluster}`;
    const known = this.graphs.get(key);
    if (known !== undefined && known.at > at) return;
    const graph: Graph = known?.at === at ? known : { at, topology: new TopologyGraph(), parts: [] };
    graph.topology.add(told);
    if (!graph.parts.some(({ part }) => part?.index === told.part?.index)) graph.parts.push(told);
    this.graphs.set(key, graph);
  }

  /** All that is known, as it was told. */
  parts(): readonly ClusterTopology[] {
    return [...this.graphs.values()].flatMap(({ parts }) => parts);
  }

  podOf(scope: string, namespace: string, name: string): Pod | undefined {
    return this.first(scope, (graph) => graph.podOf(scope, namespace, name));
  }

  zoneOf(scope: string, node: string): string | undefined {
    return this.first(scope, (graph) => graph.zoneOf(scope, node));
  }

  podsBehind(scope: string, namespace: string, app: string): ReadonlySet<string> {
    return this.first(scope, (graph) => filled(graph.podsBehind(scope, namespace, app))) ?? new Set();
  }

  servicesOf(scope: string, namespace: string, ingress: string): readonly Service[] {
    return (
      this.first(scope, (graph) => {
        const services = graph.servicesOf(scope, namespace, ingress);
        return services.length === 0 ? undefined : services;
      }) ?? []
    );
  }

  claimsOf(scope: string, namespace: string, pod: string): ReadonlySet<string> {
    return this.first(scope, (graph) => filled(graph.claimsOf(scope, namespace, pod))) ?? new Set();
  }

  mountersOf(scope: string, namespace: string, pvc: string): ReadonlySet<string> {
    return this.first(scope, (graph) => filled(graph.mountersOf(scope, namespace, pvc))) ?? new Set();
  }

  /** What the first cluster of a scope that knows it says. */
  private first<T>(scope: string, ask: (graph: Topology) => T | undefined): T | undefined {
    for (const [key, { at, topology }] of this.graphs) {
      if (!key.startsWith(`${scope}/`) || this.clock() - Date.parse(at) > FORGOTTEN_AFTER_MS) continue;
      const answer = ask(topology);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
}

/** What runs where, by what watchers tell. */
export class ClusterTopologies extends Topologies {
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly nats: Nats,
    private readonly log: Log,
  ) {
    super();
  }

  start(): void {
    this.stopListening = this.nats.onConnection((connection) => {
      connection.subscribe(subjects.cluster.topology, {
        callback: (error, message) => {
          if (error === null) this.hear(message.string());
        },
      });
      void this.readLast();
    });
  }

  stop(): void {
    this.stopListening?.();
  }

  /** What was told before this process was there; of a large cluster its last part, until it is told again. */
  private async readLast(): Promise<void> {
    try {
      const manager = await this.nats.jetstreamManager();
      const message = await manager.streams.getMessage(STREAMS.cluster.name, {
        last_by_subj: subjects.cluster.topology,
      });
      if (message !== null) this.hear(message.string());
    } catch (error) {
      this.log('info', 'no topology is known yet', { error: describeError(error) });
    }
  }

  private hear(text: string): void {
    try {
      this.take(clusterTopologyEvent.parse(JSON.parse(text)).data);
    } catch (error) {
      this.log('warn', 'somebody tells a topology that nobody understands', { error: describeError(error) });
    }
  }
}

function filled(names: ReadonlySet<string>): ReadonlySet<string> | undefined {
  return names.size === 0 ? undefined : names;
}
