import { setImmediate } from 'node:timers/promises';

/** What a batch that is not urgent is told of its turn. */
interface Turn {
  /** Resolves when it may lock: what can be done without is done before. */
  readonly come: Promise<void>;
  /** To be called when the next one may. It is when the batch is done, or has failed, at the latest. */
  readonly over: () => void;
}

/** Batches that are not urgent have their turns one after the other; what is urgent and has come meanwhile goes before the next. */
export class BatchOrder {
  private turn: Promise<unknown> = Promise.resolve();
  private newestUrgent: Promise<unknown> = Promise.resolve();

  urgent<T>(decide: () => Promise<T>): Promise<T> {
    const decided = decide();
    this.newestUrgent = decided.catch(() => undefined);
    return decided;
  }

  normal<T>(decide: (turn: Turn) => Promise<T>): Promise<T> {
    const come = this.comesAfter(this.turn);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.turn = promise;
    const over = () => {
      resolve(undefined);
    };
    return decide({ come, over }).finally(over);
  }

  private async comesAfter(before: Promise<unknown>): Promise<void> {
    await before;
    // What has arrived by now is handed out a round later.
    await setImmediate();
    await this.newestUrgent;
  }
}
