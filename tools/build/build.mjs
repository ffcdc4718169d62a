// Compiles the workspace's TypeScript to JavaScript, file by file, with swc's API: well under a second for the whole
// repository, and nothing at all for files that have not changed. Types are checked by `npm run typecheck`.
//
//   node tools/build/build.mjs            every project
//   node tools/build/build.mjs DIR...     those projects
import { readFile, writeFile, mkdir, readdir, rename, stat, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const swcOptions = JSON.parse(await readFile(join(root, '.swcrc'), 'utf8'));
const optionsChangedAt = Math.max(
  (await stat(join(root, '.swcrc'))).mtimeMs,
  (await stat(fileURLToPath(import.meta.url))).mtimeMs,
);

const isTest = (path) => /\.spec(-support)?\.ts$/.test(path) || /(^|\/)fixtures\//.test(path);

async function projectsOf(folders) {
  if (folders.length > 0) return folders.map((folder) => resolve(folder));
  const found = [];
  for (const parent of ['libs', 'apps', 'tools']) {
    for (const name of await readdir(join(root, parent))) {
      const folder = join(root, parent, name);
      if (existsSync(join(folder, 'package.json'))) found.push(folder);
    }
  }
  return found;
}

async function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Two builds at once, or a program that starts meanwhile, never see half a file. */
async function writeWhole(path, content) {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}

/** Compiles or copies one source file if its output is missing or older; returns the output's path. */
async function emit(source, sourceRoot, outRoot) {
  const path = relative(sourceRoot, source);
  const target = join(outRoot, path.replace(/\.ts$/, '.js'));
  const changedAt = Math.max((await stat(source)).mtimeMs, optionsChangedAt);
  if (existsSync(target) && (await stat(target)).mtimeMs >= changedAt) return target;
  await mkdir(dirname(target), { recursive: true });
  if (!source.endsWith('.ts')) {
    await writeWhole(target, await readFile(source));
    return target;
  }
  const { code, map } = await transform(await readFile(source, 'utf8'), {
    ...swcOptions,
    swcrc: false,
    filename: source,
    sourceFileName: relative(dirname(target), source),
    sourceMaps: true,
  });
  const mapName = `${target.split('/').pop()}.map`;
  await writeWhole(`${target}.map`, map);
  await writeWhole(target, `${code}\n//# sourceMappingURL=${mapName}\n`);
  return target;
}

for (const project of await projectsOf(process.argv.slice(2))) {
  const sourceRoot = join(project, 'src');
  const outRoot = join(project, 'dist');
  const sources = (await filesBelow(sourceRoot)).filter((path) => !isTest(relative(project, path)));
  const emitted = new Set(await Promise.all(sources.map((source) => emit(source, sourceRoot, outRoot))));
  for (const old of await filesBelow(outRoot)) {
    if (old.endsWith('.tmp')) continue;
    if (!emitted.has(old) && !emitted.has(old.replace(/\.map$/, ''))) await rm(old, { force: true });
  }
}
