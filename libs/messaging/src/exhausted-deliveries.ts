import { z } from 'zod';
import { deadLetterOfStored } from './dead-letter-of-message.js';
import { describeError, type Log } from './log.js';
import type { Nats } from './nats.js';
import { publishDeadLetter } from './publish-dead-letter.js';
import type { Publisher } from './publisher.js';
import type { ConsumerDeclaration } from './streams.js';

/** What the server says when a message has used up the deliveries of its consumer (type `io.nats.jetstream.advisory.v1.max_deliver`). */
const advisory = z.object({
  stream: z.string(),
  consumer: z.string(),
  stream_seq: z.number().int(),
  deliveries: z.number().int(),
});

/**
 * Our consumers have no limit of deliveries, but somebody may set one by hand: the server then drops messages without a word
 * to any handler. This listens to its advisories and makes dead letters of those messages. Returns how to stop.
 */
export function watchExhaustedDeliveries(options: {
  readonly nats: Nats;
  readonly publisher: Publisher;
  readonly consumer: ConsumerDeclaration;
  readonly log: Log;
}): () => void {
  const { nats, publisher, consumer, log } = options;
  const subject = `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${consumer.stream.name}.${consumer.name}`;

  async function bury(text: string): Promise<void> {
    const { stream, stream_seq: seq, deliveries } = advisory.parse(JSON.parse(text));
    const manager = await nats.jetstreamManager();
    const message = await manager.streams.getMessage(stream, { seq });
    if (message === null) return;
    const reason = `its ${deliveries} deliveries were used up, which is the limit set on the consumer`;
    await publishDeadLetter(
      publisher,
      deadLetterOfStored(message, {
        stream,
        consumer: consumer.name,
        attempts: deliveries,
        reason,
        service: nats.name,
      }),
    );
    log('warn', 'a message went to the dead letters', { consumer: consumer.name, seq, reason });
  }

  return nats.onConnection((connection) => {
    connection.subscribe(subject, {
      queue: consumer.name,
      callback: (error, message) => {
        if (error !== null) {
          log('error', 'the advisories of a consumer cannot be read', {
            subject,
            error: describeError(error),
          });
          return;
        }
        bury(message.string()).catch((cause: unknown) => {
          log('error', 'a message ran out of deliveries and is not in the dead letters', {
            advisory: message.string(),
            error: describeError(cause),
          });
        });
      },
    });
  });
}
