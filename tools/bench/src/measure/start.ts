import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freeEnvironment, spawnTied } from '@gomon/testing';
import { median } from './statistics.js';

/** From the command until everything is ready, with a folder that an earlier start has made. Milliseconds. */
export async function measureStart(runs: number, say: (line: string) => void): Promise<number> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'gomon-bench-'));
  const took: number[] = [];
  try {
    await startOnce(dataFolder);
    for (let run = 1; run <= runs; run += 1) {
      took.push(await startOnce(dataFolder));
      say(`npm start: ready after ${took.at(-1)} ms`);
    }
    return median(took);
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function startOnce(dataFolder: string): Promise<number> {
  const beganAt = performance.now();
  const npm = spawnTied('npm', ['start', '--', '--no-demo'], {
    env: { ...process.env, ...freeEnvironment(dataFolder) },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const { stdout } = npm;
  if (stdout === null) throw new Error('npm start has no output');
  const ready = new Promise<number>((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.includes('Ctrl-C stops everything')) resolve(Math.round(performance.now() - beganAt));
    });
  });
  const ended = npm.exited.then(({ code }) =>
    Promise.reject(new Error(`npm start ended with ${String(code)}`)),
  );
  try {
    return await Promise.race([ready, ended]);
  } finally {
    // As Ctrl-C does: everything that runs in the foreground gets it.
    process.kill(-npm.pid, 'SIGINT');
    await npm.exited;
  }
}
