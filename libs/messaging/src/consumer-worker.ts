import { setImmediate } from 'node:timers/promises';
import type { JsMsg } from '@nats-io/jetstream';
import type { z } from 'zod';
import { Attempts } from './attempts.js';
import { backoffMs, jittered } from './backoff.js';
import { deadLetterOfMessage } from './dead-letter-of-message.js';
import type { Delivery } from './delivery.js';
import type { DeliveryPolicy } from './delivery-policy.js';
import { runHandler, type Demand, type Handler } from './handler.js';
import { HeldQueue } from './held-queue.js';
import { Intake } from './intake.js';
import { describeError, type Log } from './log.js';
import { consumed, handlerSeconds, lag, redelivered } from './metrics.js';
import type { Nats } from './nats.js';
import type { Outcome } from './outcome.js';
import { keyOf, Parcel, PartsDone } from './parcel.js';
import { parseDeliveries } from './parse-delivery.js';
import { publishDeadLetter } from './publish-dead-letter.js';
import type { Publisher } from './publisher.js';
import { DEFAULT_ACK_WAIT_MS, type ConsumerDeclaration } from './streams.js';
import { Unfinished } from './unfinished.js';

/** The place of an event in its message. */
interface Part {
  readonly parcel: Parcel;
  readonly part: number;
  /** Tells it from all other events, over all its deliveries. */
  readonly key: string;
}

interface Held extends Part {
  readonly delivery: Delivery<unknown>;
}

/** Handlers of messages that failed before run beside the others, at most so many. */
const SUSPECTS_AT_ONCE = 4;
/**
 * Messages of a pull. The one that stands while nothing comes was sized by what came last; when a storm begins, the next ones
 * may be a thousand times as large, and all that a pull asked for is read before anything else is done, urgent or not.
 */
const MOST_AT_ONCE = 8;
const LAG_INTERVAL_MS = 10_000;

/**
 * Brings the messages of one durable consumer to their handler and settles each: acknowledged, delivered again later, or a
 * dead letter. A message that failed is tried alone and out of the way of the others. The events of a message with several
 * are handled like messages of their own; it comes again as a whole, for those that have to come again.
 */
