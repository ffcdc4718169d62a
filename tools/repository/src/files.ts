import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { root } from './root.js';

const skipped = /(^|\/)(node_modules|dist|coverage|fixtures|\.git|\.nx|\.gomon[^/]*)(\/|$)/;

/** Paths of the repository's own files below a folder, relative to its root. */
export async function filesBelow(folder: string, pattern: RegExp): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (skipped.test(path)) continue;
    if (entry.isDirectory()) found.push(...(await filesBelow(path, pattern)));
    else if (pattern.test(path)) found.push(relative('.', path));
  }
  return found;
}

export function read(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8');
}
