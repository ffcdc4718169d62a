import { describeError } from '@gomon/messaging';
import type { CallFailure } from '@gomon/service';
import { z } from 'zod';

/** https://docs.slack.dev/reference/methods/chat.postMessage#errors, those that every method has. */
const TOKEN_ERRORS = new Set([
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'org_login_required',
  'ekm_access_denied',
  'team_access_not_granted',
]);
const RATE_ERRORS = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
/** "Some aspect of the operation succeeded before the error was raised" may hold for these. */
const UNKNOWN_ERRORS = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable']);

/** The errors of `@slack/web-api`, as far as they are looked at. */
const webApiError = z.object({
  code: z.string().optional(),
  statusCode: z.number().optional(),
  retryAfter: z.number().optional(),
  data: z.object({ error: z.string() }).optional(),
});

/** What an error of `@slack/web-api` means. A page or half an answer stands there as the "error" of a platform error. */
export function callFailureOf(error: unknown): CallFailure {
  const { code, statusCode, retryAfter, data } = webApiError.safeParse(error).data ?? {};
  if (code === 'slack_webapi_rate_limited_error') return { kind: 'limited', retryAfterS: retryAfter };
  // A 429 without a time that can be read is a plain error of the library.
  if (statusCode === 429 || /retry header did not/i.test(describeError(error))) {
    return { kind: 'limited', retryAfterS: undefined };
  }
  if (code !== 'slack_webapi_platform_error') return { kind: 'unknown', reason: describeError(error) };
  const name = data?.error ?? '';
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) return { kind: 'unknown', reason: 'the answer is none of Slack' };
  if (UNKNOWN_ERRORS.has(name)) return { kind: 'unknown', reason: `Slack says ${name}` };
  if (RATE_ERRORS.has(name)) return { kind: 'limited', retryAfterS: undefined };
  return { kind: TOKEN_ERRORS.has(name) ? 'token-refused' : 'refused', error: name };
}
