import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SpoolInUseError } from './folder-lock.js';
import { Spool } from './spool.js';

const script = fileURLToPath(new URL('fixtures/append-for-ever.mjs', import.meta.url));

it('of a process that is killed in the middle of appending, the next one has all that was accepted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gomon-spool-'));
  const open = () => Spool.open({ folder, maxBytes: 1e9, log: () => undefined });
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const accepted: string[] = [];
    for await (const id of createInterface(child.stdout)) {
      accepted.push(id);
      if (accepted.length === 1) await expect(open()).rejects.toThrow(SpoolInUseError);
      if (accepted.length === 300) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const spool = await open();
    const found: string[] = [];
    for (let batch = await spool.oldest(64); batch !== undefined; batch = await spool.oldest(64)) {
      found.push(...batch.messages.map(({ id }) => id));
      await batch.done();
    }
    await spool.close();
    expect(new Set(found).size).toBe(found.length);
    expect(accepted.length).toBeGreaterThanOrEqual(300);
    expect(accepted.filter((id) => !found.includes(id))).toEqual([]);
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
});
