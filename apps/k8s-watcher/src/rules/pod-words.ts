import type { ContainerStatus, Pod } from '../cluster/objects.js';
import { ZONE, type Context } from './context.js';
import type { Finding } from './verdict.js';

/** What an alert of a pod is about: its owner, and what describes the pod itself. */
export function aboutPod(pod: Pod, { index }: Context): Pick<Finding, 'subject' | 'labels'> {
  const owner = index.ownerOf(pod);
  const services = index.servicesOf(pod);
  const { nodeName } = pod.spec;
  const zone = index.node(nodeName)?.metadata.labels[ZONE];
  return {
    subject: { ...owner },
    labels: {
      pod: pod.metadata.name,
      ...(owner.kind === 'Pod' ? {} : { workload: `${owner.kind.toLowerCase()}/${owner.name}` }),
      ...(nodeName === undefined ? {} : { node: nodeName }),
      ...(zone === undefined ? {} : { zone }),
      ...(services.length === 0 ? {} : { service: services.join(',') }),
    },
  };
}

/** The same of one of its containers. */
export function aboutContainer(
  pod: Pod,
  container: ContainerStatus,
  reason: string | undefined,
  context: Context,
): Pick<Finding, 'subject' | 'labels'> {
  const { subject, labels } = aboutPod(pod, context);
  const image = imageOf(pod, container);
  return {
    subject: { ...subject, container: container.name },
    labels: {
      ...labels,
      ...(image === undefined ? {} : { image }),
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

/** As it was asked for; the status names what it was resolved to. */
export function imageOf(pod: Pod, { name, image }: ContainerStatus): string | undefined {
  return pod.spec.containers.find((container) => container.name === name)?.image ?? image;
}

/** `cart (shop)`. */
export function placeOf(pod: Pod, { index }: Context): string {
  const { kind, name, namespace } = index.ownerOf(pod);
  return `${kind === 'Pod' ? 'pod ' : ''}${name} (${namespace})`;
}
