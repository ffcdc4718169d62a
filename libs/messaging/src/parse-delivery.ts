import type { JsMsg } from '@nats-io/jetstream';
import type { z } from 'zod';
import type { Delivery } from './delivery.js';
import { fromHeaders, traceparentOfMessage } from './headers.js';
import { describeError } from './log.js';

/** An event of a message as its handler gets it, or why it cannot be one and its bytes. */
export type ParsedDelivery =
  | { readonly ok: true; readonly delivery: Delivery<unknown> }
  | { readonly ok: false; readonly reason: string; readonly body: Uint8Array };

const SHOWN_ISSUES = 5;
const MOST_EVENTS = 1_000;

/**
 * The events of a message, in their order, at least one: a message is an event or, as CloudEvents' JSON batch format has it
 * (JSON event format 1.0.2, §4), a list of events. Never throws, whatever the body is.
 */
export function parseDeliveries(message: JsMsg, schema: z.ZodType): readonly ParsedDelivery[] {
  const body = message.data;
  if (body.length === 0) return [{ ok: false, reason: 'the message is empty', body }];
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    const headers = fromHeaders(message.headers);
    if (!Array.isArray(json)) return [parseEvent({ message, headers, schema, json, body: () => body })];
    if (json.length === 0 || json.length > MOST_EVENTS) {
      return [{ ok: false, reason: `the message is a list of ${json.length} events`, body }];
    }
    const of = json.length;
    return json.map((event: unknown, index) =>
      parseEvent({
        message,
        headers,
        schema,
        json: event,
        body: () => Buffer.from(JSON.stringify(event)),
        place: { index, of },
      }),
    );
  } catch (error) {
    return [{ ok: false, reason: `it is no JSON that can be read: ${describeError(error)}`, body }];
  }
}

function parseEvent({
  message,
  headers,
  schema,
  json,
  body,
  place,
}: {
  readonly message: JsMsg;
  readonly headers: Delivery<unknown>['headers'];
  readonly schema: z.ZodType;
  readonly json: unknown;
  readonly body: () => Uint8Array;
  readonly place?: NonNullable<Delivery<unknown>['place']>;
}): ParsedDelivery {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    return { ok: false, reason: `it does not fit its schema: ${issuesOf(parsed.error)}`, body: body() };
  }
  const traceparent = traceparentOfMessage(headers, parsed.data);
  return {
    ok: true,
    delivery: {
      event: parsed.data,
      subject: message.subject,
      seq: message.seq,
      ...(place === undefined ? {} : { place }),
      attempt: message.info.deliveryCount,
      publishedAt: message.time,
      headers,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  };
}

function issuesOf(error: z.ZodError): string {
  const shown = error.issues
    .slice(0, SHOWN_ISSUES)
    .map((issue) => `${issue.path.map(String).join('.') || 'the whole'}: ${issue.message}`);
  const more = error.issues.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}
