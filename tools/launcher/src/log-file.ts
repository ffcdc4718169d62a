import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const mostBytes = 10 * 1024 * 1024;

/** Opens a log for appending; one above 10 MiB is put aside first, in place of the one put aside before. */
export async function openLog(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  await boundLog(path);
  return open(path, 'a', 0o600);
}

export async function boundLog(path: string): Promise<void> {
  const size = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  if (size > mostBytes) await rename(path, `${path}.1`);
}
