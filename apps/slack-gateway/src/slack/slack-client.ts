import { jittered, type Log } from '@gomon/messaging';
import { Breaker, CallFailedError, type CallFailure, type CallResult } from '@gomon/service';
import { LogLevel, WebClient } from '@slack/web-api';
import { Counter, Histogram } from 'prom-client';
import { z } from 'zod';
import { callFailureOf } from './call-failure.js';

const calls = new Counter({
  name: 'gomon_slack_calls_total',
  help: 'Calls of the Slack Web API by what they came to: ok, wait, unknown, or how Slack refused',
  labelNames: ['method', 'outcome'] as const,
});
const callSeconds = new Histogram({
  name: 'gomon_slack_call_seconds',
  help: 'How long Slack took to answer',
  labelNames: ['method'] as const,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** Slack names no time, or an odd one. */
const DEFAULT_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** Calls the Slack Web API once each; trying again is a matter of redelivery. */
export class SlackClient {
  readonly breaker: Breaker;
  private readonly client: WebClient;

  constructor(
    options: {
      readonly token: string;
      readonly apiUrl: string;
      readonly timeoutMs: number;
      readonly log: Log;
    },
    private readonly random: () => number = Math.random,
  ) {
    this.breaker = new Breaker('Slack', options.log);
    this.client = new WebClient(options.token, {
      slackApiUrl: options.apiUrl,
      timeout: options.timeoutMs,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: silentLogger,
    });
  }

  close(): void {
    this.breaker.close();
  }

  async call<Schema extends z.ZodType>(
    method: string,
    args: Record<string, unknown>,
    schema: Schema,
  ): Promise<CallResult<z.output<Schema>>> {
    const result = await this.attempt(method, args, schema);
    calls.inc({ method, outcome: result.kind === 'refused' ? result.error : result.kind });
    return result;
  }

  private async attempt<Schema extends z.ZodType>(
    method: string,
    args: Record<string, unknown>,
    schema: Schema,
  ): Promise<CallResult<z.output<Schema>>> {
    try {
      const answer = await this.breaker.run(() => this.apiCall(method, args));
      if ('kind' in answer) return answer;
      const parsed = schema.safeParse(answer.value);
      if (parsed.success) return { kind: 'ok', value: parsed.data };
      return { kind: 'unknown', reason: `${method}: an odd answer: ${z.prettifyError(parsed.error)}` };
    } catch (error) {
      if (!(error instanceof CallFailedError)) throw error;
      return this.resultOf(method, error.failure);
    }
  }

  private async apiCall(method: string, args: Record<string, unknown>): Promise<unknown> {
    const finish = callSeconds.startTimer({ method });
    try {
      return await this.client.apiCall(method, args);
    } catch (error) {
      throw new CallFailedError(callFailureOf(error));
    } finally {
      finish();
    }
  }

  private resultOf(method: string, failure: CallFailure): CallResult<never> {
    switch (failure.kind) {
      case 'unknown':
        return { kind: 'unknown', reason: `${method}: ${failure.reason}` };
      case 'limited': {
        const named = (failure.retryAfterS ?? 0) * 1_000;
        const ms = named > 0 ? Math.min(named, LONGEST_WAIT_MS) : jittered(DEFAULT_WAIT_MS, this.random());
        return { kind: 'wait', ms, reason: `${method}: too many calls`, isForAll: false };
      }
      case 'refused':
      case 'token-refused':
        return { kind: 'refused', error: failure.error };
    }
  }
}

/** Its lines may hold message texts; what matters is in the result. */
const silentLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};
