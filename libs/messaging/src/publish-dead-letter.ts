import { deadLetterEvent, eventOf, subjects, type DeadLetter, type DeadLetterEvent } from '@gomon/contracts';
import { jsonBytes, packPayload } from './dead-letter-payload.js';
import { dead } from './metrics.js';
import { headerBytes, type Publisher } from './publisher.js';
import { STREAMS } from './streams.js';

/** What is known about a message that could not be handled. */
export interface UnhandledMessage {
  /** Of the event and of the message: one and the same for our own retries. */
  readonly id: string;
  /** The service that gives up, e.g. `gomon/ingest`. */
  readonly source: string;
  readonly time: Date;
  readonly reason: string;
  readonly origin: DeadLetter['origin'];
  /** The original subject. */
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly traceparent?: string | undefined;
}

/** Stores a dead letter; a body that does not fit is cut. @throws PublishError */
export async function publishDeadLetter(publisher: Publisher, message: UnhandledMessage): Promise<void> {
  const stream = message.origin.kind === 'message' ? message.origin.stream : STREAMS.observations.name;
  const event = deadLetterOf(message, publisher.maxPayloadBytes());
  await publisher.publish({ subject: subjects.deadLetter(stream), id: message.id, event, timeoutMs: 5_000 });
  dead.inc({ stream });
}

const REASON_LENGTH = 2_000;
const HEADER_LENGTH = 1_000;
const HEADERS = 50;
const SMALLEST_ROOM_BYTES = 64;

/** The event of a dead letter; all of it together with its own headers is smaller than `maxPayloadBytes`. */
export function deadLetterOf(message: UnhandledMessage, maxPayloadBytes: number): DeadLetterEvent {
  const headers = Object.fromEntries(
    Object.entries(message.headers)
      .slice(0, HEADERS)
      .map(([name, value]) => [cut(name, HEADER_LENGTH), cut(value, HEADER_LENGTH)]),
  );
  const letter = (payload: DeadLetter['payload'], kept: Record<string, string>): DeadLetterEvent =>
    deadLetterEvent.parse(
      eventOf(
        'gomon.dead.v1',
        {
          reason: cut(message.reason, REASON_LENGTH),
          origin: message.origin,
          subject: message.subject,
          headers: kept,
          payload,
        },
        {
          id: message.id,
          source: message.source,
          time: message.time,
          subject: message.subject,
          traceparent: message.traceparent,
        },
      ),
    );
  const ownHeaders = headerBytes({ id: message.id, traceparent: message.traceparent ?? '' });
  const roomBeside = (kept: Record<string, string>) => {
    const empty = letter({ ...packPayload(message.body, 0), text: '' }, kept);
    return maxPayloadBytes - ownHeaders - Buffer.byteLength(JSON.stringify(empty)) + jsonBytes('');
  };
  const kept = roomBeside(headers) < SMALLEST_ROOM_BYTES ? {} : headers;
  return letter(packPayload(message.body, roomBeside(kept)), kept);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}
