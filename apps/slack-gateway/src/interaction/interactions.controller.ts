import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CommandSender, describeError, PublishError, type Log } from '@gomon/messaging';
import { HttpProblem, traceparentOf } from '@gomon/service';
import { Counter } from 'prom-client';
import { fitted } from '../message/escape.js';
import { LOG, SIGNING_SECRET } from '../tokens.js';
import { interactionOf } from './interaction.js';
import { Record } from '../message/record-told.js';
import { whyInWords } from './why-in-words.js';
import { askedWhy, commandOf, UNKNOWN_BUTTON, wordsFor, type Press } from './press.js';
import { signatureFault } from './slack-signature.js';

const refused = new Counter({
  name: 'gomon_slack_requests_refused_total',
  help: 'Requests that are not taken for Slack’s, by reason',
  labelNames: ['reason'] as const,
});

/** The correlator answers after its commit. Slack itself has its answer long before. */
const ANSWER_WAIT_MS = 5_000;
const RESPONSE_TIMEOUT_MS = 5_000;
const LONGEST_WORDS = 3_000;

/** Presses of buttons. Slack is answered as soon as the stream has the command. */
@Controller('slack')
export class InteractionsController {
  constructor(
    private readonly commands: CommandSender,
    private readonly record: Record,
    @Inject(SIGNING_SECRET) private readonly signingSecret: string,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Post('interactions')
  @HttpCode(200)
  async interaction(@Req() request: FastifyRequest): Promise<string> {
    const body = this.verified(request).toString('utf8');
    const interaction = interactionOf(body, request.headers['content-type'] ?? '');
    switch (interaction.kind) {
      case 'challenge':
        return interaction.challenge;
      case 'nothing-to-do':
        return '';
      case 'unreadable':
        throw new HttpProblem(400, 'The interaction cannot be read', { detail: interaction.why });
      case 'press':
        await this.pressed(interaction.press, traceparentOf(request.headers));
        return '';
    }
  }

  private verified(request: FastifyRequest): Buffer {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const header = (name: string) => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    const signed = {
      timestamp: header('x-slack-request-timestamp'),
      signature: header('x-slack-signature'),
      body,
    };
    const fault = signatureFault(this.signingSecret, signed, new Date());
    if (fault === undefined) return body;
    refused.inc({ reason: fault.reason });
    this.log('warn', 'a request that claims to be from Slack is refused', { ...fault });
    throw new HttpProblem(401, 'Unauthorized', { detail: fault.detail });
  }

  /** Resolves when the command is stored; what becomes of it is told to the presser later. */
  private async pressed(press: Press, traceparent: string): Promise<void> {
    const problemId = askedWhy(press);
    if (problemId !== undefined) {
      void this.tellWhy(press, problemId);
      return;
    }
    const command = commandOf(press, new Date(), traceparent);
    if (command === undefined) {
      void this.tellPresser(press, UNKNOWN_BUTTON);
      return;
    }
    let isRepeat = false;
    await new Promise<void>((resolve, reject) => {
      this.commands
        .send(command, {
          waitMs: ANSWER_WAIT_MS,
          onStored: ({ duplicate }) => {
            isRepeat = duplicate;
            resolve();
          },
        })
        // A repeat has no answer of its own: the first press gets it.
        .then(({ answer }) => (isRepeat ? undefined : this.tellPresser(press, wordsFor(answer))))
        .catch((error: unknown) => {
          reject(error instanceof Error && !(error instanceof PublishError) ? error : unavailable());
        });
    });
  }

  /** Never rejects: whoever asked can ask again. */
  private async tellWhy(press: Press, problemId: string): Promise<void> {
    const words = await this.record.whyOf(problemId).then(
      (why) => (why === undefined ? 'This problem is not known any more.' : whyInWords(why)),
      () => 'That cannot be said at the moment: ask again in a minute.',
    );
    await this.tellPresser(press, words);
  }

  /** Never rejects: the command is stored, whether its presser hears of it or not. */
  private async tellPresser({ response_url: url }: Press, words: string | undefined): Promise<void> {
    if (words === undefined || url === undefined) return;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          response_type: 'ephemeral',
          replace_original: false,
          text: fitted(words, LONGEST_WORDS),
          // As text, in which no character has a meaning.
          blocks: [
            {
              type: 'section',
              text: { type: 'plain_text', text: fitted(words, LONGEST_WORDS), emoji: false },
            },
          ],
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
