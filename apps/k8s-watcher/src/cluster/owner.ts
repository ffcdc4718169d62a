import type { Pod, Workload } from './objects.js';

export interface Owner {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `namespace/name`. */
export function keyOf({
  metadata,
}: {
  readonly metadata: { readonly namespace: string; readonly name: string };
}): string {
  return `${metadata.namespace}/${metadata.name}`;
}

export function controllerOf({
  metadata,
}: Pick<Workload, 'metadata'>): { readonly kind: string; readonly name: string } | undefined {
  return metadata.ownerReferences.find(({ controller }) => controller);
}

/**
 * Who a pod belongs to in the eyes of people: its Deployment and not its ReplicaSet, the CronJob of its Job. A ReplicaSet
 * that is gone gives its name without the hash of the template. A bare pod is its own owner.
 *
 * @param between what stands between a pod and its owner, by kind and key
 */
export function ownerOf(
  pod: Pod,
  between: Readonly<Record<string, ReadonlyMap<string, Workload> | undefined>>,
): Owner {
  const { namespace, name, labels } = pod.metadata;
  const direct = controllerOf(pod);
  if (direct === undefined) return { kind: 'Pod', namespace, name };
  const known = Object.hasOwn(between, direct.kind) ? between[direct.kind] : undefined;
  const above = known?.get(`${namespace}/${direct.name}`);
  const controller = above === undefined ? undefined : controllerOf(above);
  if (controller !== undefined) return { kind: controller.kind, namespace, name: controller.name };
  const hash = labels['pod-template-hash'] ?? '';
  if (direct.kind === 'ReplicaSet' && hash !== '' && direct.name.endsWith(`-${hash}`)) {
    return { kind: 'Deployment', namespace, name: direct.name.slice(0, -hash.length - 1) };
  }
  return { kind: direct.kind, namespace, name: direct.name };
}
