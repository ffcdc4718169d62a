import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Another launcher runs on the same data folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
  constructor(folder: string, pid: string) {
    super(`a launcher (pid ${pid}) runs on ${folder} already: stop it, or set GOMON_DATA to another folder`);
  }
}

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Holds the data folder for this process. The lock is a listening local socket named after the folder, which the
 * system takes down when the process ends, however it ends; whoever connects is told our pid.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const real = await realpath(folder);
  const name = `gomon-${createHash('sha256').update(real).digest('hex').slice(0, 24)}`;
  // Linux has socket names outside the file system; elsewhere the file of a process that is gone must be removed.
  const path = process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
  for (let tries = 1; ; tries += 1) {
    const server = createServer((client) => client.on('error', () => undefined).end(String(process.pid)));
    try {
      server.listen(path);
      await once(server, 'listening');
      server.unref();
      return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    } catch (error) {
      const holder = await holderOf(path);
      if (holder !== undefined) throw new FolderInUse(real, holder);
      if (tries === 3) throw error;
      if (process.platform !== 'linux') await rm(path, { force: true });
    }
  }
}

function holderOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let pid = '';
    const client = connect(path);
    client.setTimeout(2_000, () => client.destroy());
    client.on('data', (bytes) => (pid += bytes.toString()));
    client.on('error', () => resolve(undefined));
    client.on('close', () => resolve(pid === '' ? 'unknown' : pid));
  });
}
