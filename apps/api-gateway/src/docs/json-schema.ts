import { z } from 'zod';

export type Json = Record<string, unknown>;

/** Schemas with an id stand once, under `components/schemas` of the document, and are referred to. */
export class Schemas {
  readonly components: Record<string, Json> = {};

  /** The schema of what clients send (input) or get (output). */
  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    // Inside a list, so that the schema itself may be a reference too.
    const { items, $defs = {} } = z.toJSONSchema(z.array(schema), { io, override: keepOpen(io) });
    for (const [name, definition] of Object.entries($defs)) this.components[name] = atHome(definition);
    return atHome(items);
  }
}

/** What we answer may grow: a client that refuses members it does not know would break. */
const keepOpen =
  (io: 'input' | 'output') =>
  ({ jsonSchema }: { readonly jsonSchema: { additionalProperties?: unknown } }): void => {
    if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  };

function atHome(schema: unknown): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}
