import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { resourceOfKind, type Resource } from './resources.js';
import { expired, StatusError } from './status.js';

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string().min(1),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    resourceVersion: z.string().optional(),
    uid: z.string().optional(),
    generation: z.number().optional(),
    creationTimestamp: z.string().nullish(),
  }),
});
export type KubernetesObject = z.infer<typeof object>;

export interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: Resource;
  readonly object: KubernetesObject;
  /** As it was before. */
  readonly before: KubernetesObject | undefined;
}

const HISTORY = 10_000;

/** What etcd holds: all objects, one counter of changes, and the newest changes themselves. */
export class Objects {
  private readonly all = new Map<string, KubernetesObject>();
  private readonly changes: Change[] = [];
  private readonly listeners = new Set<(change: Change) => void>();
  private counter = 1_000;
  /** Changes up to this one are forgotten. */
  private compactedTo = 0;
  /** The server's clock is so far ahead of ours. */
  skewMs = 0;

  get version(): number {
    return this.counter;
  }

  onChange(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  now(): string {
    return `${new Date(Date.now() + this.skewMs).toISOString().slice(0, 19)}Z`;
  }

  get(resource: Resource, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.all.get(keyOf(resource, namespace, name));
  }

  list(resource: Resource, namespace?: string): readonly KubernetesObject[] {
    const prefix = `${resource.apiVersion}/${resource.name}/${namespace === undefined ? '' : `${namespace}/`}`;
    return [...this.all]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, each]) => each);
  }

  everything(): readonly KubernetesObject[] {
    return [...this.all.values()];
  }

  /** Creates or replaces, status included. @throws StatusError 422 that names what is wrong */
  apply(given: unknown): KubernetesObject {
    const parsed = object.safeParse(given);
    if (!parsed.success) throw new StatusError(422, 'Invalid', z.prettifyError(parsed.error));
    const { data } = parsed;
    const resource = resourceOfKind(data.apiVersion, data.kind);
    if (resource === undefined) {
      throw new StatusError(422, 'Invalid', `there is no ${data.kind} of ${data.apiVersion} here`);
    }
    const namespace = resource.namespaced ? (data.metadata.namespace ?? 'default') : undefined;
    const before = this.get(resource, namespace, data.metadata.name);
    const { uid, generation, creationTimestamp } = before?.metadata ?? {};
    const isNewSpec = JSON.stringify(before?.['spec']) !== JSON.stringify(data['spec']);
    const next: KubernetesObject = {
      ...data,
      metadata: {
        ...data.metadata,
        ...(namespace === undefined ? {} : { namespace }),
        uid: uid ?? data.metadata.uid ?? randomUUID(),
        creationTimestamp: creationTimestamp ?? data.metadata.creationTimestamp ?? this.now(),
        generation: data.metadata.generation ?? (generation ?? 0) + (isNewSpec ? 1 : 0),
      },
    };
    return this.record(before === undefined ? 'ADDED' : 'MODIFIED', resource, next, before);
  }

  /** @throws StatusError 404 */
  delete(resource: Resource, namespace: string | undefined, name: string): KubernetesObject {
    const before = this.get(resource, namespace, name);
    if (before === undefined) throw new StatusError(404, 'NotFound', `${resource.name} "${name}" not found`);
    return this.record('DELETED', resource, before, before);
  }

  /** Forgets the changes up to now, as etcd does every few minutes. */
  compact(): void {
    this.compactedTo = this.counter;
    this.changes.length = 0;
  }

  /** @throws StatusError 410 when they are forgotten */
  changesAfter(version: number): readonly Change[] {
    if (version < this.compactedTo) throw expired(String(version), this.compactedTo);
    return this.changes.filter((change) => change.version > version);
  }

  private record(
    type: Change['type'],
    resource: Resource,
    next: KubernetesObject,
    before: KubernetesObject | undefined,
  ): KubernetesObject {
    this.counter += 1;
    const version = this.counter;
    const stored = { ...next, metadata: { ...next.metadata, resourceVersion: String(version) } };
    const key = keyOf(resource, stored.metadata.namespace, stored.metadata.name);
    if (type === 'DELETED') this.all.delete(key);
    else this.all.set(key, stored);
    const change = { version, type, resource, object: stored, before };
    this.changes.push(change);
    const [oldest] = this.changes;
    if (this.changes.length > HISTORY && oldest !== undefined) {
      this.changes.shift();
      this.compactedTo = oldest.version;
    }
    for (const listener of [...this.listeners]) listener(change);
    return stored;
  }
}

function keyOf(resource: Resource, namespace: string | undefined, name: string): string {
  return `${resource.apiVersion}/${resource.name}/${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
