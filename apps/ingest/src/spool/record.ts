import { crc32 } from 'node:zlib';
import type { StreamMessage } from '../report/report-messages.js';

/** A record: length of the payload and its CRC-32 (both 32 bit, little endian), then the payload. */
export const FRAME_BYTES = 8;
/** No message is larger: a length above this is no length. */
const MOST_PAYLOAD_BYTES = 8 * 1024 * 1024;

export function encodeRecord(message: StreamMessage): Buffer {
  const { subject, id, headers, body } = message;
  const head = Buffer.from(JSON.stringify({ subject, id, headers }));
  const payload = Buffer.alloc(4 + head.length + body.length);
  payload.writeUInt32LE(head.length, 0);
  head.copy(payload, 4);
  body.copy(payload, 4 + head.length);
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([frame, payload]);
}

/** What stands at an offset of a segment. */
export type Found =
  | { readonly kind: 'record'; readonly message: StreamMessage; readonly end: number }
  /** Its checksum does not fit, and its length leads on. */
  | { readonly kind: 'corrupt'; readonly end: number }
  /** Not all of it is there. */
  | { readonly kind: 'torn' }
  | { readonly kind: 'end' };

/** Reads the record at an offset. */
export function decodeRecord(segment: Buffer, offset: number): Found {
  if (offset >= segment.length) return { kind: 'end' };
  if (offset + FRAME_BYTES > segment.length) return { kind: 'torn' };
  const length = segment.readUInt32LE(offset);
  const end = offset + FRAME_BYTES + length;
  if (length < 4 || length > MOST_PAYLOAD_BYTES || end > segment.length) return { kind: 'torn' };
  const payload = segment.subarray(offset + FRAME_BYTES, end);
  if (crc32(payload) !== segment.readUInt32LE(offset + 4)) return { kind: 'corrupt', end };
  const headEnd = 4 + payload.readUInt32LE(0);
  const head = JSON.parse(payload.toString('utf8', 4, headEnd)) as Omit<StreamMessage, 'body'>;
  return { kind: 'record', message: { ...head, body: Buffer.from(payload.subarray(headEnd)) }, end };
}
