import { createHash } from 'node:crypto';
import type { DeadLetter } from '@gomon/contracts';

export type DeadLetterPayload = DeadLetter['payload'];

/**
 * A message's body as it stands in a dead letter: text when it is valid UTF-8, else base64, with size and hash of the whole.
 * Cut when its JSON would take more than `roomBytes`.
 */
export function packPayload(body: Uint8Array, roomBytes: number): DeadLetterPayload {
  const text = asUtf8(body);
  const whole = text ?? Buffer.from(body).toString('base64');
  const kept = text === undefined ? cutBase64(whole, roomBytes) : cutUtf8(whole, roomBytes);
  return {
    encoding: text === undefined ? 'base64' : 'utf8',
    text: kept,
    bytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
    cut: kept.length < whole.length,
  };
}

/** The body again, or undefined when it was cut. */
export function unpackPayload(payload: DeadLetterPayload): Uint8Array | undefined {
  return payload.cut ? undefined : Buffer.from(payload.text, payload.encoding);
}

function asUtf8(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

function cutBase64(text: string, roomBytes: number): string {
  const room = Math.max(0, roomBytes - '""'.length);
  return text.length <= room ? text : text.slice(0, room - (room % 4));
}

/** Characters take one to six bytes in JSON, so the place of the cut is searched for. */
function cutUtf8(text: string, roomBytes: number): string {
  if (jsonBytes(text) <= roomBytes) return text;
  let fits = 0;
  let tooLong = Math.min(text.length, Math.max(1, roomBytes));
  while (fits + 1 < tooLong) {
    const middle = (fits + tooLong) >> 1;
    if (jsonBytes(text.slice(0, middle)) <= roomBytes) fits = middle;
    else tooLong = middle;
  }
  const last = text.charCodeAt(fits - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? fits - 1 : fits);
}

/** A string's size as it stands in a JSON document. */
export function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
