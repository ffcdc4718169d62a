import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const mostBytes = 10 * 1024 * 1024;

/** Opens a log for appending, once it is bounded. */
export async function openLog(path: string): Promise<FileHandle> {
  await boundLog(path);
  return open(path, 'a', 0o600);
}

/** Before a log is opened: its folder is there then, and a log above 10 MiB is put aside in place of the one put aside before. */
export async function boundLog(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const size = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  if (size > mostBytes) await rename(path, `${path}.1`);
}
