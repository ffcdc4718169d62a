import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAll } from './write-all.js';

it('a disk that takes a part at a time gets all of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gomon-write-'));
  const file = await open(join(folder, 'file'), 'w');
  const sevenBytes = {
    write: (content: Buffer, from: number, length: number, position: number) =>
      file.write(content, from, Math.min(7, length), position),
  };
  await writeAll(sevenBytes as typeof file, Buffer.from('twenty-six bytes are a lot'), 3);
  await file.close();
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('\0\0\0twenty-six bytes are a lot');
  await rm(folder, { recursive: true });
});

it('a disk that takes nothing more is an error', async () => {
  const full = { write: () => Promise.resolve({ bytesWritten: 0, buffer: '' }) };
  await expect(writeAll(full, Buffer.from('x'), 0)).rejects.toThrow(/takes nothing/);
});
