import { z } from 'zod';
import type { KubernetesObject, Objects } from './objects.js';
import { RESOURCES, type Resource } from './resources.js';

const reference = z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string() });
const edit = z.union([
  z.object({ delete: z.array(reference).min(1) }),
  reference.extend({ patch: z.record(z.string(), z.unknown()) }),
]);

/** Edits as `kubectl` makes them: objects to be applied, `{delete: […]}`, or `{patch, kind, name}` (RFC 7396). */
export function editObjects(objects: Objects, given: unknown): readonly KubernetesObject[] {
  const parsed = edit.safeParse(given);
  if (!parsed.success) return (Array.isArray(given) ? given : [given]).map((each) => objects.apply(each));
  if ('delete' in parsed.data) {
    return parsed.data.delete.map(({ kind, namespace, name }) => {
      const resource = ofKind(kind);
      return objects.delete(resource, namespaceIn(resource, namespace), name);
    });
  }
  const { kind, namespace, name, patch } = parsed.data;
  const resource = ofKind(kind);
  const known = objects.get(resource, namespaceIn(resource, namespace), name);
  if (known === undefined) throw new Error(`there is no ${kind} ${name}`);
  return [objects.apply(merged(known, patch))];
}

function ofKind(kind: string): Resource {
  const resource = RESOURCES.find((each) => each.kind === kind);
  if (resource === undefined) throw new Error(`there is no kind ${kind} here`);
  return resource;
}

function namespaceIn({ namespaced }: Resource, namespace = 'default'): string | undefined {
  return namespaced ? namespace : undefined;
}

/** JSON Merge Patch: null removes, objects are merged, all else replaces. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = merged(result[key], value);
  }
  return result;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