export class ConsumerWorker {
  private readonly fresh = new HeldQueue<Held>(bytesOf);
  private readonly suspects = new HeldQueue<Held>(bytesOf);
  private readonly attempts = new Attempts();
  private readonly unfinished: Unfinished;
  /** Everything delivered and not settled: kept from being delivered again while it waits or is handled. */
  private readonly held = new Set<Parcel>();
  private readonly partsDone = new PartsDone();
  /** Of the newest message: what the next ones may be like. The first ones may be large. */
  private expected = { events: 1, bytes: 16_384 };
  private readonly running = new Set<Promise<void>>();
  private readonly intake: Intake;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly stopping = new AbortController();
  private readonly stopped = once(this.stopping.signal);
  private finished: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: {
      readonly nats: Nats;
      readonly publisher: Publisher;
      readonly consumer: ConsumerDeclaration;
      readonly schema: z.ZodType;
      readonly handler: Handler;
      readonly demand: Demand;
      readonly policy: DeliveryPolicy;
      readonly heal: () => Promise<void>;
      readonly log: Log;
    },
  ) {
    const { nats, consumer, demand, heal, log } = options;
    this.unfinished = new Unfinished(nats);
    const capacity = demand.max * demand.concurrency;
    // The next batch is there when one is done; what waits longer is better off in its stream.
    const maxBytes = demand.maxBytes * demand.concurrency;
    this.intake = new Intake({
      nats,
      consumer,
      room: async () => {
        await this.fresh.whenRoom(capacity, maxBytes);
        const { events, bytes } = this.expected;
        const byCount = (capacity - this.fresh.length) / events;
        const byBytes = (maxBytes - this.fresh.bytes) / bytes;
        return Math.max(1, Math.floor(Math.min(byCount, byBytes, MOST_AT_ONCE)));
      },
      onMessage: (message) => {
        this.receive(message);
      },
      heal,
      log,
    });
  }

  start(): void {
    const { consumer, demand } = this.options;
    const ackWaitMs = consumer.ackWaitMs ?? DEFAULT_ACK_WAIT_MS;
    this.timers.push(
      setInterval(() => {
        for (const { message } of this.held) message.working();
      }, ackWaitMs / 3),
      setInterval(() => void this.measureLag(), LAG_INTERVAL_MS),
    );
    this.finished = Promise.all([
      this.intake.run(),
      this.dispatch(this.fresh, demand),
      this.dispatch(this.suspects, { ...demand, max: 1, waitMs: 0, concurrency: SUSPECTS_AT_ONCE }),
    ]);
  }

  /** Pulls no more, gives back what no handler has begun, and lets the others finish for a while. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.intake.stop();
    this.fresh.end();
    this.suspects.end();
    for (const held of this.waiting()) this.release(held, 0);
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.options.policy.stopTimeoutMs);
    });
    await Promise.race([Promise.all([this.finished, this.settled()]), timeUp]);
    clearTimeout(timer);
    for (const interval of this.timers) clearInterval(interval);
    for (const { message } of this.held) message.nak(0);
    this.held.clear();
  }

  private async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private receive(message: JsMsg): void {
    const { consumer, schema } = this.options;
    if (message.redelivered) redelivered.inc({ consumer: consumer.name });
    if (this.stopping.signal.aborted || this.intake.pausedForMs() > 0) {
      message.nak(Math.max(0, this.intake.pausedForMs()));
      return;
    }
    const parsed = parseDeliveries(message, schema);
    this.expected = { events: parsed.length, bytes: Math.max(1, message.data.length) };
    const parcel = new Parcel(message, parsed.length, this.partsDone);
    this.held.add(parcel);
    for (const [part, one] of parsed.entries()) {
      if (!parcel.isOpen(part)) continue;
      const key = parsed.length === 1 ? keyOf(message) : `${keyOf(message)}.${part}`;
      if (one.ok) {
        this.queue({ parcel, part, key, delivery: one.delivery });
      } else {
        this.count('invalid');
        this.track(this.bury({ parcel, part, key }, one.reason, one.body));
      }
    }
  }

  private queue(held: Held): void {
    const isSuspect = this.attempts.failuresOf(held.key) > 0 || this.mayBeDeadly(held);
    (isSuspect ? this.suspects : this.fresh).push(held);
  }

  private async dispatch(queue: HeldQueue<Held>, demand: Demand): Promise<void> {
    let handling = 0;
    let freed = () => {};
    while (await queue.whenFilled()) {
      if (handling >= demand.concurrency) {
        await Promise.race([new Promise<void>((resolve) => (freed = resolve)), this.stopped]);
        continue;
      }
      if (queue.length < demand.max) {
        // What came in the same packet belongs to the same batch.
        if (demand.waitMs > 0) await queue.whenCount(demand.max, demand.waitMs);
        else await setImmediate();
      }
      const batch = queue.take(demand.max, demand.maxBytes);
      if (batch.length === 0) continue;
      handling += 1;
      const handled = this.handle(batch).finally(() => {
        handling -= 1;
        freed();
      });
      this.track(handled);
    }
  }

  private async handle(batch: readonly Held[]): Promise<void> {
    const { consumer, handler, demand, policy, log } = this.options;
    const [first] = batch;
    if (first === undefined) return;
    const isNoted = this.mayBeDeadly(first);
    if (isNoted && !(await this.noteBegun(first))) return;
    const stopTimer = handlerSeconds.startTimer({ consumer: consumer.name });
    try {
      const outcomes = await runHandler(
        handler,
        batch.map(({ delivery }) => delivery),
        { isBatch: demand.isBatch, timeoutMs: policy.handlerTimeoutMs },
      );
      stopTimer();
      await Promise.all(batch.map((held, index) => this.settle(held, outcomes[index])));
    } catch (error) {
      stopTimer();
      log('error', 'a handler failed', {
        consumer: consumer.name,
        seqs: batch.map(({ delivery }) => delivery.seq),
        error: describeError(error),
      });
      if (batch.length > 1 && !this.stopping.signal.aborted) {
        for (const held of batch) this.suspects.push(held);
      } else {
        await Promise.all(batch.map((held) => this.fail(held, error)));
      }
    }
    if (isNoted) await this.unfinished.finish(this.noteOf(first)).catch(() => undefined);
  }

  private async settle(held: Held, outcome: Outcome | undefined): Promise<void> {
    if (outcome === undefined) return;
    this.count(outcome.kind);
    if (outcome.kind === 'done') {
      this.finish(held);
    } else if (outcome.kind === 'never') {
      await this.bury(held, outcome.reason, bodyOf(held));
    } else {
      this.attempts.deferred(held.key);
      if (outcome.pauseMs !== undefined) this.pause(outcome.pauseMs, outcome.reason);
      this.release(held, jittered(outcome.afterMs, Math.random()));
    }
  }

  private async fail(held: Held, error: unknown): Promise<void> {
    const { policy } = this.options;
    this.count('failed');
    const failures = this.attempts.failed(held.key);
    if (failures < policy.maxFailures) {
      this.release(held, backoffMs(failures, Math.random(), policy.retry));
    } else {
      const reason = `its handler failed ${failures} times: ${describeError(error)}`;
      await this.bury(held, reason, bodyOf(held));
    }
  }

  /** Acknowledged only after the dead letter is stored; until then it is delivered again. */
  private async bury(event: Part, reason: string, body: Uint8Array): Promise<void> {
    const { consumer, log, policy, publisher, nats } = this.options;
    const { parcel, part } = event;
    const { message } = parcel;
    const context = { consumer: consumer.name, seq: message.seq };
    try {
      const place = parcel.size === 1 ? {} : { place: { index: part, of: parcel.size } };
      const about = { reason, service: nats.name, body, ...place };
      await publishDeadLetter(publisher, deadLetterOfMessage(message, about));
      this.finish(event);
      log('warn', 'a message went to the dead letters', { ...context, reason });
    } catch (error) {
      log('error', 'a dead letter could not be stored; trying again', {
        ...context,
        error: describeError(error),
      });
      this.release(event, backoffMs(message.info.deliveryCount, Math.random(), policy.retry));
    }
  }

  /** Delivered very often, and nothing in this process has ever come of it: the process may be dying of it. */
  private mayBeDeadly({ delivery, key }: Held): boolean {
    return delivery.attempt > this.options.policy.maxUnfinished && !this.attempts.isKnown(key);
  }

  /** False: it was begun too often, and is in the dead letters now. */
  private async noteBegun(held: Held): Promise<boolean> {
    try {
      if (await this.unfinished.begin(this.noteOf(held))) return true;
    } catch (error) {
      this.options.log('warn', 'unfinished deliveries cannot be noted', { error: describeError(error) });
      return true;
    }
    const reason = `delivered ${held.delivery.attempt} times, and no handler ever finished`;
    await this.bury(held, reason, bodyOf(held));
    return false;
  }

  private noteOf(held: Held): string {
    const { consumer } = this.options;
    return `${consumer.stream.name}.${consumer.name}.${held.key}`;
  }

  private pause(ms: number, reason: string): void {
    if (this.intake.pausedForMs() <= 0) {
      this.options.log('warn', 'a consumer pauses', { consumer: this.options.consumer.name, ms, reason });
    }
    this.intake.pause(ms);
    for (const held of this.waiting()) this.release(held, ms);
  }

  private waiting(): Held[] {
    return [...this.fresh.takeAll(), ...this.suspects.takeAll()];
  }

  /** Nothing is left to do for it. */
  private finish({ parcel, part, key }: Part): void {
    this.attempts.forget(key);
    if (parcel.done(part)) this.held.delete(parcel);
  }

  private release({ parcel, part }: Part, afterMs: number): void {
    if (parcel.again(part, afterMs)) this.held.delete(parcel);
  }

  private count(outcome: string): void {
    consumed.inc({ consumer: this.options.consumer.name, outcome });
  }

  private track(work: Promise<void>): void {
    const guarded = work.catch((error: unknown) => {
      this.options.log('error', 'a message could not be settled; it will be delivered again', {
        consumer: this.options.consumer.name,
        error: describeError(error),
      });
    });
    const tracked = guarded.finally(() => this.running.delete(tracked));
    this.running.add(tracked);
  }

  private async measureLag(): Promise<void> {
    const { nats, consumer } = this.options;
    try {
      const manager = await nats.jetstreamManager();
      const info = await manager.consumers.info(consumer.stream.name, consumer.name);
      lag.set({ consumer: consumer.name }, info.num_pending + info.num_ack_pending);
    } catch {
      // It is measured again soon; the connection and the intake say what is wrong.
    }
  }
}

function bytesOf({ parcel }: Held): number {
  return parcel.message.data.length / parcel.size;
}

/** The event as it would stand in a message of its own. */
function bodyOf({ parcel, delivery }: Held): Uint8Array {
  return parcel.size === 1 ? parcel.message.data : Buffer.from(JSON.stringify(delivery.event));
}

function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
