import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Another process that lives uses this spool. */
export class SpoolInUseError extends Error {
  override readonly name = 'SpoolInUseError';
  constructor(folder: string, pid: number) {
    super(`the spool in ${folder} is used by process ${pid}: give each ingest a SPOOL_DIR of its own`);
  }
}

/** Takes a folder for this process; a lock that a dead process left is taken over. @throws SpoolInUseError */
export async function lockSpool(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const pid = Number(await readFile(path, 'utf8').catch(() => ''));
    if (pid !== process.pid && isAlive(pid)) throw new SpoolInUseError(folder, pid);
    await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
