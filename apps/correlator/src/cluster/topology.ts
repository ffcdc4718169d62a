import { clusterTopologyEvent, subjects, type ClusterTopology } from '@gomon/contracts';
import { describeError, STREAMS, type Log, type Nats } from '@gomon/messaging';
import type { Pod, Topology } from '../decide/about.js';

/** A cluster of which nothing was told for so long is not believed any more. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000;

interface Graph {
  readonly at: string;
  /** By namespace and name. */
  readonly pods: Map<string, Pod>;
}

/** What runs where, by what watchers told last. */
export class ClusterTopologies implements Topology {
  /** By scope and cluster. */
  private readonly graphs = new Map<string, Graph>();
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly nats: Nats,
    private readonly log: Log,
    private readonly clock: () => number = Date.now,
  ) {}

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

  podOf(scope: string, namespace: string, name: string): Pod | undefined {
    for (const [key, { at, pods }] of this.graphs) {
      if (!key.startsWith(`${scope}/`) || this.clock() - Date.parse(at) > FORGOTTEN_AFTER_MS) continue;
      const pod = pods.get(`${namespace}/${name}`);
      if (pod !== undefined) return pod;
    }
    return undefined;
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

  /** The parts of one graph have one time; another graph takes its place. */
  private take({ scope, cluster, at, pods }: ClusterTopology): void {
    const key = `${scope}/${cluster}`;
    const known = this.graphs.get(key);
    if (known !== undefined && known.at > at) return;
    const graph: Graph = known?.at === at ? known : { at, pods: new Map() };
    for (const { namespace, name, node, workload, services } of pods) {
      graph.pods.set(`${namespace}/${name}`, { node, workload, services });
    }
    this.graphs.set(key, graph);
  }
}
