import { OBSERVATIONS_HEADER, REPORTS_HEADER } from '@gomon/contracts';
import type { JsMsg, StoredMsg } from '@nats-io/jetstream';
import type { Delivery } from './delivery.js';
import { fromHeaders, TRACEPARENT_HEADER } from './headers.js';
import type { UnhandledMessage } from './publish-dead-letter.js';

/**
 * A delivered message as a dead letter, or one event of a message with several (`place`). `service` is who gives it up,
 * `body` what is kept of it.
 */
export function deadLetterOfMessage(
  message: JsMsg,
  about: {
    readonly reason: string;
    readonly service: string;
    readonly body: Uint8Array;
    readonly place?: NonNullable<Delivery<unknown>['place']>;
  },
): UnhandledMessage {
  const { stream, consumer, deliveryCount } = message.info;
  const headers = fromHeaders(message.headers);
  const letter = deadLetter({ message, headers, stream, consumer, attempts: deliveryCount, ...about });
  const { place, body } = about;
  if (place === undefined || letter.origin.kind !== 'message') return letter;
  return {
    ...letter,
    id: `${letter.id}.${place.index}`,
    origin: { ...letter.origin, place },
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !COUNTS.has(name))),
    body,
  };
}

/** They count what is in the whole message. */
const COUNTS = new Set<string>([OBSERVATIONS_HEADER, REPORTS_HEADER]);

/** A message that only its stream still has, as a dead letter. */
export function deadLetterOfStored(
  message: StoredMsg,
  about: { stream: string; consumer: string; attempts: number; reason: string; service: string },
): UnhandledMessage {
  return deadLetter({ message, headers: fromHeaders(message.header), ...about });
}

function deadLetter(about: {
  message: { readonly subject: string; readonly seq: number; readonly data: Uint8Array; readonly time: Date };
  headers: Record<string, string>;
  stream: string;
  consumer: string;
  attempts: number;
  reason: string;
  service: string;
}): UnhandledMessage {
  const { message, headers, stream, consumer } = about;
  return {
    // The time too: a stream that was deleted and made again starts its sequences anew.
    id: `dead.${stream}.${consumer}.${message.seq}.${message.time.getTime()}`,
    source: `gomon/${about.service}`,
    time: new Date(),
    reason: about.reason,
    origin: {
      kind: 'message',
      stream,
      seq: message.seq,
      consumer,
      attempts: about.attempts,
      publishedAt: message.time.toISOString(),
    },
    subject: message.subject,
    headers,
    body: message.data,
    traceparent: headers[TRACEPARENT_HEADER],
  };
}
