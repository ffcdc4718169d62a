import { headers, type MsgHdrs } from '@nats-io/transport-node';

/** W3C Trace Context (https://www.w3.org/TR/trace-context/), as a NATS header. */
export const TRACEPARENT_HEADER = 'traceparent';
/** On a message that was replayed from the dead letters: `<stream>:<seq>` of the original. */
export const REPLAY_OF_HEADER = 'Gomon-Replay-Of';

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The `traceparent` attribute of an event, when it is one. */
export function traceparentOfEvent(event: unknown): string | undefined {
  if (typeof event !== 'object' || event === null || !('traceparent' in event)) return undefined;
  return asTraceparent(event.traceparent);
}

/** The traceparent of a message: its header, else its event's attribute. */
export function traceparentOfMessage(
  headersOfMessage: Readonly<Record<string, string>>,
  event: unknown,
): string | undefined {
  return asTraceparent(headersOfMessage[TRACEPARENT_HEADER]) ?? traceparentOfEvent(event);
}

function asTraceparent(value: unknown): string | undefined {
  return typeof value === 'string' && TRACEPARENT.test(value) ? value : undefined;
}

/** NATS headers of a record; line breaks, which would end a header, become spaces. */
export function toHeaders(record: Readonly<Record<string, string>>): MsgHdrs {
  const result = headers();
  for (const [name, value] of Object.entries(record)) result.set(name, value.replace(/[\r\n]+/g, ' '));
  return result;
}

/** A plain record of NATS headers; several values of one name are joined by a comma, as in HTTP. */
export function fromHeaders(source: MsgHdrs | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of source?.keys() ?? []) result[name] = source?.values(name).join(', ') ?? '';
  return result;
}
