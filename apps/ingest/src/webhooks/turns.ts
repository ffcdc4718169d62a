import { setImmediate } from 'node:timers/promises';

/** Gives one turn in each round of the event loop: what comes meanwhile is done between two of them. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Resolves when it is one's turn, in the order in which they were asked for. */
  next(): Promise<unknown> {
    this.last = this.last.then(() => setImmediate());
    return this.last;
  }
}
