import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runFile, type RunFile } from '@gomon/testing';
import { writeSecretFile } from './secret-file.js';

const pathIn = (dataFolder: string) => join(dataFolder, 'run.json');

export interface RunFileKeeper {
  /** Writes the present state; calls made meanwhile end in one more write. */
  readonly update: () => Promise<void>;
  remove(): Promise<void>;
}

export function keepRunFile(dataFolder: string, present: () => RunFile): RunFileKeeper {
  let last: Promise<void> = Promise.resolve();
  const queue = (write: () => Promise<void>): Promise<void> => (last = last.then(write, write));
  return {
    update: () => queue(() => writeSecretFile(pathIn(dataFolder), present())),
    remove: () => queue(() => rm(pathIn(dataFolder), { force: true })),
  };
}

/**
 * A launcher that was killed leaves its run file, and its processes need a moment to end. Waits until they are gone,
 * so that their ports and data are free, or until the time is over.
 */
export async function whenPredecessorIsGone(dataFolder: string, withinMs: number): Promise<void> {
  const text = await readFile(pathIn(dataFolder), 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const deadline = Date.now() + withinMs;
  while (pidsIn(text).some(isAlive) && Date.now() < deadline) await pause(50);
  await rm(pathIn(dataFolder), { force: true });
}

function pidsIn(text: string): readonly number[] {
  try {
    const { services, simulators, nats, postgres } = runFile.parse(JSON.parse(text));
    const places = [...Object.values(services), ...Object.values(simulators), nats, postgres];
    return places.flatMap(({ pid }) => pid ?? []);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
