import type { AlertView, ClusterTopology } from '@gomon/contracts';
import { appOf } from '../correlate/topology-graph.js';

type Pod = ClusterTopology['pods'][number];
type Parts = Pick<ClusterTopology, 'nodes' | 'pods' | 'ingresses' | 'pvcs'>;

/**
 * Of what runs on what, as much as concerns some alerts: what they name, and what stands behind that. Pods that are gone by now
 * are told as they were known when their alerts were decided.
 */
export function topologyAround(members: readonly AlertView[], known: readonly ClusterTopology[]): Parts {
  const all: Parts = {
    nodes: known.flatMap(({ nodes }) => nodes),
    pods: known.flatMap(({ pods }) => pods),
    ingresses: known.flatMap(({ ingresses }) => ingresses),
    pvcs: known.flatMap(({ pvcs }) => pvcs),
  };
  const named = new Set(members.flatMap(({ labels }) => Object.values(labels)));
  const ingresses = all.ingresses.filter(({ name }) => named.has(name));
  for (const { services } of ingresses)
    for (const service of services) named.add(service.split('/').at(-1) ?? service);
  const pvcs = all.pvcs.filter(({ name, pods }) => named.has(name) || pods.some((pod) => named.has(pod)));
  for (const { pods } of pvcs) for (const pod of pods) named.add(pod);
  const present = all.pods.filter(
    ({ name, workload, services }) =>
      named.has(name) ||
      services.some((service) => named.has(service)) ||
      (workload !== undefined && named.has(appOf(workload))),
  );
  const isPresent = new Set(present.map(keyOf));
  const gone = members.flatMap(podBefore).filter((pod) => !isPresent.has(keyOf(pod)));
  const pods = [...present, ...new Map(gone.map((pod) => [keyOf(pod), pod])).values()];
  const nodeNames = new Set([...named, ...pods.flatMap(({ node }) => node ?? [])]);
  return { nodes: all.nodes.filter(({ name }) => nodeNames.has(name)), pods, ingresses, pvcs };
}

/** Where an alert's pod was, if anything is known of it beside its name. */
function podBefore({ about }: AlertView): readonly Pod[] {
  const { namespace, pod: name, node, workload, service } = about;
  if (namespace === undefined || name === undefined) return [];
  if (node === undefined && workload === undefined && service === undefined) return [];
  return [
    {
      namespace,
      name,
      ...(node === undefined ? {} : { node }),
      ...(workload === undefined ? {} : { workload }),
      services: service === undefined ? [] : [service],
    },
  ];
}

function keyOf({ namespace, name }: Pod): string {
  return `${namespace}/${name}`;
}
