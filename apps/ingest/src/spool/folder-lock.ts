import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process that lives uses this spool. */
export class SpoolInUseError extends Error {
  override readonly name = 'SpoolInUseError';
  constructor(folder: string, cause: unknown) {
    super(`the spool in ${folder} is used by another process: give each ingest a SPOOL_DIR of its own`, {
      cause,
    });
  }
}

/**
 * Takes a folder for this process, and returns how to give it back. The lock is the operating system's, on an empty file: it
 * ends with the process, however that ends, and works between containers, where a process id means nothing. Node has no
 * other way to such a lock than SQLite, which takes it before it would write anything.
 * @throws SpoolInUseError
 */
export function lockSpool(folder: string): () => void {
  const lock = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    throw isBusy(error) ? new SpoolInUseError(folder, error) : error;
  }
  return () => {
    if (lock.isOpen) lock.close();
  };
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
