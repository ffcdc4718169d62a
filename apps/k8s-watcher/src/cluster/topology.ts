import type { ClusterTopology } from '@gomon/contracts';
import { ClusterIndex, type ClusterView } from './cluster.js';
import { keyOf } from './owner.js';

type Topology = Pick<ClusterTopology, 'nodes' | 'pods' | 'ingresses' | 'pvcs'>;

const ZONE = 'topology.kubernetes.io/zone';

/** What runs on what, in the order of names, so that two of them can be compared. */
export function topologyOf(view: ClusterView): Topology {
  const index = new ClusterIndex(view);
  const claims = new Map<string, string[]>();
  for (const pod of view.pods) {
    for (const { persistentVolumeClaim } of pod.spec.volumes) {
      if (persistentVolumeClaim === undefined) continue;
      const key = `${pod.metadata.namespace}/${persistentVolumeClaim.claimName}`;
      claims.set(key, [...(claims.get(key) ?? []), pod.metadata.name]);
    }
  }
  return {
    nodes: byName(view.nodes).map(({ metadata: { name, labels } }) => {
      const zone = labels[ZONE];
      return { name, ...(zone === undefined ? {} : { zone }) };
    }),
    pods: byName(view.pods).map((pod) => {
      const { kind, name: owner } = index.ownerOf(pod);
      const { namespace, name } = pod.metadata;
      const { nodeName } = pod.spec;
      return {
        namespace,
        name,
        ...(nodeName === undefined ? {} : { node: nodeName }),
        ...(kind === 'Pod' ? {} : { workload: `${kind.toLowerCase()}/${owner}` }),
        services: [...index.servicesOf(pod)],
      };
    }),
    ingresses: byName(view.ingresses).map(({ metadata: { namespace, name }, spec }) => {
      const paths = spec.rules.flatMap(({ http }) => http.paths.map(({ backend }) => backend));
      const services = [spec.defaultBackend, ...paths].flatMap((backend) => backend.service?.name ?? []);
      return {
        namespace,
        name,
        services: [...new Set(services)].sort().map((each) => `${namespace}/${each}`),
      };
    }),
    pvcs: byName(view.persistentVolumeClaims).map((claim) => ({
      namespace: claim.metadata.namespace,
      name: claim.metadata.name,
      pods: (claims.get(keyOf(claim)) ?? []).sort(),
    })),
  };
}

function byName<Thing extends { readonly metadata: { readonly namespace: string; readonly name: string } }>(
  things: readonly Thing[],
): readonly Thing[] {
  return things.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
