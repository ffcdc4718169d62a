import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { StreamMessage } from '../report/report-messages.js';

/** A record: a mark, the payload's length, the CRC-32 of length and payload (both 32 bit, little endian), the payload. */
const MARK = Buffer.from('GmS1');
export const FRAME_BYTES = MARK.length + 8;
/** No message is larger: a length above this is no length. */
const MOST_PAYLOAD_BYTES = 8 * 1024 * 1024;

const head = z.object({
  subject: z.string().min(1),
  id: z.string().min(1),
  headers: z.record(z.string(), z.string()),
  acceptedAt: z.iso.datetime(),
});

/** @throws RangeError when the message is larger than any may be */
export function encodeRecord({ subject, id, headers, acceptedAt, body }: StreamMessage): Buffer {
  const headBytes = Buffer.from(JSON.stringify({ subject, id, headers, acceptedAt }));
  const length = 4 + headBytes.length + body.length;
  if (length > MOST_PAYLOAD_BYTES)
    throw new RangeError(`a message of ${length} bytes is too large for the spool`);
  const record = Buffer.allocUnsafe(FRAME_BYTES + length);
  MARK.copy(record);
  record.writeUInt32LE(length, MARK.length);
  record.writeUInt32LE(headBytes.length, FRAME_BYTES);
  headBytes.copy(record, FRAME_BYTES + 4);
  body.copy(record, FRAME_BYTES + 4 + headBytes.length);
  record.writeUInt32LE(checksumOf(record), MARK.length + 4);
  return record;
}

/** What stands in a segment: a record; something damaged before another record; or an end that is no whole record. */
export type Found =
  | { readonly kind: 'record'; readonly message: StreamMessage; readonly from: number; readonly to: number }
  | { readonly kind: 'damaged'; readonly from: number; readonly to: number }
  | { readonly kind: 'torn'; readonly from: number; readonly to: number };

/** Walks through a segment. Behind damage, it goes on with the next record that is whole. */
export function* recordsIn(segment: Buffer): Generator<Found, void> {
  let from = 0;
  while (from < segment.length) {
    const record = recordAt(segment, from);
    if (record === undefined) {
      const next = nextRecord(segment, from + 1);
      yield { kind: next === undefined ? 'torn' : 'damaged', from, to: next ?? segment.length };
      from = next ?? segment.length;
    } else {
      yield { kind: 'record', from, ...record };
      from = record.to;
    }
  }
}

function nextRecord(segment: Buffer, from: number): number | undefined {
  for (let at = segment.indexOf(MARK, from); at >= 0; at = segment.indexOf(MARK, at + 1)) {
    if (recordAt(segment, at) !== undefined) return at;
  }
  return undefined;
}

function recordAt(segment: Buffer, from: number): { message: StreamMessage; to: number } | undefined {
  if (from + FRAME_BYTES + 4 > segment.length) return undefined;
  if (segment.compare(MARK, 0, MARK.length, from, from + MARK.length) !== 0) return undefined;
  const length = segment.readUInt32LE(from + MARK.length);
  const to = from + FRAME_BYTES + length;
  if (length < 4 || length > MOST_PAYLOAD_BYTES || to > segment.length) return undefined;
  const record = segment.subarray(from, to);
  if (checksumOf(record) !== record.readUInt32LE(MARK.length + 4)) return undefined;
  const headEnd = FRAME_BYTES + 4 + record.readUInt32LE(FRAME_BYTES);
  const parsed = headOf(record.toString('utf8', FRAME_BYTES + 4, headEnd));
  return parsed === undefined ? undefined : { message: { ...parsed, body: record.subarray(headEnd) }, to };
}

function headOf(text: string): Omit<StreamMessage, 'body'> | undefined {
  try {
    return head.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function checksumOf(record: Buffer): number {
  return crc32(record.subarray(FRAME_BYTES), crc32(record.subarray(MARK.length, MARK.length + 4)));
}
