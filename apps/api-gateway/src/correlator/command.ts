import { createHash, randomUUID } from 'node:crypto';
import { commandEvent, eventOf, type Actor, type CommandAnswer, type CommandEvent } from '@gomon/contracts';
import { PublishError, type CommandSender } from '@gomon/messaging';
import { HttpProblem, traceparentOf } from '@gomon/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../access/access.guard.js';

const WAIT_MS = 1_000;
const RETRY_AFTER_S = 5;
const LONGEST_KEY = 200;

/** A command without what every command has. */
export type Body<Type extends CommandEvent['type']> = Omit<
  Extract<CommandEvent, { type: Type }>['data'],
  'actor' | 'replyTo'
>;

/** Sends what a request commands, and answers with what became of it. */
export class Commands {
  constructor(private readonly sender: CommandSender) {}

  /**
   * The answer of a command that changed something; 202 with its id when none came within a second (it will be done).
   * @throws HttpProblem 404, 409 with the present state, 503
   */
  async send<Type extends CommandEvent['type']>(
    type: Type,
    body: Body<Type>,
    request: FastifyRequest,
    reply: FastifyReply,
    shown: (answer: CommandAnswer) => unknown,
  ): Promise<unknown> {
    const { name } = callerOf(request);
    const actor: Actor = { kind: 'api', id: name };
    const id = commandId(name, type, request);
    const context = {
      id,
      source: 'gomon/api-gateway',
      time: new Date(),
      traceparent: traceparentOf(request.headers),
    };
    const command = commandEvent.parse(eventOf(type, { ...body, actor }, context));
    const answer = await this.answerTo(command);
    if (answer === undefined) {
      reply.status(202);
      return { commandId: id };
    }
    if (answer.outcome === 'done') return shown(answer);
    const status = answer.outcome === 'not-found' ? 404 : 409;
    throw new HttpProblem(status, status === 404 ? 'Not found' : 'Nothing was done', {
      detail: answer.message,
      extensions: { commandId: id, ...(status === 409 ? { present: shown(answer) } : {}) },
    });
  }

  private async answerTo(command: CommandEvent): Promise<CommandAnswer | undefined> {
    try {
      return (await this.sender.send(command, { waitMs: WAIT_MS })).answer;
    } catch (error) {
      if (!(error instanceof PublishError)) throw error;
      throw new HttpProblem(503, 'The command could not be stored', {
        detail: 'Nothing was done: send it again.',
        retryAfterS: RETRY_AFTER_S,
      });
    }
  }
}

/** With an `Idempotency-Key` the same request is the same command, however often it is sent. */
function commandId(name: string, type: string, request: FastifyRequest): string {
  const key = idempotencyKey(request);
  if (key === undefined) return randomUUID();
  return `api.${hash([name, type, request.url, key])}`;
}

/** @throws HttpProblem 400 */
export function idempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key !== '' && key.length <= LONGEST_KEY) return key;
  throw new HttpProblem(400, 'The request does not fit', {
    errors: [{ field: 'Idempotency-Key', message: `must have 1 to ${LONGEST_KEY} characters` }],
  });
}

export function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
