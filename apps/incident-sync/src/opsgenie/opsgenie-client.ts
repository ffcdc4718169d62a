import { jittered, type Log } from '@gomon/messaging';
import { Breaker, CallFailedError, type CallResult, type Waits } from '@gomon/service';
import opsgenie, { type CallConfig } from 'opsgenie-sdk';
import { Counter, Histogram } from 'prom-client';
import { z } from 'zod';
import { failureOf, type OpsgenieFailure } from './call-failure.js';
import type { IncidentBody } from './incident-body.js';
import { Pace } from './pace.js';
import { putCall } from './put-call.js';
import { sdkCall, type Raw } from './sdk-call.js';

const calls = new Counter({
  name: 'gomon_opsgenie_calls_total',
  help: 'Calls of Opsgenie by what they came to: ok, refused, wait, unknown',
  labelNames: ['call', 'outcome'] as const,
});
const callSeconds = new Histogram({
  name: 'gomon_opsgenie_call_seconds',
  help: 'How long Opsgenie took to answer',
  labelNames: ['call'] as const,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

const DEFAULT_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 5 * 60_000;

const accepted = z.object({ requestId: z.string().min(1) });
const requestStatus = z.object({
  data: z.object({
    isSuccess: z.boolean(),
    status: z.string().default(''),
    incidentId: z.string().default(''),
  }),
});
const incidents = z.object({
  data: z.array(
    z.object({ id: z.string().min(1), status: z.string(), tags: z.array(z.string()).default([]) }),
  ),
});
const oneIncident = z.object({ data: z.object({ id: z.string(), status: z.string() }) });

/** What Opsgenie has decided about a request that it had accepted. */
export type Decided =
  | { readonly kind: 'pending' }
  | { readonly kind: 'done'; readonly incidentId: string }
  | { readonly kind: 'failed'; readonly status: string };

/** Makes one request, and gives it up after so long. */
type OneRequest = (timeoutMs: number) => Promise<Raw>;

/** Incidents of Opsgenie, through its SDK where that knows the call; each call is made once, trying again is a matter of redelivery. */
export class OpsgenieClient {
  readonly breaker: Breaker;
  private readonly pace: Pace;

  constructor(
    private readonly options: {
      readonly apiKey: string;
      readonly apiUrl: string;
      readonly timeoutMs: number;
      readonly log: Log;
    },
    private readonly random: () => number = Math.random,
    clock: () => number = Date.now,
  ) {
    this.pace = new Pace(clock);
    this.breaker = new Breaker('Opsgenie', options.log);
    opsgenie.configure({ api_key: options.apiKey, host: options.apiUrl });
  }

  close(): void {
    this.breaker.close();
  }

  /** Waits until it is one's turn to write. To be asked before anything is claimed. Undefined: it is; else how long it takes. */
  async turn(): Promise<Waits | undefined> {
    const ms = await this.pace.turn();
    return ms === undefined ? undefined : limited(ms);
  }

  /** Accepted, not done: its request says what became of it. */
  create(body: IncidentBody): Promise<CallResult<string>> {
    return this.write(
      'create',
      bySdk((config) => opsgenie.incident.create({ ...body }, config, noCallback)),
    );
  }

  resolve(id: string, note: string): Promise<CallResult<string>> {
    return this.write(
      'resolve',
      bySdk((config) => {
        opsgenie.incident.resolve({ identifier: encodeURIComponent(id) }, { note }, config, noCallback);
      }),
    );
  }

  closeIncident(id: string, note: string): Promise<CallResult<string>> {
    return this.write(
      'close',
      bySdk((config) => {
        opsgenie.incident.close({ identifier: encodeURIComponent(id) }, { note }, config, noCallback);
      }),
    );
  }

  addNote(id: string, note: string): Promise<CallResult<string>> {
    return this.write(
      'note',
      bySdk((config) => {
        opsgenie.incident.addNote({ identifier: encodeURIComponent(id) }, { note }, config, noCallback);
      }),
    );
  }

  reopen(id: string, note: string): Promise<CallResult<string>> {
    return this.write(
      'reopen',
      bySdk((config) => {
        opsgenie.incident.reopen({ identifier: encodeURIComponent(id) }, { note }, config, noCallback);
      }),
    );
  }

  setMessage(id: string, message: string): Promise<CallResult<string>> {
    return this.write('message', this.put(id, 'message', { message }));
  }

  setPriority(id: string, priority: string): Promise<CallResult<string>> {
    return this.write('priority', this.put(id, 'priority', { priority }));
  }

  /** What became of a request. There is no answer "pending": a request that is not decided is not found. */
  async decided(requestId: string): Promise<CallResult<Decided>> {
    const result = await this.call(
      'request',
      requestStatus,
      bySdk((config) => {
        const identifier = encodeURIComponent(requestId);
        opsgenie.incident.getRequestStatus({ identifier, ...config }, noCallback);
      }),
    );
    if (result.kind === 'refused' && result.error === NOT_FOUND) {
      return { kind: 'ok', value: { kind: 'pending' } };
    }
    if (result.kind !== 'ok') return result;
    const { isSuccess, status, incidentId } = result.value.data;
    if (!isSuccess) return { kind: 'ok', value: { kind: 'failed', status } };
    return { kind: 'ok', value: { kind: 'done', incidentId } };
  }

  /** Ids of the incidents that have a tag, the oldest first. */
  async findByTag(tag: string): Promise<CallResult<readonly string[]>> {
    const parameters = { query: `tag:"${tag}"`, limit: 20, sort: 'createdAt', order: 'asc' };
    const result = await this.call(
      'list',
      incidents,
      bySdk((config) => {
        opsgenie.incident.list(parameters, config, noCallback);
      }),
    );
    if (result.kind !== 'ok') return result;
    const tagged = result.value.data.filter(({ tags }) => tags.includes(tag));
    return { kind: 'ok', value: tagged.map(({ id }) => id) };
  }

  /** Undefined: there is none by this id. */
  async statusOf(id: string): Promise<CallResult<string | undefined>> {
    const result = await this.call(
      'get',
      oneIncident,
      bySdk((config) => {
        opsgenie.incident.get({ identifier: encodeURIComponent(id) }, config, noCallback);
      }),
    );
    if (result.kind === 'refused' && result.error === NOT_FOUND) return { kind: 'ok', value: undefined };
    return result.kind === 'ok' ? { kind: 'ok', value: result.value.data.status } : result;
  }

  /** The SDK knows no call for the message, and sends the priority by POST, which Opsgenie does not take. */
  private put(id: string, what: string, body: object): OneRequest {
    const url = `${this.options.apiUrl}/v1/incidents/${encodeURIComponent(id)}/${what}`;
    return (timeoutMs) => putCall(timeoutMs, url, this.options.apiKey, body);
  }

  private async write(call: string, request: OneRequest): Promise<CallResult<string>> {
    const result = await this.call(call, accepted, request);
    if (result.kind === 'ok') this.pace.taken();
    return result.kind === 'ok' ? { kind: 'ok', value: result.value.requestId } : result;
  }

  private async call<Schema extends z.ZodType>(
    call: string,
    schema: Schema,
    request: OneRequest,
  ): Promise<CallResult<z.output<Schema>>> {
    const result = await this.attempt(call, schema, request);
    calls.inc({ call, outcome: result.kind });
    return result;
  }

  private async attempt<Schema extends z.ZodType>(
    call: string,
    schema: Schema,
    request: OneRequest,
  ): Promise<CallResult<z.output<Schema>>> {
    const { limitedMs } = this.pace;
    if (limitedMs > 0) return limited(limitedMs);
    try {
      const answer = await this.breaker.run(() => this.once(call, request));
      if ('kind' in answer) return answer;
      const parsed = schema.safeParse(answer.value);
      if (parsed.success) return { kind: 'ok', value: parsed.data };
      return { kind: 'unknown', reason: `an odd answer to ${call}: ${z.prettifyError(parsed.error)}` };
    } catch (error) {
      if (!(error instanceof CallFailedError)) throw error;
      return this.resultOf(error.failure);
    }
  }

  private async once(call: string, request: OneRequest): Promise<unknown> {
    const finish = callSeconds.startTimer({ call });
    const raw = await request(this.options.timeoutMs);
    finish();
    const failure = failureOf(raw);
    if (failure !== undefined) throw new CallFailedError(failure);
    return raw.kind === 'response' ? raw.body : undefined;
  }

  private resultOf(failure: OpsgenieFailure): CallResult<never> {
    if (failure.kind === 'limited') {
      const named = (failure.retryAfterS ?? 0) * 1_000;
      const ms = named > 0 ? Math.min(named, LONGEST_WAIT_MS) : jittered(DEFAULT_WAIT_MS, this.random());
      this.pace.limited(ms);
      return limited(ms);
    }
    if (failure.kind === 'unknown') {
      if (failure.notSent !== true) return { kind: 'unknown', reason: failure.reason };
      return {
        kind: 'wait',
        ms: jittered(DEFAULT_WAIT_MS, this.random()),
        reason: failure.reason,
        isForAll: true,
      };
    }
    return { kind: 'refused', error: failure.notFound === true ? NOT_FOUND : failure.error };
  }
}

function bySdk(start: (config: CallConfig) => void): OneRequest {
  return (timeoutMs) => sdkCall(timeoutMs, start);
}

/** Limits are of the account: all calls have to wait. They end soon, so nothing is said of it in Slack. */
function limited(ms: number): Waits {
  return { kind: 'wait', ms, reason: 'Opsgenie takes no more calls for now', isForAll: false };
}

/** How a thing that is not there is named in a result. */
export const NOT_FOUND = 'not found';

/** Never called: what came back was taken before. */
const noCallback = () => undefined;
