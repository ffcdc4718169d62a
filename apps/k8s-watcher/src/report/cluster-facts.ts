import { setTimeout as sleep } from 'node:timers/promises';
import { eventOf, subjects, type CloudEvent, type ClusterTopology } from '@gomon/contracts';
import { describeError, type Log, type Publisher } from '@gomon/messaging';
import { healthOf, nodeMetrics, type NodeMetrics } from '../cluster/health.js';
import { topologyOf } from '../cluster/topology.js';
import { ApiError, type ApiClient } from '../watch/api-client.js';
import type { ClusterWatch } from '../watch/cluster-watch.js';

export interface ClusterFactsOptions {
  readonly cluster: string;
  readonly scope: string;
  readonly everyMs: number;
}

type Topology = Pick<ClusterTopology, 'nodes' | 'pods' | 'ingresses' | 'pvcs'>;

const METRICS_PATH = '/apis/metrics.k8s.io/v1beta1/nodes';
const METRICS_TIMEOUT_MS = 5_000;
const TIMEOUT_MS = 5_000;
/** A message may have 1 MiB: so many pods fit into a part. */
const PODS_A_PART = 2_000;
/** Told again even if nothing has changed: its stream keeps a day. */
const TOPOLOGY_EVERY_MS = 10 * 60_000;

/** Tells how the cluster is, and what runs on what. */
export class ClusterFacts {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private told = '';
  private toldAt = 0;
  private hasNoMetrics = false;

  constructor(
    private readonly watch: ClusterWatch,
    private readonly client: ApiClient,
    private readonly publisher: Publisher,
    private readonly options: ClusterFactsOptions,
    private readonly log: Log,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    // What was not listed yet would look like an empty cluster.
    await this.watch.whenKnown(signal).catch(() => undefined);
    while (!signal.aborted) {
      try {
        await this.tell();
      } catch (error) {
        this.log('warn', 'the cluster’s health cannot be told yet', { error: describeError(error) });
      }
      await sleep(this.options.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async tell(): Promise<void> {
    const at = new Date();
    const { cluster, scope } = this.options;
    const { unseenSince } = this.watch;
    const view = this.watch.view();
    const health = {
      cluster,
      scope,
      at: at.toISOString(),
      ...healthOf(view, await this.metrics()),
      ...(unseenSince === undefined ? {} : { blindSince: new Date(unseenSince).toISOString() }),
    };
    const id = `health.${cluster}.${at.getTime()}`;
    await this.publish(
      subjects.cluster.health,
      id,
      eventOf(subjects.cluster.health, health, this.about(id, at)),
    );
    if (unseenSince === undefined) await this.tellTopology(topologyOf(view), at);
  }

  private async tellTopology(topology: Topology, at: Date): Promise<void> {
    const text = JSON.stringify(topology);
    if (text === this.told && at.getTime() - this.toldAt < TOPOLOGY_EVERY_MS) return;
    const { cluster, scope } = this.options;
    const parts = partsOf(topology);
    for (const [index, part] of parts.entries()) {
      const data: ClusterTopology = {
        cluster,
        scope,
        at: at.toISOString(),
        ...(parts.length === 1 ? {} : { part: { index, of: parts.length } }),
        ...part,
      };
      const id = `topology.${cluster}.${at.getTime()}.${index}`;
      const event = eventOf(subjects.cluster.topology, data, this.about(id, at));
      await this.publish(subjects.cluster.topology, id, event);
    }
    this.told = text;
    this.toldAt = at.getTime();
  }

  /** Undefined: there is no metrics API, or it does not answer. */
  private async metrics(): Promise<NodeMetrics | undefined> {
    if (this.hasNoMetrics) return undefined;
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(METRICS_TIMEOUT_MS)]);
    try {
      return nodeMetrics.safeParse(await this.client.getJson(METRICS_PATH, {}, signal)).data;
    } catch (error) {
      this.hasNoMetrics = error instanceof ApiError && (error.status === 404 || error.status === 403);
      return undefined;
    }
  }

  private about(id: string, time: Date) {
    return { id, source: 'gomon/k8s-watcher', time };
  }

  private async publish(subject: string, id: string, event: CloudEvent<string, unknown>): Promise<void> {
    await this.publisher.publish({ subject, id, event, timeoutMs: TIMEOUT_MS });
  }
}

/** A large graph in parts: pods are what there is much of. */
export function partsOf(topology: Topology): readonly Topology[] {
  const parts: Topology[] = [{ ...topology, pods: topology.pods.slice(0, PODS_A_PART) }];
  for (let from = PODS_A_PART; from < topology.pods.length; from += PODS_A_PART) {
    parts.push({ nodes: [], ingresses: [], pvcs: [], pods: topology.pods.slice(from, from + PODS_A_PART) });
  }
  return parts;
}
