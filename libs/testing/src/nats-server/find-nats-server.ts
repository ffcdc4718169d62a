import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheFolder } from '../cache/cache-folder.js';
import { runProgram } from '../process/run-program.js';
import { unpackDebianPackage, type DebianProgram } from '../debian/debian-package.js';
import { releaseArchive, unpackReleaseArchive } from './release-archive.js';

/** Older servers know no `sync_interval: always` or have lost streams. */
export const oldestNatsServer = '2.10.23';

/** No usable nats-server; the message lists what was tried and why each did not do. */
export class NatsServerNotFound extends Error {
  override readonly name = 'NatsServerNotFound';
  constructor(readonly tried: readonly string[]) {
    super(
      [
        `no nats-server ${oldestNatsServer} or newer was found:`,
        ...tried.map((line) => `  - ${line}`),
        'Install nats-server and put it on the PATH, or set NATS_URL to a server that runs already.',
      ].join('\n'),
    );
  }
}

/**
 * The path of a nats-server that is recent enough: the one on the PATH, or one kept in our cache folder, which is
 * filled from the official release or, where that cannot be reached, from Debian's package.
 */
export async function findNatsServer(): Promise<string> {
  const archive = releaseArchive(process.platform, process.arch);
  const archiveName = archive?.name ?? 'nats-server-release';
  const attempts: readonly Attempt[] = [
    { name: 'on the PATH', path: () => 'nats-server' },
    { name: 'cached release', path: () => join(cacheFolder(), archiveName, 'nats-server') },
    { name: 'cached Debian package', path: () => join(cacheFolder(), debianName, 'nats-server') },
    {
      name: 'official release',
      path: () => {
        if (archive === undefined) throw new Error(`none is pinned for ${process.platform} ${process.arch}`);
        return keep(archiveName, (folder) => unpackReleaseArchive(archive, folder));
      },
    },
    {
      name: `Debian's package`,
      path: () => keep(debianName, (folder) => unpackDebianPackage(folder, debianProgram)),
    },
  ];
  const tried: string[] = [];
  for (const attempt of attempts) {
    try {
      return await recentEnough(await attempt.path());
    } catch (error) {
      tried.push(`${attempt.name}: ${Error.isError(error) ? error.message : String(error)}`);
    }
  }
  throw new NatsServerNotFound(tried);
}

interface Attempt {
  readonly name: string;
  readonly path: () => string | Promise<string>;
}

const debianName = 'nats-server-debian';
/** Debian 13's nats-server is recent enough (2.10.27). */
const debianProgram: DebianProgram = {
  package: 'nats-server',
  suite: 'trixie',
  file: 'usr/sbin/nats-server',
};

async function keep(name: string, unpack: (folder: string) => Promise<void>): Promise<string> {
  const folder = await cached(name, async (draft) => {
    const work = join(draft, 'work');
    await mkdir(work);
    await unpack(work);
    await rename(join(work, 'nats-server'), join(draft, 'nats-server'));
    await rm(work, { recursive: true });
  });
  return join(folder, 'nats-server');
}

async function recentEnough(path: string): Promise<string> {
  const printed = await runProgram(path, ['--version']);
  const version = /v(\d+\.\d+\.\d+)/.exec(printed)?.[1];
  if (version === undefined) throw new Error(`${path} does not say its version: ${printed.trim()}`);
  if (!isAtLeast(version, oldestNatsServer)) throw new Error(`${path} is ${version}, which is too old`);
  return path;
}

/** Compares versions of three numbers. */
export function isAtLeast(version: string, floor: string): boolean {
  return version.localeCompare(floor, 'en', { numeric: true }) >= 0;
}
