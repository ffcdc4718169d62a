import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { secretsEqual } from '../simulator/secrets-equal.js';
import type { Account, Processed } from './account.js';
import type { Fault, Faults } from './faults.js';
import { RateLimits } from './rate-limits.js';
import { ROUTES, type Call, type Write } from './routes.js';

export interface CallContext {
  readonly account: Account;
  readonly faults: Faults;
  readonly limits: RateLimits | undefined;
  readonly apiKey: string;
  /** How long a request is not found after it was accepted. */
  readonly decideAfterMs: number;
  readonly requests: Map<string, Request>;
}

interface Request {
  readonly of: 'incidents' | 'alerts';
  processed: Processed | undefined;
}

export type CallOutcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** The connection is cut. */
  | { readonly kind: 'cut' }
  /** There is never an answer. */
  | { readonly kind: 'hang' };

export interface Asked {
  readonly method: string;
  /** Without a slash at its end: the vendor takes both. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string;
  readonly body: string;
}

/** Answers one call of the API, as the vendor does or as a fault asks for. */
export async function answerCall(context: CallContext, asked: Asked): Promise<CallOutcome> {
  const fault = context.faults.take(`${asked.method} ${asked.path}`);
  switch (fault?.kind) {
    case 'hang':
      return { kind: 'hang' };
    case 'drop':
      return { kind: 'cut' };
    case 'delay':
      await pause(fault.delayMs);
      return judge(context, asked, undefined);
    case '429':
      return answer(429, { message: 'You are making too many requests!' }, RateLimits.throttled);
    case '500':
    case '503':
      return answer(Number(fault.kind), { message: 'Internal server error' });
    case '401':
      return answer(401, { message: 'Could not authenticate' });
    case '422':
      return answer(422, { message: 'Request body is not processable.', errors: { message: fault.message } });
    case 'html':
      return { ...text(502, '<html><body><h1>502 Bad Gateway</h1></body></html>'), headers: HTML };
    case 'malformed':
      return text(200, '{"result": "Request will be proc');
    case 'empty':
      return text(500, '');
    case 'lost-answer':
      judge(context, asked, undefined);
      return { kind: 'cut' };
    case 'fail-request':
    case 'never-decided':
    case undefined:
      return judge(context, asked, fault);
  }
}

const HTML = { 'content-type': 'text/html' };

function judge(context: CallContext, asked: Asked, fault: Fault | undefined): CallOutcome {
  const key = /^GenieKey (.+)$/.exec(asked.authorization)?.[1];
  if (key === undefined || !secretsEqual(key, context.apiKey)) {
    return answer(401, { message: 'Could not authenticate' });
  }
  if (context.limits?.isOver() === true) {
    return answer(429, { message: 'You are making too many requests!' }, RateLimits.throttled);
  }
  const status = /^\/v\d\/(incidents|alerts)\/requests\/([^/]+)$/.exec(asked.path);
  if (asked.method === 'GET' && status !== null) {
    return requestStatus(context, status[1] as 'incidents' | 'alerts', status[2] ?? '');
  }
  const { route, identifier } = routeOf(asked);
  if (route === undefined) {
    const isKnown = /^\/v\d\//.test(asked.path);
    return answer(isKnown ? 405 : 404, { message: `Request method '${asked.method}' not supported` });
  }
  const call: Call = { account: context.account, identifier, query: asked.query };
  if (route.kind === 'read') {
    const { status: code, body } = route.run(call);
    return answer(code, body);
  }
  return accept(context, asked, { route, call, fault });
}

function accept(
  context: CallContext,
  asked: Asked,
  { route, call, fault }: { route: Write; call: Call; fault: Fault | undefined },
): CallOutcome {
  const json = jsonOf(asked.body);
  if (json === undefined) return answer(400, { message: 'Could not parse the body' });
  const parsed = route.schema.safeParse(json);
  if (!parsed.success) {
    return answer(422, {
      message: 'Request body is not processable. Please check the errors.',
      errors: errorsOf(parsed.error),
    });
  }
  const requestId = randomUUID();
  const request: Request = {
    of: asked.path.startsWith('/v1/incidents') ? 'incidents' : 'alerts',
    processed: undefined,
  };
  context.requests.set(requestId, request);
  const run = (): Omit<Processed, 'processedAt'> =>
    fault?.kind === 'fail-request'
      ? { action: 'Create', isSuccess: false, status: fault.message, id: '' }
      : route.run(call, parsed.data as never);
  setTimeout(() => {
    const processed = { ...run(), processedAt: new Date().toISOString() };
    if (fault?.kind !== 'never-decided') request.processed = processed;
  }, context.decideAfterMs);
  return answer(202, { result: 'Request will be processed' }, {}, requestId);
}

function requestStatus(context: CallContext, of: Request['of'], id: string): CallOutcome {
  const request = context.requests.get(id);
  if (request?.of !== of || request.processed === undefined) {
    return answer(
      404,
      { message: 'Request not processed' },
      { 'x-opsgenie-errortype': 'RequestNotProcessed' },
    );
  }
  const { action, isSuccess, status, processedAt, id: thing, alias = '' } = request.processed;
  const ids = of === 'incidents' ? { incidentId: thing } : { alertId: thing, alias };
  return answer(200, { data: { success: isSuccess, isSuccess, action, processedAt, status, ...ids } });
}

function routeOf({ method, path }: Asked): { route: Write | Read; identifier: string } | NoRoute {
  const exact = ROUTES[`${method} ${path}`];
  if (exact !== undefined) return { route: exact, identifier: '' };
  const [, base = '', identifier = '', rest = ''] = /^(\/v\d\/\w+)\/([^/]+)(\/[\w-]+)?$/.exec(path) ?? [];
  return { route: ROUTES[`${method} ${base}/{}${rest}`], identifier: decodeURIComponent(identifier) };
}

type Read = Extract<(typeof ROUTES)[string], { kind: 'read' }>;
interface NoRoute {
  readonly route: Write | Read | undefined;
  readonly identifier: string;
}

/** Field to words, as the vendor names them. */
function errorsOf(error: z.ZodError): Readonly<Record<string, string>> {
  return Object.fromEntries(
    error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => [key, 'is not a known field'])
        : [[issue.path.join('.') || 'body', issue.message]],
    ),
  );
}

function jsonOf(body: string): unknown {
  if (body === '') return {};
  try {
    return z.looseObject({}).safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

function answer(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
  requestId: string = randomUUID(),
): CallOutcome {
  const rate = status === 429 ? {} : { 'x-ratelimit-state': 'OK' };
  return {
    kind: 'answer',
    status,
    headers: { 'x-request-id': requestId, 'x-response-time': '0.002', ...rate, ...headers },
    body: JSON.stringify({ took: 0.002, requestId, ...body }),
  };
}

function text(status: number, body: string): Extract<CallOutcome, { kind: 'answer' }> {
  return { kind: 'answer', status, headers: {}, body };
}
