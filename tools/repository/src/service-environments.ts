import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { root } from './root.js';

export interface Variable {
  readonly name: string;
  /** The service does not start without it. */
  readonly isRequired: boolean;
  /** As text; undefined where there is none. */
  readonly fallback: string | undefined;
}

export interface ServiceEnvironment {
  /** The service's folder below `apps`. */
  readonly name: string;
  readonly schema: z.ZodObject;
  readonly variables: readonly Variable[];
}

/** What each service reads from its environment, from the schema in its own `<name>-env.ts`. */
export async function serviceEnvironments(): Promise<readonly ServiceEnvironment[]> {
  const names = (await readdir(join(root, 'apps'))).sort();
  return Promise.all(
    names.map(async (name) => {
      const schema = await schemaOf(name);
      return { name, schema, variables: variablesOf(schema) };
    }),
  );
}

async function schemaOf(name: string): Promise<z.ZodObject> {
  const file = pathToFileURL(join(root, 'apps', name, 'src', `${name}-env.ts`)).href;
  const exported = Object.values((await import(file)) as Readonly<Record<string, unknown>>);
  const schema = exported.find((value) => value instanceof z.ZodObject);
  if (schema === undefined) throw new Error(`${file} exports no schema`);
  return schema;
}

/** What a schema reads. */
export function variablesOf(schema: z.ZodObject): readonly Variable[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const absent = z.safeParse(field, undefined);
    const fallback = absent.success && absent.data !== undefined ? asText.parse(absent.data) : undefined;
    return { name, isRequired: !absent.success, fallback };
  });
}

const asText = z.union([z.string(), z.number(), z.array(z.string())]).transform(String);
