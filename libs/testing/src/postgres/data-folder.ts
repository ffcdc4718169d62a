import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cached } from '../cache/cache-folder.js';
import { runProgram } from '../process/run-program.js';
import type { PostgresBinaries } from './binaries.js';
import { unprivileged, type RunAs } from './run-as.js';

export const superuser = 'postgres';

export async function isDataFolder(path: string): Promise<boolean> {
  return (await stat(join(path, 'PG_VERSION')).catch(() => undefined)) !== undefined;
}

/** Makes a new data folder that will outlive us: all or nothing, and synced. */
export async function createDataFolder(
  path: string,
  binaries: PostgresBinaries,
  runAs: RunAs,
  password: string,
): Promise<void> {
  const draft = await mkdtemp(`${path}.draft-`);
  try {
    await initialize(join(draft, 'data'), binaries, runAs, password, ['--data-checksums']);
    await rename(join(draft, 'data'), path);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Makes a data folder for a test, as a copy of one that is kept in the cache: that is ten times as fast. */
export async function copyDataFolder(
  path: string,
  binaries: PostgresBinaries,
  runAs: RunAs,
  password: string,
): Promise<void> {
  const template = await cached(`postgres-${binaries.version}-template`, async (folder) => {
    const scratch = await mkdtemp(join(tmpdir(), 'gomon-initdb-'));
    try {
      const data = join(scratch, 'data');
      await initialize(data, binaries, await unprivileged([binaries.initdb, data]), password, ['--no-sync']);
      await runProgram('cp', ['-a', data, folder]);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
  await runProgram('cp', ['-a', join(template, 'data'), path]);
  if (process.getuid?.() === 0) await give(path, runAs);
}

async function initialize(
  path: string,
  binaries: PostgresBinaries,
  runAs: RunAs,
  password: string,
  more: readonly string[],
): Promise<void> {
  const folder = dirname(path);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (process.getuid?.() === 0) await give(folder, runAs);
  const [command = binaries.initdb, ...args] = [
    ...runAs.prefix,
    binaries.initdb,
    `--pgdata=${path}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    ...more,
  ];
  await runProgram(command, args, { cwd: path, ...runAs.user });
  await rm(passwordFile);
}

async function give(path: string, { user }: RunAs): Promise<void> {
  await runProgram('chown', ['-R', user === undefined ? '0:0' : `${user.uid}:${user.gid}`, path]);
  await chmod(path, 0o700);
}
