import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CommandSender, describeError, PublishError, type Log } from '@gomon/messaging';
import { HttpProblem, traceparentOf } from '@gomon/service';
import { fitted } from '../message/escape.js';
import { LOG, SIGNING_SECRET } from '../tokens.js';
import { commandOf, press, wordsFor, type Press } from './press.js';
import { signatureFault } from './slack-signature.js';

/** Slack shows an error to the presser when there is no answer within 3 s. */
const ANSWER_WAIT_MS = 5_000;
const RESPONSE_TIMEOUT_MS = 5_000;

/** Presses of buttons. Slack is answered as soon as the stream has the command. */
@Controller('slack')
export class InteractionsController {
  constructor(
    private readonly commands: CommandSender,
    @Inject(SIGNING_SECRET) private readonly signingSecret: string,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Post('interactions')
  @HttpCode(200)
  async interaction(@Req() request: FastifyRequest): Promise<string> {
    const body = this.verified(request);
    const form = new URLSearchParams(body.toString('utf8'));
    if (form.get('ssl_check') === '1') return '';
    const parsed = press.safeParse(jsonOf(form.get('payload')));
    // Other interactions (a link button's, of a later version) need no more than to be acknowledged.
    if (!parsed.success) return '';
    const command = commandOf(parsed.data, new Date(), traceparentOf(request.headers));
    if (command === undefined) return '';
    await this.send(command, parsed.data);
    return '';
  }

  private verified(request: FastifyRequest): Buffer {
    const header = (name: string) => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signed = {
      timestamp: header('x-slack-request-timestamp'),
      signature: header('x-slack-signature'),
      body,
    };
    const fault = signatureFault(this.signingSecret, signed, new Date());
    if (fault === undefined) return body;
    this.log('warn', 'a request that claims to be from Slack is refused', { why: fault });
    throw new HttpProblem(401, 'Unauthorized', { detail: fault });
  }

  /** Resolves when the command is stored; what becomes of it is told to the presser later. */
  private async send(command: Parameters<CommandSender['send']>[0], pressed: Press): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.commands
        .send(command, { waitMs: ANSWER_WAIT_MS, onStored: () => resolve() })
        .then(({ answer }) => this.tellPresser(pressed, wordsFor(answer)))
        .catch((error: unknown) => {
          reject(
            error instanceof PublishError ? unavailable() : new Error(describeError(error), { cause: error }),
          );
        });
    });
  }

  private async tellPresser({ response_url: url }: Press, words: string | undefined): Promise<void> {
    if (words === undefined || url === undefined) return;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          response_type: 'ephemeral',
          replace_original: false,
          text: fitted(words, 1_000),
        }),
        signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
      });
      await response.body?.cancel();
    } catch (error) {
      this.log('warn', 'the presser of a button could not be told what became of it', {
        error: describeError(error),
      });
    }
  }
}

function unavailable(): HttpProblem {
  return new HttpProblem(503, 'The command could not be stored', { detail: 'Press again.', retryAfterS: 5 });
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
