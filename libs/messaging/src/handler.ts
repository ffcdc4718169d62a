import { BaseRpcContext } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { z } from 'zod';
import type { Delivery } from './delivery.js';
import { isOutcome, type Outcome } from './outcome.js';

/** What a handler asks for in the extras of its `@EventPattern`. */
const extrasSchema = z.object({
  /** A handler of batches: up to `max` messages, or those that came within `waitMs` after the first. */
  batch: z
    .object({
      max: z.number().int().positive(),
      waitMs: z.number().nonnegative(),
      maxBytes: z.number().positive().optional(),
    })
    .optional(),
  /** How many handlers run at once. Default 1. */
  concurrency: z.number().int().positive().optional(),
});

export interface Demand {
  readonly isBatch: boolean;
  readonly max: number;
  readonly waitMs: number;
  readonly maxBytes: number;
  readonly concurrency: number;
}

/** @throws Error naming the consumer when the extras are none */
export function demandOf(consumer: string, extras: unknown): Demand {
  const parsed = extrasSchema.safeParse(extras ?? {});
  if (!parsed.success) {
    throw new Error(
      `the handler of ${consumer} asks for something impossible: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { batch, concurrency } = parsed.data;
  return {
    isBatch: batch !== undefined,
    max: batch?.max ?? 1,
    waitMs: batch?.waitMs ?? 0,
    maxBytes: batch?.maxBytes ?? Infinity,
    concurrency: concurrency ?? 1,
  };
}

/** The context of a handler (`@Ctx()`). */
export class JetStreamContext extends BaseRpcContext<[AbortSignal]> {
  /** Aborted when the handler's time is up: what it answers afterwards is not heard. */
  get signal(): AbortSignal {
    return this.args[0];
  }
}

export type Handler = (data: unknown, context: JetStreamContext) => Promise<unknown>;

/** The handler did not answer in time. */
export class HandlerTimeoutError extends Error {
  override readonly name = 'HandlerTimeoutError';
  constructor(timeoutMs: number) {
    super(`the handler gave no answer within ${timeoutMs / 1000} s`);
  }
}

/** An outcome for each delivery. @throws what the handler threw; HandlerTimeoutError; TypeError when it answered nonsense */
export async function runHandler(
  handler: Handler,
  deliveries: readonly Delivery<unknown>[],
  options: { readonly isBatch: boolean; readonly timeoutMs: number },
): Promise<Outcome[]> {
  const timeUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      timeUp.abort();
      reject(new HandlerTimeoutError(options.timeoutMs));
    }, options.timeoutMs);
  });
  try {
    const data = options.isBatch ? deliveries : deliveries[0];
    return outcomesOf(
      await Promise.race([answerOf(handler, data, new JetStreamContext([timeUp.signal])), timeout]),
      deliveries.length,
    );
  } finally {
    clearTimeout(timer);
  }
}

async function answerOf(handler: Handler, data: unknown, context: JetStreamContext): Promise<unknown> {
  const answer = await handler(data, context);
  return isObservable(answer) ? lastValueFrom(answer, { defaultValue: undefined }) : answer;
}

function outcomesOf(answer: unknown, count: number): Outcome[] {
  if (isOutcome(answer)) return Array.from({ length: count }, () => answer);
  if (Array.isArray(answer) && answer.length === count) {
    const outcomes: unknown[] = answer;
    if (outcomes.every(isOutcome)) return outcomes;
  }
  throw new TypeError(`the handler answered neither an outcome nor one for each of ${count} messages`);
}
