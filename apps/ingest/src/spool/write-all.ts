import type { FileHandle } from 'node:fs/promises';

/** Writes all of it: on a disk that is nearly full a write takes a part and reports no error, only the next one does. */
export async function writeAll(
  file: Pick<FileHandle, 'write'>,
  content: Buffer,
  position: number,
): Promise<void> {
  for (let written = 0; written < content.length;) {
    const { bytesWritten } = await file.write(content, written, content.length - written, position + written);
    if (bytesWritten <= 0) throw new Error('the disk takes nothing and says no reason');
    written += bytesWritten;
  }
}
