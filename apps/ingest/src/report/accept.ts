import { describeError, type Log, type Nats } from '@gomon/messaging';
import { HttpProblem } from '@gomon/service';
import type { Spool } from '../spool/spool.js';
import type { StreamMessage } from './report-messages.js';
import type { ReportStream } from './report-stream.js';

const RETRY_AFTER_S = 5;

/** Puts messages where they are safe: in their stream, or, when that does not answer within a second, in the spool. */
export class Acceptance {
  /** What the last try said: only a change is news. */
  private streamTakes = true;
  private spoolTakes = true;

  constructor(
    private readonly nats: Nats,
    private readonly stream: ReportStream,
    private readonly spool: Spool,
    private readonly log: Log,
  ) {}

  /** Resolves once all messages are synced to disk. @throws HttpProblem 503 when neither takes them */
  async accept(messages: readonly StreamMessage[]): Promise<'stream' | 'spool'> {
    const taken = await Promise.all(messages.map((message) => this.toStream(message)));
    const missing = messages.filter((_, index) => taken[index] === false);
    if (missing.length === 0) return 'stream';
    // Each is waited for: what is still on its way to the disk must not outlive the answer.
    const spooled = await Promise.allSettled(missing.map((message) => this.spool.append(message)));
    const failed = spooled.find((one) => one.status === 'rejected');
    const takes = failed === undefined;
    if (takes !== this.spoolTakes) {
      if (takes) this.log('info', 'the spool takes deliveries again');
      else {
        this.log('error', 'deliveries are answered with 503: neither stream nor spool takes them', {
          error: describeError(failed.reason),
        });
      }
    }
    this.spoolTakes = takes;
    if (takes) return 'spool';
    throw new HttpProblem(503, 'Nothing can be accepted at the moment', {
      detail: 'Neither the stream nor the spool takes this delivery. Send it again.',
      retryAfterS: RETRY_AFTER_S,
    });
  }

  /** Whether a delivery would be accepted now, and why not. */
  async readiness(): Promise<{ readonly ok: boolean; readonly detail?: string }> {
    const refusal = await this.spool.refusal();
    if (refusal === undefined) return { ok: true };
    const ok = this.nats.isConnected() && this.streamTakes;
    return {
      ok,
      detail: ok ? `the spool would take nothing: ${refusal}` : `nothing is accepted: ${refusal}`,
    };
  }

  private async toStream(message: StreamMessage): Promise<boolean> {
    if (!this.nats.isConnected()) return false;
    try {
      await this.stream.publish(message);
      if (!this.streamTakes) this.log('info', 'the stream takes deliveries again');
      this.streamTakes = true;
      return true;
    } catch (error) {
      if (this.streamTakes) {
        this.log('warn', 'the stream does not take deliveries', {
          id: message.id,
          error: describeError(error),
        });
      }
      this.streamTakes = false;
      return false;
    }
  }
}
