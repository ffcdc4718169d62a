import { setTimeout as pause } from 'node:timers/promises';
import { describeExit } from '@gomon/testing';
import type { Part, RunningPart } from './part.js';
import type { PartName } from './settings.js';

export interface Supervised {
  readonly name: PartName;
  /** The present process, or the last one while the next is being started. */
  readonly running: RunningPart;
  stop(): Promise<void>;
}

export interface SupervisionOptions {
  readonly say: (line: string) => void;
  /** Called when the part serves again, as another process. */
  readonly onRestart: (running: RunningPart) => void;
  /** Gives up the first start. */
  readonly signal: AbortSignal;
  readonly random?: () => number;
  readonly firstWaitMs?: number;
  readonly longestWaitMs?: number;
  /** A process that lived so long has its failures forgiven. */
  readonly steadyAfterMs?: number;
}

/**
 * Starts a part and starts it again whenever its process ends, until it is stopped. The first start must succeed;
 * later ones are tried for ever, with a growing, jittered wait.
 */
export async function supervise(part: Part, options: SupervisionOptions): Promise<Supervised> {
  const { say, onRestart, random = Math.random } = options;
  const { firstWaitMs = 200, longestWaitMs = 15_000, steadyAfterMs = 30_000 } = options;
  const stopping = new AbortController();
  let running = await part.start(options.signal);

  const keepRunning = async (): Promise<void> => {
    let failures = 0;
    let startedAt = Date.now();
    for (;;) {
      const exit = await running.exited;
      if (stopping.signal.aborted) return;
      const endedAt = Date.now();
      failures = endedAt - startedAt >= steadyAfterMs ? 0 : failures;
      say(`${part.name} (pid ${running.pid}) ended with ${describeExit(exit)}, starting it again`);
      for (;;) {
        const waitMs = backoffMs(failures, firstWaitMs, longestWaitMs, random);
        failures += 1;
        await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        if (stopping.signal.aborted) return;
        try {
          running = await part.start(stopping.signal);
          break;
        } catch (error) {
          if (stopping.signal.aborted) return;
          say(`${part.name} did not start: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      startedAt = Date.now();
      if (stopping.signal.aborted) return;
      say(`${part.name} runs again as pid ${running.pid}, after ${startedAt - endedAt} ms`);
      onRestart(running);
    }
  };
  const ended = keepRunning();

  return {
    name: part.name,
    get running() {
      return running;
    },
    stop: async () => {
      stopping.abort();
      await running.stop();
      await ended;
      // A start that could not be given up has brought up another process by now.
      await running.stop();
    },
  };
}

/** Between half and all of a wait that doubles with each failure. */
export function backoffMs(
  failures: number,
  firstMs: number,
  longestMs: number,
  random: () => number,
): number {
  const most = Math.min(longestMs, firstMs * 2 ** failures);
  return Math.round(most * (0.5 + random() / 2));
}
