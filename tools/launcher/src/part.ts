import type { ProcessExit } from '@gomon/testing';
import type { PartName } from './settings.js';

/** One thing that runs as a process of its own. */
export interface Part {
  readonly name: PartName;
  /** Returns once it serves; fails with the reason, including the end of its log, or when given up. */
  readonly start: (givenUp: AbortSignal) => Promise<RunningPart>;
}

export interface RunningPart {
  readonly pid: number;
  readonly url: string;
  readonly exited: Promise<ProcessExit>;
  /** Ends it in good order, and by force if it takes too long. */
  readonly stop: () => Promise<void>;
}
