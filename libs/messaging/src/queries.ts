import type { Msg } from '@nats-io/transport-node';
import type { ClientProxy, Deserializer, IncomingResponse } from '@nestjs/microservices';
import { firstValueFrom, timeout, TimeoutError } from 'rxjs';
import { z } from 'zod';
import { connectionOptions, type NatsAddress } from './connection-options.js';
import { describeError } from './log.js';

/** A query as the contracts declare it. */
export interface Query<Question extends z.ZodType, Answer extends z.ZodType> {
  readonly subject: string;
  readonly query: Question;
  readonly answer: Answer;
}

/**
 * - nobody-there: not connected, or nobody listens (or somebody answered with nothing).
 * - no-answer: none in time.
 * - bad-answer: somebody answered something that is no answer to this.
 * - failed: whoever answers queries could not answer this one.
 */
export type QueryFailure = 'nobody-there' | 'no-answer' | 'bad-answer' | 'failed';

export class QueryError extends Error {
  override readonly name = 'QueryError';
  constructor(
    readonly reason: QueryFailure,
    readonly subject: string,
    detail: string,
    cause?: unknown,
  ) {
    super(`${subject} was not answered (${reason}): ${detail}`, cause === undefined ? {} : { cause });
  }
}

/** A reply that is no packet of Nest: text, an array, foreign JSON. */
class ForeignReplyError extends Error {
  override readonly name = 'ForeignReplyError';
}

/** The only keys of a packet of Nest. */
const PACKET_KEYS = new Set(['id', 'err', 'response', 'isDisposed', 'status']);

function isPacket(value: unknown): value is IncomingResponse {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.every((key) => PACKET_KEYS.has(key)) && keys.some((key) => key !== 'id' && key !== 'status');
}

/**
 * Reads the replies to Nest's NATS client. It never throws: Nest reads replies inside a callback, where an exception ends the
 * process. What is no reply becomes the error of that one request.
 */
export class SafeReplyDeserializer implements Deserializer<Msg, IncomingResponse> {
  deserialize(message: Msg): IncomingResponse {
    try {
      const reply: unknown = message.json();
      return isPacket(reply) ? reply : foreign(`no packet: ${message.string()}`);
    } catch (error) {
      return foreign(describeError(error));
    }
  }
}

function foreign(why: string): IncomingResponse {
  return { id: '', err: new ForeignReplyError(why.slice(0, 200)), isDisposed: true };
}

/** Options of Nest's NATS client (`new ClientNats(…)`, `Transport.NATS`) for queries. It reconnects for ever. */
export function queryClientOptions(address: NatsAddress) {
  return { ...connectionOptions(address), deserializer: new SafeReplyDeserializer() };
}

/** Options of Nest's NATS server for answering queries; the replicas of a service share them by its name. */
export function queryServerOptions(address: NatsAddress) {
  return { ...connectionOptions(address), waitOnFirstConnect: true, queue: address.name };
}

/** Asks and waits for the answer, which fits its schema. @throws QueryError, after `timeoutMs` at the latest */
export async function sendQuery<Question extends z.ZodType, Answer extends z.ZodType>(
  client: Pick<ClientProxy, 'send'>,
  query: Query<Question, Answer>,
  question: z.input<Question>,
  options: { readonly timeoutMs: number },
): Promise<z.output<Answer>> {
  let reply: unknown;
  try {
    reply = await firstValueFrom(
      client.send<unknown>(query.subject, question ?? {}).pipe(timeout(options.timeoutMs)),
      { defaultValue: undefined },
    );
  } catch (error) {
    throw queryErrorOf(query.subject, error, options.timeoutMs);
  }
  const answer = query.answer.safeParse(reply);
  if (answer.success) return answer.data;
  throw new QueryError('bad-answer', query.subject, z.prettifyError(answer.error).slice(0, 300));
}

function queryErrorOf(subject: string, error: unknown, timeoutMs: number): QueryError {
  if (error instanceof TimeoutError) {
    return new QueryError('no-answer', subject, `none within ${timeoutMs} ms`, error);
  }
  const detail = describeError(error);
  if (error instanceof ForeignReplyError) return new QueryError('bad-answer', subject, detail, error);
  // An error packet of the other side is a plain object or text; what Nest's client throws by itself (an empty reply, which
  // is also how the server says that nobody listens; no connection) is an Error.
  if (error instanceof Error || detail.startsWith('Error: Connection lost')) {
    return new QueryError('nobody-there', subject, detail, error);
  }
  return new QueryError('failed', subject, detail, error);
}
