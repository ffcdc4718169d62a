import { OBSERVATIONS_HEADER, REPORTS_HEADER } from '@gomon/contracts';
import type { Publisher } from '@gomon/messaging';
import type { StreamMessage } from './report-messages.js';

/** Of a message: small enough to be delivered again for one of its reports. */
const MOST_REPORTS = 64;
const MOST_BYTES = 64_000;
/** A report above this costs more than its sync does. */
const LARGE_BYTES = 16_000;
/** A report that is not stored so long after it came goes to the spool; the wait for its turn counts. */
const TIMEOUT_MS = 1_000;

interface Waiting {
  readonly message: StreamMessage;
  readonly until: number;
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Puts messages into their stream. While a report is on its way to a subject, those that follow wait, and then share a message
 * (ADR 0010): its sync to disk costs the same for one and for many. A report that is alone, or large, waits for nothing, and
 * so does every other message.
 */
export class ReportStream {
  private readonly lanes = new Map<string, Lane>();

  constructor(
    private readonly publisher: Pick<Publisher, 'publish'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Resolves once it is synced to disk. @throws PublishError: it may be stored nevertheless */
  async publish(message: StreamMessage): Promise<void> {
    const isReport = OBSERVATIONS_HEADER in message.headers;
    if (!isReport || message.body.length > LARGE_BYTES) {
      await this.publisher.publish({ ...message, timeoutMs: TIMEOUT_MS });
      return;
    }
    let lane = this.lanes.get(message.subject);
    if (lane === undefined) this.lanes.set(message.subject, (lane = new Lane(this.publisher, this.now)));
    await lane.publish(message);
  }
}

/** The way to one subject: one message at a time. */
class Lane {
  private waiting: Waiting[] = [];
  private isBusy = false;

  constructor(
    private readonly publisher: Pick<Publisher, 'publish'>,
    private readonly now: () => number,
  ) {}

  publish(message: StreamMessage): Promise<void> {
    return new Promise((stored, failed) => {
      this.waiting.push({ message, until: this.now() + TIMEOUT_MS, stored, failed });
      if (!this.isBusy) void this.send();
    });
  }

  private async send(): Promise<void> {
    this.isBusy = true;
    while (this.waiting.length > 0) {
      const together = this.next();
      try {
        const timeoutMs = Math.max(1, (together[0]?.until ?? 0) - this.now());
        await this.publisher.publish({ ...bundleOf(together.map(({ message }) => message)), timeoutMs });
        for (const { stored } of together) stored();
      } catch (error) {
        // What waits would fail after as long again: its senders are not kept waiting for that.
        for (const { failed } of [...together, ...this.waiting.splice(0)]) failed(error);
      }
    }
    this.isBusy = false;
  }

  private next(): readonly Waiting[] {
    let bytes = 0;
    const tooMany = this.waiting.findIndex(({ message }, index) => {
      bytes += message.body.length;
      return index === MOST_REPORTS || (index > 0 && bytes > MOST_BYTES);
    });
    return this.waiting.splice(0, tooMany < 0 ? this.waiting.length : tooMany);
  }
}

/**
 * Reports as one message. Its id is that of its first report, so that this one is not stored again when it comes by way of the
 * spool; readers know the others by their own ids.
 */
export function bundleOf(reports: readonly StreamMessage[]): Omit<StreamMessage, 'acceptedAt'> {
  const [first] = reports;
  if (first === undefined) throw new RangeError('a message of no reports');
  if (reports.length === 1) return first;
  const observations = reports.reduce((sum, { headers }) => sum + Number(headers[OBSERVATIONS_HEADER]), 0);
  return {
    subject: first.subject,
    id: first.id,
    headers: { [OBSERVATIONS_HEADER]: String(observations), [REPORTS_HEADER]: String(reports.length) },
    body: listOf(reports.map(({ body }) => body)),
  };
}

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

function listOf(bodies: readonly Buffer[]): Buffer {
  return Buffer.concat([...bodies.flatMap((body, index) => [index === 0 ? OPEN : COMMA, body]), CLOSE]);
}
