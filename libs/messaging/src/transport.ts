import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import type { z } from 'zod';
import { ConsumerWorker } from './consumer-worker.js';
import { DEFAULT_POLICY, type DeliveryPolicy } from './delivery-policy.js';
import { watchExhaustedDeliveries } from './exhausted-deliveries.js';
import { demandOf, type Handler } from './handler.js';
import { describeError, type Log } from './log.js';
import type { Nats } from './nats.js';
import type { Publisher } from './publisher.js';
import { reconcileDeclared, type ReconcileOptions } from './reconcile-streams.js';
import { CONSUMERS, STREAMS, type ConsumerDeclaration } from './streams.js';

/** A consumer that a service declares, and the schema its messages have to fit. */
export interface Consumes {
  readonly consumer: ConsumerDeclaration;
  readonly schema: z.ZodType;
}

export interface JetStreamTransportOptions {
  readonly nats: Nats;
  readonly publisher: Publisher;
  readonly consumes: readonly Consumes[];
  readonly log: Log;
  readonly policy?: Partial<DeliveryPolicy>;
  /** As `reconcileStreams` got them: used when a deleted stream or consumer is made again. */
  readonly reconcile?: ReconcileOptions;
}

/** A declared consumer has no handler, two of them, or a handler has a consumer the service does not declare. */
export class HandlerWiringError extends Error {
  override readonly name = 'HandlerWiringError';
}

/**
 * Nest's way to the streams: a handler is an `@EventPattern` with the name of a declared consumer; in the extras it may ask
 * for batches (`{batch: {max, waitMs, maxBytes?}}`) and for `concurrency`. It answers an `Outcome`, or one for each message
 * of a batch. When a batch handler throws, its messages are tried one by one, so that only the culprit suffers.
 *
 * Delivery is at least once: after a lost acknowledgement, a restart of the server or a consumer that was made again,
 * messages come twice, in the worst case all that the stream still holds. Handlers have to be idempotent.
 */
export class JetStreamTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('jetstream');
  private workers: ConsumerWorker[] = [];
  private unwatch: (() => void)[] = [];

  constructor(private readonly options: JetStreamTransportOptions) {
    super();
  }

  /** @throws HandlerWiringError through the callback */
  listen(callback: (error?: unknown) => void): void {
    try {
      this.workers = this.wire();
    } catch (error) {
      callback(error);
      return;
    }
    for (const worker of this.workers) worker.start();
    this.unwatch = this.options.consumes.map(({ consumer }) =>
      watchExhaustedDeliveries({ ...this.options, consumer }),
    );
    callback();
  }

  /** Pulls no more, lets running handlers finish and their acknowledgements leave. */
  async close(): Promise<void> {
    for (const stop of this.unwatch) stop();
    await Promise.all(this.workers.map((worker) => worker.stop()));
    this.workers = [];
    if (!this.options.nats.isConnected()) return;
    await this.options.nats.connection.flush().catch((error: unknown) => {
      this.options.log('warn', 'the last acknowledgements may be lost', { error: describeError(error) });
    });
  }

  on(): never {
    throw new Error('this transport emits no events; see the log and the metrics');
  }

  unwrap(): never {
    throw new Error('this transport hides nothing: use the Nats object it was given');
  }

  private wire(): ConsumerWorker[] {
    const { consumes, nats, log } = this.options;
    const events = new Map(
      [...this.messageHandlers].filter(([, handler]) => handler.isEventHandler === true),
    );
    const problems: string[] = [];
    for (const [index, { consumer }] of consumes.entries()) {
      if (consumes.findIndex((other) => other.consumer.name === consumer.name) !== index) {
        problems.push(`${consumer.name} is declared twice`);
      }
      const handler = events.get(consumer.name);
      if (handler === undefined) problems.push(`${consumer.name} has no handler`);
      else if (handler.next !== undefined) problems.push(`${consumer.name} has more than one handler`);
    }
    for (const { name } of Object.values<ConsumerDeclaration>(CONSUMERS)) {
      if (events.has(name) && !consumes.some(({ consumer }) => consumer.name === name)) {
        problems.push(`${name} has a handler, but the service does not declare to consume it`);
      }
    }
    if (problems.length > 0) throw new HandlerWiringError(problems.join('; '));
    return consumes.flatMap(({ consumer, schema }) => {
      const handler = events.get(consumer.name);
      if (handler === undefined) return [];
      return new ConsumerWorker({
        ...this.options,
        consumer,
        schema,
        handler: plainHandler(handler),
        demand: demandOf(consumer.name, handler.extras),
        policy: { ...DEFAULT_POLICY, ...this.options.policy },
        heal: async () => {
          const manager = await nats.jetstreamManager();
          await reconcileDeclared(
            manager,
            [consumer.stream, STREAMS.deadLetters],
            [consumer],
            this.options.reconcile ?? {},
          );
          log('info', 'the consumer is there', { consumer: consumer.name });
        },
      });
    });
  }
}

function plainHandler(handler: MessageHandler<unknown, unknown, unknown>): Handler {
  return (data, context) => handler(data, context);
}
