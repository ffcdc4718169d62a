import { commandEvent, eventOf, type Actor, type CommandAnswer, type CommandEvent } from '@gomon/contracts';
import { PublishError, type CommandSender } from '@gomon/messaging';
import { HttpProblem, traceparentOf } from '@gomon/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../access/access.guard.js';
import { idOfRequest } from '../http/idempotency.js';

const WAIT_MS = 1_000;
const RETRY_AFTER_S = 5;

/** A command without what every command has. */
type Body<Type extends CommandEvent['type']> = Omit<
  Extract<CommandEvent, { type: Type }>['data'],
  'actor' | 'replyTo'
>;

/** Sends what a request commands, and answers with what became of it. */
export class Commands {
  constructor(private readonly sender: CommandSender) {}

  /**
   * What the command changed, as `shown` says; 202 with its id when no answer came within a second (it will be done).
   * @throws HttpProblem 400, 403, 404, 409 with the present state, 422, 503
   */
  async send<Type extends CommandEvent['type']>(
    type: Type,
    body: Body<Type>,
    request: FastifyRequest,
    reply: FastifyReply,
    shown: (answer: CommandAnswer) => unknown,
  ): Promise<unknown> {
    const { name, role } = callerOf(request);
    const actor: Actor = { kind: 'api', id: name, ...(role === undefined ? {} : { role }) };
    const command = commandEvent.parse(
      eventOf(
        type,
        { ...body, actor },
        {
          id: idOfRequest(request, name),
          source: 'gomon/api-gateway',
          time: new Date(),
          traceparent: traceparentOf(request.headers),
        },
      ),
    );
    const answer = await this.answerTo(command);
    const present = answer === undefined ? undefined : shown(answer);
    if (answer?.outcome === 'forbidden') throw new HttpProblem(403, 'Forbidden', { detail: answer.message });
    if (answer?.outcome === 'not-found') throw new HttpProblem(404, 'Not found', { detail: answer.message });
    if (answer?.outcome === 'refused') throw refused(answer.message);
    if (answer?.outcome === 'without-effect') {
      throw new HttpProblem(409, 'Nothing was done', {
        detail: answer.message,
        extensions: { commandId: command.id, ...(present === undefined ? {} : { present }) },
      });
    }
    if (present !== undefined) return present;
    reply.status(202);
    return { commandId: command.id };
  }

  private async answerTo(command: CommandEvent): Promise<CommandAnswer | undefined> {
    try {
      return (await this.sender.send(command, { waitMs: WAIT_MS })).answer;
    } catch (error) {
      if (!(error instanceof PublishError)) throw error;
      throw new HttpProblem(503, 'The command could not be stored', {
        detail: 'Send it again, with the same Idempotency-Key if it has one: it may have been stored.',
        retryAfterS: RETRY_AFTER_S,
      });
    }
  }
}

/** `field: what is wrong with it`. */
function refused(message: string): HttpProblem {
  const [, field = '', fault = message] = /^(\w+): (.*)$/s.exec(message) ?? [];
  return new HttpProblem(422, 'That cannot be', {
    detail: message,
    extensions: { errors: [{ field, message: fault }] },
  });
}
