import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from './cache-folder.js';

describe('the cache folder', () => {
  const environment = { ...process.env };
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gomon-cache-'));
    process.env['GOMON_CACHE'] = folder;
  });
  afterEach(async () => {
    process.env = { ...environment };
    await rm(folder, { recursive: true, force: true });
  });

  const fill = (text: string) => (draft: string) => writeFile(join(draft, 'file'), text);

  it('is filled once', async () => {
    await cached('thing', fill('first'));
    const path = await cached('thing', fill('second'));
    expect(await readFile(join(path, 'file'), 'utf8')).toBe('first');
  });

  it('has one whole entry after several filled it at once, and no drafts', async () => {
    const paths = await Promise.all(['a', 'b', 'c'].map((text) => cached('thing', fill(text))));
    expect(new Set(paths)).toEqual(new Set([join(folder, 'thing')]));
    expect(await readdir(folder)).toEqual(['thing']);
    expect(await readdir(join(folder, 'thing'))).toEqual(['file']);
  });

  it('keeps nothing of a failed filling', async () => {
    const failing = cached('thing', () => Promise.reject(new Error('no network')));
    await expect(failing).rejects.toThrow('no network');
    expect(await readdir(folder)).toEqual([]);
  });
});
