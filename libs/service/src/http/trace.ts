import { randomUUID } from 'node:crypto';

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace that a request belongs to (W3C Trace Context): the sender's, or a new one. */
export function traceparentOf(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  const { traceparent } = headers;
  if (typeof traceparent === 'string' && TRACEPARENT.test(traceparent) && !traceparent.startsWith('ff')) {
    return traceparent;
  }
  return `00-${randomHex()}-${randomHex().slice(16)}-01`;
}

/** 32 digits. By way of UUIDs, whose random bytes Node fetches in bulk. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}

/** The trace id alone, for a log line. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}
