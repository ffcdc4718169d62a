import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Rules that stand beside scenarios are none. */
const RULES = /^gomon\.ya?ml$/;

/** Files as named, and of folders all scenario files below them, in the order of their names. */
export async function filesOf(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(filesAt));
  return [...new Set(found.flat())];
}

async function filesAt(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !RULES.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}
