import type {
  Deployment,
  EndpointSlice,
  Ingress,
  Node,
  PersistentVolumeClaim,
  Pod,
  Service,
  Workload,
} from './objects.js';
import { keyOf, ownerOf, type Owner } from './owner.js';
import { servicesByPod } from './services.js';

/** What is known of a cluster at one moment. */
export interface ClusterView {
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly deployments: readonly Deployment[];
  readonly replicaSets: readonly Workload[];
  readonly statefulSets: readonly Workload[];
  readonly daemonSets: readonly Workload[];
  readonly jobs: readonly Workload[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly ingresses: readonly Ingress[];
  readonly persistentVolumeClaims: readonly PersistentVolumeClaim[];
}

export const EMPTY_CLUSTER: ClusterView = {
  pods: [],
  nodes: [],
  deployments: [],
  replicaSets: [],
  statefulSets: [],
  daemonSets: [],
  jobs: [],
  services: [],
  endpointSlices: [],
  ingresses: [],
  persistentVolumeClaims: [],
};

/** The same, quick to ask. */
export class ClusterIndex {
  private readonly deployments: ReadonlyMap<string, Deployment>;
  private readonly replicaSets: ReadonlyMap<string, Workload>;
  private readonly jobs: ReadonlyMap<string, Workload>;
  private readonly statefulSets: ReadonlyMap<string, Workload>;
  private readonly daemonSets: ReadonlyMap<string, Workload>;
  private readonly nodes: ReadonlyMap<string, Node>;
  private readonly services: ReadonlyMap<string, readonly string[]>;
  private readonly owners: ReadonlyMap<Pod, Owner>;
  private readonly pods: ReadonlyMap<string, readonly Pod[]>;

  constructor(view: ClusterView) {
    this.deployments = byKey(view.deployments);
    this.replicaSets = byKey(view.replicaSets);
    this.jobs = byKey(view.jobs);
    this.statefulSets = byKey(view.statefulSets);
    this.daemonSets = byKey(view.daemonSets);
    this.nodes = new Map(view.nodes.map((each) => [each.metadata.name, each]));
    this.services = servicesByPod(view);
    this.owners = new Map(view.pods.map((pod) => [pod, this.findOwner(pod)]));
    this.pods = Map.groupBy(view.pods, (pod) => idOf(this.ownerOf(pod)));
  }

  node(name: string | undefined): Node | undefined {
    return name === undefined ? undefined : this.nodes.get(name);
  }

  deployment(namespace: string, name: string): Deployment | undefined {
    return this.deployments.get(`${namespace}/${name}`);
  }

  /** How many pods an owner should have; undefined where that is not known. */
  replicasOf({ kind, namespace, name }: Owner): number | undefined {
    const key = `${namespace}/${name}`;
    if (kind === 'Deployment') return this.deployments.get(key)?.spec.replicas;
    if (kind === 'StatefulSet') return this.statefulSets.get(key)?.spec.replicas;
    if (kind === 'DaemonSet') return this.daemonSets.get(key)?.status.desiredNumberScheduled;
    return undefined;
  }

  /** The pods that an owner has, whatever their state. */
  podsOf(owner: Owner): readonly Pod[] {
    return this.pods.get(idOf(owner)) ?? [];
  }

  /** Names of the services that lead to a pod. */
  servicesOf(pod: Pod): readonly string[] {
    return this.services.get(keyOf(pod)) ?? [];
  }

  ownerOf(pod: Pod): Owner {
    return this.owners.get(pod) ?? this.findOwner(pod);
  }

  private findOwner(pod: Pod): Owner {
    return ownerOf(pod, { ReplicaSet: this.replicaSets, Job: this.jobs });
  }
}

function byKey<Thing extends Parameters<typeof keyOf>[0]>(
  things: readonly Thing[],
): ReadonlyMap<string, Thing> {
  return new Map(things.map((each) => [keyOf(each), each]));
}

function idOf({ kind, namespace, name }: Owner): string {
  return `${kind}/${namespace}/${name}`;
}
