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
  private last = 'was not asked yet';

  constructor(private readonly client: Pick<ClientProxy, 'send'>) {}

  /** What became of the last question, in words. */
  get state(): string {
    return this.last;
  }

  /** @throws HttpProblem 502, 503 or 504, which say to come again */
  async ask<Question extends z.ZodType, Answer extends z.ZodType>(
    query: Query<Question, Answer>,
    question: z.input<Question>,
  ): Promise<z.output<Answer>> {
    try {
      const answer = await sendQuery(this.client, query, question, { timeoutMs: TIMEOUT_MS });
      this.last = 'answers';
      return answer;
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.last = `did not answer the last question (${error.reason})`;
      throw new HttpProblem(STATUS[error.reason], 'The question could not be answered', {
        detail: `The correlator did not answer (${error.reason}).`,
        retryAfterS: RETRY_AFTER_S,
      });
    }
  }
}
