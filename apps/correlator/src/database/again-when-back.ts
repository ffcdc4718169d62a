import { again, describeError, type Outcome } from '@gomon/messaging';
import { isDatabaseAway } from './database-error.js';

const PAUSE_MS = 1_000;

/** While the database is away, messages come again and the consumer pauses; whatever else goes wrong is the message's fault. */
export async function againWhenBack(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    return again(PAUSE_MS, describeError(error), { pauseMs: PAUSE_MS });
  }
}
