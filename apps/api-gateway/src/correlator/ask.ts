import { QueryError, sendQuery, type Query } from '@gomon/messaging';
import { HttpProblem } from '@gomon/service';
import type { ClientProxy } from '@nestjs/microservices';
import type { z } from 'zod';

const TIMEOUT_MS = 5_000;
const RETRY_AFTER_S = 5;

/** What a failed query is over HTTP. */
const STATUS = { 'nobody-there': 503, 'no-answer': 504, 'bad-answer': 502, failed: 502 } as const;

/** Asks the correlator. */
export class Correlator {
  constructor(private readonly client: Pick<ClientProxy, 'send'>) {}

  /** @throws HttpProblem 502, 503 or 504, which say to come again */
  async ask<Question extends z.ZodType, Answer extends z.ZodType>(
    query: Query<Question, Answer>,
    question: z.input<Question>,
  ): Promise<z.output<Answer>> {
    try {
      return await sendQuery(this.client, query, question, { timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      throw new HttpProblem(STATUS[error.reason], 'The question could not be answered', {
        detail: `The correlator did not answer (${error.reason}).`,
        retryAfterS: RETRY_AFTER_S,
      });
    }
  }
}
