import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@gomon/messaging';
import type { z } from 'zod';
import type { ClusterView } from '../cluster/cluster.js';
import {
  deployment,
  endpointSlice,
  ingress,
  node,
  persistentVolumeClaim,
  pod,
  service,
  workload,
} from '../cluster/objects.js';
import type { Extent } from '../rules/rules.js';
import type { ApiClient } from './api-client.js';
import { ListWatch, type ListWatchOptions } from './list-watch.js';

type Key = keyof ClusterView;

const NAMESPACED: readonly { key: Key; base: string; resource: string; schema: z.ZodType }[] = [
  { key: 'pods', base: '/api/v1', resource: 'pods', schema: pod },
  { key: 'deployments', base: '/apis/apps/v1', resource: 'deployments', schema: deployment },
  { key: 'replicaSets', base: '/apis/apps/v1', resource: 'replicasets', schema: workload },
  { key: 'statefulSets', base: '/apis/apps/v1', resource: 'statefulsets', schema: workload },
  { key: 'daemonSets', base: '/apis/apps/v1', resource: 'daemonsets', schema: workload },
  { key: 'jobs', base: '/apis/batch/v1', resource: 'jobs', schema: workload },
  { key: 'services', base: '/api/v1', resource: 'services', schema: service },
  {
    key: 'endpointSlices',
    base: '/apis/discovery.k8s.io/v1',
    resource: 'endpointslices',
    schema: endpointSlice,
  },
  { key: 'ingresses', base: '/apis/networking.k8s.io/v1', resource: 'ingresses', schema: ingress },
  {
    key: 'persistentVolumeClaims',
    base: '/api/v1',
    resource: 'persistentvolumeclaims',
    schema: persistentVolumeClaim,
  },
];

/** What alerts are read from; all else only describes them. */
const SOURCES: readonly Key[] = ['nodes', 'pods', 'deployments'];

/** A part of the cluster whose alerts are told and ended together, e.g. `pods/monitoring`. */
export interface Part {
  readonly extent: Extent;
  readonly namespace: string;
  readonly name: string;
}

/** All that is watched of a cluster. */
export class ClusterWatch {
  private readonly watches: readonly { key: Key; namespace: string; watch: ListWatch<unknown> }[];
  readonly parts: readonly Part[];
  private readonly startedAt = Date.now();

  constructor(
    client: ApiClient,
    namespaces: readonly string[],
    private readonly options: ListWatchOptions & { readonly blindAfterMs: number },
    changed: () => void,
    log: Log,
  ) {
    const make = (key: Key, namespace: string, path: string, resource: string, schema: z.ZodType) => ({
      key,
      namespace,
      watch: new ListWatch(client, { resource, path, namespace, schema }, options, changed, log),
    });
    this.watches = [
      make('nodes', '', '/api/v1/nodes', 'nodes', node),
      ...namespaces.flatMap((namespace) =>
        NAMESPACED.map(({ key, base, resource, schema }) =>
          make(
            key,
            namespace,
            `${base}/namespaces/${encodeURIComponent(namespace)}/${resource}`,
            resource,
            schema,
          ),
        ),
      ),
    ];
    this.parts = [
      { extent: 'nodes', namespace: '', name: 'nodes' },
      ...namespaces.flatMap((namespace) =>
        (['pods', 'deployments'] as const).map((extent) => ({
          extent,
          namespace,
          name: `${extent}/${namespace}`,
        })),
      ),
    ];
  }

  start(): void {
    for (const { watch } of this.watches) watch.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.watches.map(({ watch }) => watch.stop()));
  }

  /** Resolves when all was listed, or refused, for the first time, or is not worth waiting for any longer. */
  async whenKnown(signal: AbortSignal): Promise<void> {
    const all = Promise.all(this.watches.map(({ watch }) => watch.whenKnown));
    await Promise.race([all, sleep(this.options.blindAfterMs, undefined, { signal, ref: false })]);
  }

  view(): ClusterView {
    const of = <Thing>(key: Key) =>
      this.watches
        .filter((each) => each.key === key)
        .flatMap(({ watch }) => watch.things as readonly Thing[]);
    return {
      pods: of('pods'),
      nodes: of('nodes'),
      deployments: of('deployments'),
      replicaSets: of('replicaSets'),
      statefulSets: of('statefulSets'),
      daemonSets: of('daemonSets'),
      jobs: of('jobs'),
      services: of('services'),
      endpointSlices: of('endpointSlices'),
      ingresses: of('ingresses'),
      persistentVolumeClaims: of('persistentVolumeClaims'),
    };
  }

  /**
   * Whether what is known of a part is fresh enough to say anything of it: it and the nodes below it, and at the start all
   * that its alerts are described by, so that none is told by a name it has only until the next list. Of what is not seen
   * nothing begins and nothing ends.
   */
  isSeen({ extent, namespace }: Part): boolean {
    return this.watches.every(({ key, namespace: of, watch }) => {
      if (key === 'nodes' || (key === extent && of === namespace)) return this.isFresh(watch);
      return of !== namespace || this.isKnown(watch);
    });
  }

  /** What cannot be seen for too long, by name with the reason. Of what alerts are read from. */
  get unseen(): readonly string[] {
    return this.blind.map(({ name, refusal }) => (refusal === undefined ? name : `${name} (${refusal})`));
  }

  /** Since when something is not seen, in milliseconds since the epoch. */
  get unseenSince(): number | undefined {
    const heard = this.blind.map(({ heardAt }) => heardAt ?? this.startedAt);
    return heard.length === 0 ? undefined : Math.min(...heard);
  }

  private get blind(): readonly ListWatch<unknown>[] {
    const { blindAfterMs } = this.options;
    return this.watches
      .filter(({ key }) => SOURCES.includes(key))
      .map(({ watch }) => watch)
      .filter(({ heardAt }) => Date.now() - (heardAt ?? this.startedAt) >= blindAfterMs);
  }

  /** It has been listed once, or is not worth waiting for any longer. */
  private isKnown({ heardAt, refusal }: ListWatch<unknown>): boolean {
    const isOverdue = Date.now() - this.startedAt >= this.options.blindAfterMs;
    return heardAt !== undefined || refusal !== undefined || isOverdue;
  }

  private isFresh({ heardAt }: ListWatch<unknown>): boolean {
    return heardAt !== undefined && Date.now() - heardAt < this.options.blindAfterMs;
  }
}
