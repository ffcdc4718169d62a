import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How a process ended: exactly one of the two is set. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface TiedOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Run as this user; only root may. */
  readonly uid?: number;
  readonly gid?: number;
  /** A file descriptor, or `pipe` to read it here, or `inherit`, or `ignore` (the default). */
  readonly stdout?: 'pipe' | 'ignore' | 'inherit' | number;
  readonly stderr?: 'pipe' | 'ignore' | 'inherit' | number;
  /** What the child is sent when we die, SIGTERM by default. */
  readonly orphanSignal?: NodeJS.Signals;
  /** How long it then has, 5,000 by default, before its whole process group is killed. */
  readonly orphanGraceMs?: number;
}

export interface TiedProcess {
  /** The pid of the program itself: nothing stands between. */
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Does nothing once the process has ended. */
  signal(name: NodeJS.Signals): void;
}

// A background shell waits on descriptor 3, whose other end only we hold; the foreground shell becomes the program.
// The pipe ends when we end, whatever ended us, and also when the program is gone: then what it left behind is killed.
// The waiting shell belongs to the program's process group, so that the group's number cannot be taken by another.
const script = `
(
  read -r _ <&3
  kill -s "$1" $$
  tries=0
  while kill -0 $$ && [ $tries -lt "$2" ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -s KILL -- -$$
) </dev/null >/dev/null 2>&1 &
shift 2
exec "$@" 3<&-
`;

/**
 * Starts a program that cannot outlive us, not even when we are killed with SIGKILL. It leads a process group of its
 * own, so a Ctrl-C at the terminal reaches us alone and we stop it in our order.
 */
export function spawnTied(command: string, args: readonly string[], options: TiedOptions = {}): TiedProcess {
  const orphanSignal = (options.orphanSignal ?? 'SIGTERM').replace(/^SIG/, '');
  const graceTenths = String(Math.ceil((options.orphanGraceMs ?? 5_000) / 100));
  const child = spawn('/bin/sh', ['-c', script, 'tied', orphanSignal, graceTenths, command, ...args], {
    detached: true,
    stdio: ['ignore', options.stdout ?? 'ignore', options.stderr ?? 'ignore', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env ?? process.env,
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  const exited = exitOf(child);
  if (child.pid === undefined)
    throw new Error(`could not start ${command} in ${options.cwd ?? process.cwd()}`);
  return {
    pid: child.pid,
    exited,
    stdout: child.stdout,
    stderr: child.stderr,
    signal: (name) => void child.kill(name),
  };
}

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  const tie = child.stdio[3];
  tie?.on('error', () => undefined);
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: 127, signal: null }));
    child.once('exit', (code, signal) => {
      tie?.destroy();
      resolve({ code, signal });
    });
  });
}

export function describeExit(exit: ProcessExit): string {
  return exit.signal ?? `code ${exit.code ?? 'unknown'}`;
}
