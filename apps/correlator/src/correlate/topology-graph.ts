import type { ClusterTopology } from '@gomon/contracts';
import type { Pod, Service, Topology } from '../decide/about.js';

const NONE: ReadonlySet<string> = new Set();

/** What runs on what in one cluster, as its watcher told last: looked up by name. */
export class TopologyGraph implements Topology {
  private readonly pods = new Map<string, Pod>();
  private readonly zones = new Map<string, string>();
  /** Pods as `namespace/name`, by `namespace/app`: a service, or a workload without its kind. */
  private readonly behind = new Map<string, Set<string>>();
  private readonly ingresses = new Map<string, readonly Service[]>();
  private readonly claims = new Map<string, Set<string>>();
  private readonly mounters = new Map<string, ReadonlySet<string>>();

  /** One more part of the graph. */
  add({
    nodes,
    pods,
    ingresses,
    pvcs,
  }: Pick<ClusterTopology, 'nodes' | 'pods' | 'ingresses' | 'pvcs'>): void {
    for (const { name, zone } of nodes) if (zone !== undefined) this.zones.set(name, zone);
    for (const { namespace, name, node, workload, services } of pods) {
      const pod = `${namespace}/${name}`;
      this.pods.set(pod, { node, workload, services });
      for (const app of new Set([...services, ...(workload === undefined ? [] : [appOf(workload)])]))
        addTo(this.behind, `${namespace}/${app}`, pod);
    }
    for (const { namespace, name, services } of ingresses)
      this.ingresses.set(
        `${namespace}/${name}`,
        services.map((service) => serviceBy(service, namespace)),
      );
    for (const { namespace, name, pods: by } of pvcs) {
      this.mounters.set(`${namespace}/${name}`, new Set(by));
      for (const pod of by) addTo(this.claims, `${namespace}/${pod}`, name);
    }
  }

  podOf(_scope: string, namespace: string, name: string): Pod | undefined {
    return this.pods.get(`${namespace}/${name}`);
  }

  zoneOf(_scope: string, node: string): string | undefined {
    return this.zones.get(node);
  }

  podsBehind(_scope: string, namespace: string, app: string): ReadonlySet<string> {
    return this.behind.get(`${namespace}/${app}`) ?? NONE;
  }

  servicesOf(_scope: string, namespace: string, ingress: string): readonly Service[] {
    return this.ingresses.get(`${namespace}/${ingress}`) ?? [];
  }

  claimsOf(_scope: string, namespace: string, pod: string): ReadonlySet<string> {
    return this.claims.get(`${namespace}/${pod}`) ?? NONE;
  }

  mountersOf(_scope: string, namespace: string, pvc: string): ReadonlySet<string> {
    return this.mounters.get(`${namespace}/${pvc}`) ?? NONE;
  }
}

/** `deployment/cart` is known as `cart`. */
export function appOf(workload: string): string {
  return workload.slice(workload.lastIndexOf('/') + 1);
}

/** `shop/cart`, or `cart` where what leads to it is. */
function serviceBy(called: string, near: string): Service {
  const at = called.indexOf('/');
  return at < 0
    ? { namespace: near, name: called }
    : { namespace: called.slice(0, at), name: called.slice(at + 1) };
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([value]));
  else known.add(value);
}
