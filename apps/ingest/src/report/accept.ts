import { describeError, type Log, type Nats, type Publisher } from '@gomon/messaging';
import { HttpProblem } from '@gomon/service';
import type { Spool } from '../spool/spool.js';
import type { StreamMessage } from './report-messages.js';

const RETRY_AFTER_S = 5;

/** Puts messages where they are safe: in their stream, or, when that does not answer within a second, in the spool. */
export class Acceptance {
  constructor(
    private readonly nats: Nats,
    private readonly publisher: Publisher,
    private readonly spool: Spool,
    private readonly log: Log,
  ) {}

  /** Resolves once all messages are synced to disk. @throws HttpProblem 503 when neither takes them */
  async accept(messages: readonly StreamMessage[]): Promise<'stream' | 'spool'> {
    const left = await Promise.all(messages.map((message) => this.toStream(message)));
    const missing = messages.filter((_, index) => left[index] === false);
    if (missing.length === 0) return 'stream';
    try {
      await Promise.all(missing.map((message) => this.spool.append(message)));
      return 'spool';
    } catch (error) {
      this.log('error', 'a delivery is refused: neither stream nor spool takes it', {
        error: describeError(error),
      });
      throw new HttpProblem(503, 'Nothing can be accepted at the moment', {
        detail: 'Neither the stream nor the spool takes it. Nothing of this delivery counts: send it again.',
        retryAfterS: RETRY_AFTER_S,
      });
    }
  }

  private async toStream(message: StreamMessage): Promise<boolean> {
    if (!this.nats.isConnected()) return false;
    try {
      await this.publisher.publish(message);
      return true;
    } catch (error) {
      this.log('warn', 'the stream does not take a message', { id: message.id, error: describeError(error) });
      return false;
    }
  }
}
