import { setTimeout as sleep } from 'node:timers/promises';
import { secretsEqual } from '../simulator/secrets-equal.js';
import type { Fault, Faults } from './faults.js';
import { failed, type Answer, type Arguments } from './method.js';
import { METHODS } from './methods/table.js';
import type { RateLimits } from './rate-limits.js';
import type { Workspace } from './workspace.js';

/** What a call is answered with; `cut`: the connection is cut instead; `hang`: it stays open without an answer. */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Record<string, string>;
      readonly body: string;
      readonly fault?: string;
    }
  | { readonly kind: 'cut' | 'hang'; readonly fault: string };

export interface CallContext {
  readonly workspace: Workspace;
  readonly faults: Faults;
  readonly limits: RateLimits | undefined;
  readonly botToken: string;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** One call of the Web API, with its faults and limits. */
export async function callMethod(
  { workspace, faults, limits, botToken }: CallContext,
  method: string,
  token: string | undefined,
  args: Arguments,
): Promise<Outcome> {
  const fault = faults.take(method);
  if (fault?.kind === 'delay') await sleep(fault.delayMs);
  const early = fault === undefined ? undefined : before(fault);
  if (early !== undefined) return early;
  const known = METHODS[method];
  if (known === undefined) return json(failed('unknown_method'));
  if (token === undefined) return json(failed('not_authed'));
  if (!secretsEqual(token, botToken)) return json(failed('invalid_auth'));
  const waitS = limits?.waitFor(method, known.perMinute, args['channel'], Date.now()) ?? 0;
  if (waitS > 0) return tooMany(waitS);
  const answer = known.call(args, workspace);
  return fault?.kind === 'lost-answer' ? { kind: 'cut', fault: fault.kind } : json(answer, fault?.kind);
}

/** Faults that keep the call from doing anything. */
function before(fault: Fault): Outcome | undefined {
  const { kind } = fault;
  switch (kind) {
    case '429':
      return tooMany(fault.retryAfter, kind);
    case '500':
    case '503':
      return {
        kind: 'answer',
        status: Number(kind),
        headers: { 'content-type': 'text/plain' },
        body: 'upstream error',
        fault: kind,
      };
    case 'html':
      return {
        kind: 'answer',
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: '<html><h1>502 Bad Gateway</h1></html>',
        fault: kind,
      };
    case 'malformed':
      return { kind: 'answer', status: 200, headers: JSON_TYPE, body: '{"ok":tru', fault: kind };
    case 'empty':
      return { kind: 'answer', status: 200, headers: JSON_TYPE, body: '', fault: kind };
    case 'error':
      return json(failed(fault.error), kind);
    case 'drop':
      return { kind: 'cut', fault: kind };
    case 'hang':
      return { kind: 'hang', fault: kind };
    case 'delay':
    case 'lost-answer':
      return undefined;
  }
}

function json(answer: Answer, fault?: string): Outcome {
  const body = JSON.stringify(answer);
  return { kind: 'answer', status: 200, headers: JSON_TYPE, body, ...(fault === undefined ? {} : { fault }) };
}

function tooMany(retryAfter: number | string | null, fault?: string): Outcome {
  return {
    kind: 'answer',
    status: 429,
    headers: { ...JSON_TYPE, ...(retryAfter === null ? {} : { 'retry-after': String(retryAfter) }) },
    body: JSON.stringify({ ok: false, error: 'ratelimited' }),
    ...(fault === undefined ? {} : { fault }),
  };
}
