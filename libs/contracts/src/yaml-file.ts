import { isMap, isNode, isScalar, LineCounter, parseDocument, stringify, type Document } from 'yaml';
import type { z } from 'zod';
import { placeOf, type FileFault } from './file-fault.js';

export type ReadYamlFile<Content> =
  | {
      readonly ok: true;
      readonly content: Content;
      /** Says something of a part of the file, with its place. */
      readonly at: (path: readonly PropertyKey[], message: string) => FileFault;
      /** Whether something stands in the file under a name of its own. */
      readonly isIn: (section: string) => boolean;
    }
  | { readonly ok: false; readonly faults: readonly FileFault[] };

const UNKNOWN_FIELD = 'there is no such field';
/** More aliases than this are an attack on the reader's memory. */
const MOST_ALIASES = 100;

/** Reads a file of a schema; every fault that can be found at once is told, in the order of the file. */
export function readYamlFile<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): ReadYamlFile<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const faultAt = (offset: number, path: readonly PropertyKey[], message: string): FileFault => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), path: placeOf(path), message };
  };
  const at = (path: readonly PropertyKey[], message: string) =>
    faultAt(offsetOf(document, path, message), path, message);
  if (document.errors.length > 0) {
    return refused(document.errors.map(({ pos, message }) => faultAt(pos[0], [], message)));
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    return refused([faultAt(0, [], error instanceof Error ? error.message : String(error))]);
  }
  const parsed = schema.safeParse(content ?? {});
  if (parsed.success) {
    return { ok: true, content: parsed.data, at, isIn: (section) => document.hasIn([section]) };
  }
  return refused(
    parsed.error.issues.flatMap((issue) => placesOf(issue).map(({ path, message }) => at(path, message))),
  );
}

/** The text of a file that is made and not written by a person; long lines are not broken, and nothing is said by reference. */
export function yamlText(content: unknown): string {
  return stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
}

function refused(faults: readonly FileFault[]): {
  readonly ok: false;
  readonly faults: readonly FileFault[];
} {
  return { ok: false, faults: faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** A key that nobody knows is shown at the key, not at what it stands in. */
export function placesOf(
  issue: z.core.$ZodIssue,
): readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: UNKNOWN_FIELD }));
}

/** Where the deepest part of a path that is in the file begins: its value, or of an unknown field its name. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], message: string): number {
  if (message === UNKNOWN_FIELD) {
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
      : undefined;
    if (isScalar(pair?.key)) return pair.key.range?.[0] ?? 0;
  }
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return 0;
}
