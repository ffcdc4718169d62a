import { setTimeout as pause } from 'node:timers/promises';
import { describeExit, HEAP, logTail, spawnTied, type TiedProcess } from '@gomon/testing';
import { openLog } from './log-file.js';
import type { Part, RunningPart } from './part.js';
import type { PartName } from './settings.js';

export interface Program {
  readonly name: PartName;
  /** The compiled main file, for the Node that runs us. */
  readonly file: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly url: string;
  /** Answers 200 once the program can do its work. */
  readonly readyUrl: string;
  readonly logFile: string;
  readonly readyWithinMs: number;
  readonly stopWithinMs: number;
}

/** A Node program as a part: its output goes to its log, and it is ready when it says so over HTTP. */
export function programPart(program: Program): Part {
  return { name: program.name, start: (givenUp) => startProgram(program, givenUp) };
}

async function startProgram(program: Program, givenUp: AbortSignal): Promise<RunningPart> {
  const log = await openLog(program.logFile);
  const child = spawnTied(process.execPath, [...HEAP, program.file], {
    cwd: program.folder,
    env: program.env,
    stdout: log.fd,
    stderr: log.fd,
  });
  await log.close();
  const stop = () => stopProgram(child, program.stopWithinMs);
  try {
    await whenReady(child, program, givenUp);
  } catch (error) {
    await stop();
    givenUp.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${program.name} ${reason}; the end of ${program.logFile}:\n${await logTail(program.logFile)}`,
      {
        cause: error,
      },
    );
  }
  return { pid: child.pid, url: program.url, exited: child.exited, stop };
}

/** Asking costs time that the start itself needs. */
const POLL_MS = 150;

async function whenReady(
  child: TiedProcess,
  { readyUrl, readyWithinMs }: Program,
  givenUp: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  void child.exited.then((exit) => over.abort(new Error(`ended with ${describeExit(exit)}`)));
  const deadline = Date.now() + readyWithinMs;
  let answer = 'did not answer';
  while (Date.now() < deadline) {
    over.signal.throwIfAborted();
    givenUp.throwIfAborted();
    const signal = AbortSignal.any([over.signal, givenUp, AbortSignal.timeout(2_000)]);
    const response = await fetch(readyUrl, { signal }).catch(() => undefined);
    if (response?.status === 200) {
      await response.body?.cancel();
      return;
    }
    if (response !== undefined)
      answer = `answered ${response.status}: ${(await response.text()).slice(0, 2_000)}`;
    await pause(POLL_MS);
  }
  throw new Error(`was not ready within ${readyWithinMs / 1000} s (${readyUrl} ${answer})`);
}

async function stopProgram(child: TiedProcess, withinMs: number): Promise<void> {
  child.signal('SIGTERM');
  const force = setTimeout(() => child.signal('SIGKILL'), withinMs);
  await child.exited;
  clearTimeout(force);
}
