import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where programs and templates are kept between runs: `GOMON_CACHE`, or `~/.cache/gomon`. */
export function cacheFolder(): string {
  return process.env['GOMON_CACHE'] ?? join(homedir(), '.cache', 'gomon');
}

/**
 * The path of a cached folder, filled by `fill` if it is not there yet. Several processes may do so at once: each
 * fills a folder of its own, the first to finish puts it in place, and nobody ever sees a half-filled one.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const target = join(cacheFolder(), name);
  if (await exists(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  const draft = await mkdtemp(`${target}.draft-`);
  try {
    await fill(draft);
    await rename(draft, target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
