import { runProgram } from './run-program.js';
import type { ProcessExit, TiedProcess } from './spawn-tied.js';

/** A server that a test can kill and start again in the same place. */
export interface Restartable {
  /** The pid of the present process; another after a restart. */
  readonly pid: number;
  /** Ends when the present process ends, for whatever reason. */
  readonly exited: Promise<ProcessExit>;
  /** Sends the signal and waits until the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts again, after an orderly end of the present process if it still lives. */
  readonly restart: () => Promise<void>;
  /** Freezes the process: its connections stay open and nothing answers. Ends once it is frozen. */
  readonly pause: () => Promise<void>;
  readonly resume: () => void;
}

/** `launch` starts the program and returns once it serves; `stopSignal` is what ends it in good order. */
export async function startRestartable(
  launch: () => Promise<TiedProcess>,
  stopSignal: NodeJS.Signals,
): Promise<Restartable> {
  let current = await launch();
  const kill = async (signal: NodeJS.Signals) => {
    current.signal(signal);
    current.signal('SIGCONT');
    await current.exited;
  };
  return {
    get pid() {
      return current.pid;
    },
    get exited() {
      return current.exited;
    },
    kill,
    restart: async () => {
      await kill(stopSignal);
      current = await launch();
    },
    pause: async () => {
      current.signal('SIGSTOP');
      while (!(await runProgram('ps', ['-o', 'state=', '-p', String(current.pid)])).startsWith('T'));
    },
    resume: () => current.signal('SIGCONT'),
  };
}
