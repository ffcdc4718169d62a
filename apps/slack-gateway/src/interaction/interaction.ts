import { z } from 'zod';
import { press, type Press } from './press.js';

/** What Slack sends to the URL for interactions. */
export type Interaction =
  | { readonly kind: 'press'; readonly press: Press }
  /** Slack asks whether this URL is ours. */
  | { readonly kind: 'challenge'; readonly challenge: string }
  /** It is enough to say that it has arrived: `ssl_check`, and what belongs to no message of ours. */
  | { readonly kind: 'nothing-to-do' }
  | { readonly kind: 'unreadable'; readonly why: string };

const urlVerification = z.object({ type: z.literal('url_verification'), challenge: z.string().max(1_000) });
const anyPayload = z.looseObject({ type: z.string() });

/** Reads a signed body: a form with a `payload`, or, for the verification of a URL, JSON. */
export function interactionOf(body: string, contentType: string): Interaction {
  if (contentType.startsWith('application/json')) {
    const verification = urlVerification.safeParse(jsonOf(body));
    return verification.success
      ? { kind: 'challenge', challenge: verification.data.challenge }
      : { kind: 'unreadable', why: 'the body is no url_verification' };
  }
  const form = new URLSearchParams(body);
  if (form.get('ssl_check') === '1') return { kind: 'nothing-to-do' };
  const payload = anyPayload.safeParse(jsonOf(form.get('payload') ?? ''));
  if (!payload.success) return { kind: 'unreadable', why: 'the form has no payload that is an interaction' };
  if (payload.data.type !== 'block_actions') return { kind: 'nothing-to-do' };
  const parsed = press.safeParse(payload.data);
  return parsed.success
    ? { kind: 'press', press: parsed.data }
    : { kind: 'unreadable', why: z.prettifyError(parsed.error) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
