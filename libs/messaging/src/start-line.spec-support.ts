import { Controller, type INestMicroservice } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { NestFactory } from '@nestjs/core';
import { startNatsServer, type NatsServer, type NatsServerOptions } from '@gomon/testing';
import { z } from 'zod';
import type { Delivery } from './delivery.js';
import { HandlerErrorFilter } from './handler-error-filter.js';
import type { JetStreamContext } from './handler.js';
import type { Log } from './log.js';
import { Nats } from './nats.js';
import type { Outcome } from './outcome.js';
import { Publisher } from './publisher.js';
import { reconcileStreams } from './reconcile-streams.js';
import type { ConsumerDeclaration } from './streams.js';
import { JetStreamTransport, type JetStreamTransportOptions } from './transport.js';

/** The events of these specs: small, and easy to make wrong. */
export const noteSchema = z.object({ note: z.string(), traceparent: z.string().optional() });
export type Note = z.infer<typeof noteSchema>;

export type NoteHandler = (data: Delivery<Note>, context: JetStreamContext) => Promise<Outcome>;
export type NotesHandler = (
  data: readonly Delivery<Note>[],
  context: JetStreamContext,
) => Promise<Outcome | Outcome[]>;

/** Everything that was logged, for when a spec fails. */
export function recordingLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    log: (level, message, context) => {
      lines.push(`${level} ${message} ${JSON.stringify(context ?? {})}`);
    },
  };
}

export interface Line {
  readonly server: NatsServer;
  readonly nats: Nats;
  readonly publisher: Publisher;
  readonly logged: readonly string[];
  /** Runs a service with one handler of single messages. It is closed with the line. */
  serve(
    consumer: ConsumerDeclaration,
    handler: NoteHandler,
    extras?: object,
    options?: Partial<JetStreamTransportOptions>,
  ): Promise<INestMicroservice>;
  /** The same with a handler of batches. */
  serveBatches(
    consumer: ConsumerDeclaration,
    handler: NotesHandler,
    extras: object,
    options?: Partial<JetStreamTransportOptions>,
  ): Promise<INestMicroservice>;
  close(): Promise<void>;
}

/** A server with all streams, a connection and a publisher. */
export async function startLine(
  serverOptions: NatsServerOptions = {},
  urlOf = (url: string) => url,
): Promise<Line> {
  const server = await startNatsServer(serverOptions);
  const { log, lines } = recordingLog();
  const nats = await Nats.connect({ url: urlOf(server.url), name: 'spec', log });
  await reconcileStreams(nats);
  const publisher = new Publisher(nats);
  const services: INestMicroservice[] = [];
  const run = async (
    consumer: ConsumerDeclaration,
    controller: new () => object,
    options: Partial<JetStreamTransportOptions>,
  ) => {
    const strategy = new JetStreamTransport({
      nats,
      publisher,
      consumes: [{ consumer, schema: noteSchema }],
      log,
      ...options,
    });
    const service = await NestFactory.createMicroservice(
      { module: class SpecModule {}, controllers: [controller] },
      { strategy, logger: false },
    );
    service.useGlobalFilters(new HandlerErrorFilter());
    await service.listen();
    services.push(service);
    return service;
  };
  return {
    server,
    nats,
    publisher,
    logged: lines,
    serve: (consumer, handler, extras = {}, options = {}) =>
      run(consumer, controllerOf(consumer.name, handler, extras), options),
    serveBatches: (consumer, handler, extras, options = {}) =>
      run(consumer, controllerOf(consumer.name, handler, extras), options),
    close: async () => {
      for (const service of services) await service.close();
      await nats.drain();
      await server.stop();
    },
  };
}

/** A Nest controller whose only handler is the given function. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the handler's data is what its spec says
export function controllerOf<Data>(
  pattern: string,
  handler: (data: Data, context: JetStreamContext) => Promise<Outcome | Outcome[]>,
  extras: object,
): new () => object {
  @Controller()
  class SpecController {
    @EventPattern<string>(pattern, extras)
    handle(@Payload() data: Data, @Ctx() context: JetStreamContext): Promise<Outcome | Outcome[]> {
      return handler(data, context);
    }
  }
  return SpecController;
}

/** Collects what happens, and lets a spec wait for the n-th of it. */
export class Seen<T> {
  readonly all: T[] = [];
  private readonly waiting = new Set<() => void>();

  add(item: T): void {
    this.all.push(item);
    for (const check of this.waiting) check();
  }

  /** Resolves as soon as `condition` holds for all that was seen; checked with each further item. */
  async until(condition: (all: readonly T[]) => boolean, withinMs = 30_000): Promise<readonly T[]> {
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!condition(this.all)) return;
        clearTimeout(timer);
        this.waiting.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(check);
        reject(new Error(`never came true; seen so far: ${JSON.stringify(this.all)}`));
      }, withinMs);
      this.waiting.add(check);
      check();
    });
    return this.all;
  }

  count(count: number): Promise<readonly T[]> {
    return this.until((all) => all.length >= count);
  }
}

/** Resolves as soon as `question` answers with true: for what the server alone knows and tells nobody. */
export async function eventually(
  question: () => boolean | Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await question())) {
    if (Date.now() > deadline) throw new Error(`never came true: ${question.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Publishes notes on a subject, `note` being also the message id. */
export function publishNotes(line: Line, subject: string, notes: readonly string[]): Promise<unknown> {
  return Promise.all(
    notes.map((note) => line.publisher.publish({ subject, id: note, event: { note }, timeoutMs: 10_000 })),
  );
}
