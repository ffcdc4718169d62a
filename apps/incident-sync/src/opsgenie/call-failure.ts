import { describeError } from '@gomon/messaging';
import type { CallFailure } from '@gomon/service';
import { z } from 'zod';
import type { Raw } from './sdk-call.js';

/** Errors of the connection before anything was sent: nothing can have been done. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

const errorBody = z.object({
  message: z.string().optional(),
  errors: z.record(z.string(), z.unknown()).optional(),
});

/** Seconds to wait: no `Retry-After` was ever seen, the bucket that overflowed is named by its period. */
const PERIOD_HEADER = 'x-ratelimit-period-in-sec';
const LONGEST_WORDS = 300;

export type OpsgenieFailure = CallFailure & {
  /** It surely was not sent. */
  readonly notSent?: true;
  /** There is no such thing (yet). */
  readonly notFound?: true;
};

/**
 * What a response that is no success means (https://docs.opsgenie.com/docs/response): 400 and 422 are never accepted as they
 * are, 401 to 403 are about the key, 429 asks to wait, and 5xx may have been done.
 */
export function failureOf(raw: Raw): OpsgenieFailure | undefined {
  if (raw.kind === 'error') {
    const { error } = raw;
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    return {
      kind: 'unknown',
      reason: describeError(error),
      ...(NOT_SENT.has(code) ? { notSent: true } : {}),
    };
  }
  const { status, headers, body } = raw;
  if (status >= 200 && status < 300) return undefined;
  const words = wordsOf(body) ?? `status ${status}`;
  if (status === 401 || status === 402 || status === 403) return { kind: 'token-refused', error: words };
  if (status === 404) return { kind: 'refused', error: words, notFound: true };
  if (status === 429) {
    const seconds = Number(headers['retry-after'] ?? headers[PERIOD_HEADER]);
    return { kind: 'limited', retryAfterS: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined };
  }
  if (status >= 400 && status < 500) return { kind: 'refused', error: words };
  return { kind: 'unknown', reason: `status ${status}` };
}

function wordsOf(body: unknown): string | undefined {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return undefined;
  const { message, errors = {} } = parsed.data;
  const fields = Object.entries(errors).map(([field, text]) => `${field}: ${String(text)}`);
  const words = [message ?? '', ...fields].filter((text) => text !== '').join('; ');
  return words === '' ? undefined : words.slice(0, LONGEST_WORDS);
}
