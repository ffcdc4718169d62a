import { describeError } from '@gomon/messaging';
import { LogLevel, WebClient } from '@slack/web-api';
import CircuitBreaker from 'opossum';
import { Counter, Gauge, Histogram } from 'prom-client';
import { z } from 'zod';

/**
 * What a call came to. `refused`: Slack said no, nothing was done. `wait`: nothing was done, Slack (or our breaker) asks to
 * wait. `unknown`: it may have been done.
 */
export type CallResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'wait'; readonly ms: number; readonly reason: string; readonly isBreaker: boolean }
  | { readonly kind: 'unknown'; readonly reason: string };

const calls = new Counter({
  name: 'gomon_slack_calls_total',
  help: 'Calls of the Slack Web API by what they came to',
  labelNames: ['method', 'outcome'] as const,
});
const callSeconds = new Histogram({
  name: 'gomon_slack_call_seconds',
  help: 'How long Slack took to answer',
  labelNames: ['method'] as const,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
const breakerOpen = new Gauge({
  name: 'gomon_slack_breaker_open',
  help: '1 while calls to Slack are held back',
});

/** Slack names no time, or an odd one. */
const DEFAULT_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 5 * 60_000;
const BREAKER = {
  errorThresholdPercentage: 60,
  volumeThreshold: 8,
  resetTimeout: 5_000,
  rollingCountTimeout: 20_000,
};

/** Whether Slack may have done it all the same (https://docs.slack.dev/reference/methods: internal_error, fatal_error). */
const UNKNOWN_ERRORS = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable']);
const RATE_ERRORS = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

/** The outcome of a call could not be learnt: for the breaker, which counts such calls. */
class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError';
}

/** Calls the Slack Web API once each; trying again is a matter of redelivery. */
export class SlackClient {
  private readonly client: WebClient;
  private readonly breaker: CircuitBreaker<[string, Record<string, unknown>], unknown>;

  constructor(
    options: { readonly token: string; readonly apiUrl: string; readonly timeoutMs: number },
    private readonly random: () => number = Math.random,
  ) {
    this.client = new WebClient(options.token, {
      slackApiUrl: options.apiUrl,
      timeout: options.timeoutMs,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logLevel: LogLevel.ERROR,
      logger: silentLogger,
    });
    this.breaker = new CircuitBreaker((method, args) => this.apiCall(method, args), {
      ...BREAKER,
      timeout: false,
      errorFilter: (error: unknown) => !(error instanceof UnknownOutcomeError),
    });
    this.breaker.on('open', () => breakerOpen.set(1));
    this.breaker.on('close', () => breakerOpen.set(0));
  }

  get isOpen(): boolean {
    return this.breaker.opened;
  }

  close(): void {
    this.breaker.shutdown();
  }

  async call<Schema extends z.ZodType>(
    method: string,
    args: Record<string, unknown>,
    schema: Schema,
  ): Promise<CallResult<z.output<Schema>>> {
    const finish = callSeconds.startTimer({ method });
    const result = await this.attempt(method, args, schema);
    finish();
    calls.inc({ method, outcome: result.kind === 'refused' ? result.error : result.kind });
    return result;
  }

  private async attempt<Schema extends z.ZodType>(
    method: string,
    args: Record<string, unknown>,
    schema: Schema,
  ): Promise<CallResult<z.output<Schema>>> {
    try {
      const answer = await this.breaker.fire(method, args);
      const parsed = schema.safeParse(answer);
      if (parsed.success) return { kind: 'ok', value: parsed.data };
      return {
        kind: 'unknown',
        reason: `${method} was answered with something else: ${z.prettifyError(parsed.error)}`,
      };
    } catch (error) {
      return this.failureOf(method, error);
    }
  }

  private async apiCall(method: string, args: Record<string, unknown>): Promise<unknown> {
    try {
      return await this.client.apiCall(method, args);
    } catch (error) {
      const known = webApiError.safeParse(error).data;
      const isAnswer =
        known?.code === 'slack_webapi_platform_error' || known?.code === 'slack_webapi_rate_limited_error';
      if (isAnswer && !UNKNOWN_ERRORS.has(known.data?.error ?? '')) throw error;
      if (known?.statusCode === 429 || /retry header/i.test(describeError(error))) throw error;
      throw new UnknownOutcomeError(describeError(error), { cause: error });
    }
  }

  private failureOf(method: string, error: unknown): CallResult<never> {
    if (error instanceof UnknownOutcomeError)
      return { kind: 'unknown', reason: `${method}: ${error.message}` };
    const known = webApiError.safeParse(error).data;
    if (known?.code === 'EOPENBREAKER') {
      return {
        kind: 'wait',
        ms: BREAKER.resetTimeout,
        reason: 'Slack does not answer: calls are held back',
        isBreaker: true,
      };
    }
    const name = known?.data?.error;
    if (name !== undefined && !RATE_ERRORS.has(name)) return { kind: 'refused', error: name };
    const seconds = known?.retryAfter;
    const ms = seconds === undefined || !(seconds > 0) ? DEFAULT_WAIT_MS : seconds * 1_000;
    const jittered = Math.min(ms, LONGEST_WAIT_MS) * (1 + this.random() / 4);
    return { kind: 'wait', ms: Math.round(jittered), reason: `${method}: too many calls`, isBreaker: false };
  }
}

/** The errors of `@slack/web-api`, as far as they are looked at. */
const webApiError = z.object({
  code: z.string().optional(),
  statusCode: z.number().optional(),
  retryAfter: z.number().optional(),
  data: z.object({ error: z.string().optional() }).optional(),
});

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
