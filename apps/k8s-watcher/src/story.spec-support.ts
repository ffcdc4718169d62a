import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  clusterHealthEvent,
  clusterTopologyEvent,
  observedEvent,
  type ClusterHealth,
  type ClusterTopology,
  type Observation,
  type Report,
} from '@gomon/contracts';
import { Nats, reconcileStreams } from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import {
  smallCluster,
  startKubernetesSimulator,
  startNatsServer,
  type KubernetesSimulator,
  type NatsServer,
} from '@gomon/testing';
import type { K8sWatcherEnv } from './k8s-watcher-env.js';
import { k8sWatcherService } from './k8s-watcher.js';

export type Watcher = RunningService<K8sWatcherEnv>;

/** A watcher on a nats-server of its own, before a simulated cluster. */
export class Story {
  readonly reports: Report[] = [];
  readonly health: ClusterHealth[] = [];
  readonly topologies: ClusterTopology[] = [];
  private readonly waiting = new Set<() => void>();
  private readonly running: Watcher[] = [];

  private constructor(
    readonly server: NatsServer,
    readonly cluster: KubernetesSimulator,
    readonly nats: Nats,
    private readonly folder: string,
  ) {}

  static async begin(): Promise<Story> {
    const [server, cluster, folder] = await Promise.all([
      startNatsServer(),
      startKubernetesSimulator({ token: 'token', bookmarkEveryMs: 100 }),
      mkdtemp(join(tmpdir(), 'gomon-k8s-')),
    ]);
    await writeFile(join(folder, 'kubeconfig'), cluster.kubeconfig);
    for (const object of smallCluster(new Date())) cluster.objects.apply(object);
    const nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
    await reconcileStreams(nats);
    const story = new Story(server, cluster, nats, folder);
    story.listen();
    await nats.connection.flush();
    return story;
  }

  async end(): Promise<void> {
    for (const watcher of this.running) await watcher.close();
    await this.nats.drain();
    await this.cluster.stop();
    await this.server.stop();
    await rm(this.folder, { recursive: true });
  }

  async start(more: Record<string, string> = {}): Promise<Watcher> {
    const watcher = await startService(k8sWatcherService, {
      PORT: '0',
      NATS_URL: this.server.url,
      LOG_LEVEL: 'fatal',
      KUBECONFIG: join(this.folder, 'kubeconfig'),
      K8S_RECONCILE_S: '0.5',
      K8S_SILENCE_S: '1',
      K8S_LIST_TIMEOUT_S: '0.5',
      ...more,
    });
    this.running.push(watcher);
    return watcher;
  }

  async stop(watcher: Watcher): Promise<void> {
    this.running.splice(this.running.indexOf(watcher), 1);
    await watcher.close();
  }

  /** What was told of changes, in words: `firing PodCrashLooping log-collector`. */
  get told(): readonly string[] {
    return this.reports
      .filter(({ kind }) => kind === 'delta')
      .flatMap(({ observations }) => observations)
      .map(({ status, labels }) => `${status} ${labels['alertname'] ?? ''} ${labels['name'] ?? ''}`);
  }

  /** What the newest snapshots hold to be firing. */
  get held(): readonly string[] {
    const newest = new Map<string, readonly Observation[]>();
    for (const { snapshot, observations } of this.reports) {
      if (snapshot !== undefined) newest.set(snapshot.extent, observations);
    }
    return [...newest.values()]
      .flat()
      .map(({ labels }) => `${labels['alertname'] ?? ''} ${labels['name'] ?? ''}`);
  }

  /** Snapshots of a part, so far. */
  looksAt(extent: string): number {
    return this.reports.filter(({ snapshot }) => snapshot?.extent === extent).length;
  }

  /** Resolves as soon as it holds; asked again with each message. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  /** So many more snapshots of the pods of monitoring. */
  async looks(count: number): Promise<void> {
    const before = this.looksAt('pods/monitoring');
    await this.until(() => this.looksAt('pods/monitoring') >= before + count);
  }

  private listen(): void {
    const take = (subject: string, keep: (json: unknown) => void) =>
      this.nats.connection.subscribe(subject, {
        callback: (_error, message) => {
          keep(message.json());
          for (const wake of this.waiting) wake();
          this.waiting.clear();
        },
      });
    take('gomon.observed.v1.>', (json) => this.reports.push(observedEvent.parse(json).data));
    take('gomon.cluster.v1.health', (json) => this.health.push(clusterHealthEvent.parse(json).data));
    take('gomon.cluster.v1.topology', (json) => this.topologies.push(clusterTopologyEvent.parse(json).data));
  }
}
