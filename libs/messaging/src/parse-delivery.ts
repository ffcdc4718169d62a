import type { JsMsg } from '@nats-io/jetstream';
import type { z } from 'zod';
import type { Delivery } from './delivery.js';
import { fromHeaders, traceparentOfMessage } from './headers.js';
import { describeError } from './log.js';

export type ParsedDelivery =
  | { readonly ok: true; readonly delivery: Delivery<unknown> }
  | { readonly ok: false; readonly reason: string };

const SHOWN_ISSUES = 5;

/** A message as its handler gets it, or why it cannot be one. Never throws, whatever the body is. */
export function parseDelivery(message: JsMsg, schema: z.ZodType): ParsedDelivery {
  if (message.data.length === 0) return { ok: false, reason: 'the message is empty' };
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(message.data));
    const parsed = schema.safeParse(json);
    if (!parsed.success)
      return { ok: false, reason: `it does not fit its schema: ${issuesOf(parsed.error)}` };
    const headers = fromHeaders(message.headers);
    const traceparent = traceparentOfMessage(headers, parsed.data);
    return {
      ok: true,
      delivery: {
        event: parsed.data,
        subject: message.subject,
        seq: message.seq,
        attempt: message.info.deliveryCount,
        publishedAt: message.time,
        headers,
        ...(traceparent === undefined ? {} : { traceparent }),
      },
    };
  } catch (error) {
    return { ok: false, reason: `it is no JSON that can be read: ${describeError(error)}` };
  }
}

function issuesOf(error: z.ZodError): string {
  const shown = error.issues
    .slice(0, SHOWN_ISSUES)
    .map((issue) => `${issue.path.map(String).join('.') || 'the whole'}: ${issue.message}`);
  const more = error.issues.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}
