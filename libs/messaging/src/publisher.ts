import { toHeaders, TRACEPARENT_HEADER, traceparentOfEvent } from './headers.js';
import { published, subjectKind } from './metrics.js';
import type { Nats } from './nats.js';
import { PublishError, publishErrorOf } from './publish-error.js';
import { Slots } from './slots.js';

/** A message to a stream: an event (sent as JSON, its `traceparent` becomes a header too) or a body as it is. */
export type OutgoingMessage = {
  readonly subject: string;
  /** Within the stream's duplicate window the same id is stored once. */
  readonly id: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 1,000. */
  readonly timeoutMs?: number;
} & ({ readonly event: unknown } | { readonly body: Uint8Array });

export interface Stored {
  readonly stream: string;
  readonly seq: number;
  /** It was stored before, within the duplicate window: `seq` is that of the first one. */
  readonly duplicate: boolean;
}

const DEFAULT_TIMEOUT_MS = 1_000;
/** Callers in line for a slot; more are refused at once. */
const MAX_WAITING = 20_000;
/** Room for the header block's first line, the message id and separators. */
const HEADER_ALLOWANCE_BYTES = 128;

/** One try waits no longer than this for its acknowledgement. */
const ATTEMPT_MS = 3_000;

interface Sending {
  readonly subject: string;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Publishes to streams, many messages in flight, each acknowledged. */
export class Publisher {
  private readonly slots: Slots;

  constructor(
    private readonly nats: Nats,
    options: { readonly maxInFlight?: number } = {},
  ) {
    this.slots = new Slots(options.maxInFlight ?? 512, MAX_WAITING);
  }

  /**
   * Resolves once the stream has acknowledged. While NATS is away nothing is sent or kept: the call waits for the
   * connection, and fails after `timeoutMs` at the latest. A message that was sent and not acknowledged in time may still
   * be stored; with the same id a second try does not double it.
   * @throws PublishError
   */
  async publish(message: OutgoingMessage): Promise<Stored> {
    const { subject } = message;
    const deadline = Date.now() + (message.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const body = 'body' in message ? message.body : Buffer.from(JSON.stringify(message.event));
    const headers = { ...traceOf(message), ...message.headers };
    try {
      await this.nats.whenConnected(deadline - Date.now());
      this.refuseTooLarge(subject, message.id, headers, body);
      if (!(await this.slots.take(deadline - Date.now()))) {
        throw new PublishError('overloaded', true, subject, 'too many messages are on their way');
      }
      try {
        const stored = await this.send({ subject, id: message.id, headers, body }, deadline);
        published.inc({ subject_kind: subjectKind(subject) });
        return { stream: stored.stream, seq: stored.seq, duplicate: stored.duplicate };
      } finally {
        this.slots.release();
      }
    } catch (error) {
      throw publishErrorOf(error, subject);
    }
  }

  /**
   * What was written to a connection that was just dying is never answered: it is sent again, under its id, for as long as
   * the caller waits.
   */
  private async send(
    { subject, id, headers, body }: Sending,
    deadline: number,
  ): Promise<{ stream: string; seq: number; duplicate: boolean }> {
    for (;;) {
      const timeout = Math.min(ATTEMPT_MS, Math.max(1, deadline - Date.now()));
      try {
        const options = { msgID: id, headers: toHeaders(headers), timeout };
        return await this.nats.jetstream.publish(subject, body, options);
      } catch (error) {
        if (!isTimeout(error) || Date.now() >= deadline) throw error;
        await this.nats.whenConnected(deadline - Date.now());
      }
    }
  }

  /** The largest message the server takes, headers included. */
  maxPayloadBytes(): number {
    return this.nats.maxPayloadBytes();
  }

  private refuseTooLarge(
    subject: string,
    id: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
  ): void {
    const bytes = body.length + headerBytes({ ...headers, id });
    const max = this.nats.maxPayloadBytes();
    if (bytes > max) {
      throw new PublishError('too-large', false, subject, `${bytes} bytes, the server takes ${max}`);
    }
  }
}

/** What headers take of the payload, rather too much than too little. */
export function headerBytes(headers: Readonly<Record<string, string>>): number {
  return Object.entries(headers).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 4,
    HEADER_ALLOWANCE_BYTES,
  );
}

function traceOf(message: OutgoingMessage): Record<string, string> {
  const traceparent = 'event' in message ? traceparentOfEvent(message.event) : undefined;
  return traceparent === undefined ? {} : { [TRACEPARENT_HEADER]: traceparent };
}

function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
}
