import { keyOf } from './owner.js';
import type { EndpointSlice, Pod, Service } from './objects.js';

/** Names of services by the key of a pod: by EndpointSlice where a service has one, else by its selector. */
export function servicesByPod(view: {
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
}): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const add = (pod: string, service: string) => {
    const services = found.get(pod) ?? new Set();
    found.set(pod, services.add(service));
  };
  const sliced = new Set<string>();
  for (const { metadata, endpoints } of view.endpointSlices) {
    const service = metadata.labels['kubernetes.io/service-name'];
    if (service === undefined) continue;
    sliced.add(`${metadata.namespace}/${service}`);
    for (const { targetRef } of endpoints) {
      if (targetRef?.kind === 'Pod') add(`${metadata.namespace}/${targetRef.name ?? ''}`, service);
    }
  }
  for (const service of view.services) {
    const wanted = Object.entries(service.spec.selector);
    if (wanted.length === 0 || sliced.has(keyOf(service))) continue;
    for (const pod of view.pods) {
      const { namespace, labels } = pod.metadata;
      if (namespace !== service.metadata.namespace) continue;
      if (wanted.every(([key, value]) => labels[key] === value)) add(keyOf(pod), service.metadata.name);
    }
  }
  return new Map([...found].map(([pod, services]) => [pod, [...services].sort()]));
}
