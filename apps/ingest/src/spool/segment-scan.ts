import { decodeRecord } from './record.js';

/** What a segment holds. */
export interface Scan {
  readonly records: number;
  /** Everything behind this is a torn record. */
  readonly goodBytes: number;
  readonly tornBytes: number;
  /** Where records stand whose checksum does not fit: from (included) to (excluded). */
  readonly corrupt: readonly { readonly from: number; readonly to: number }[];
}

/** Looks through a segment from an offset. */
export function scanSegment(segment: Buffer, from = 0): Scan {
  const corrupt: { from: number; to: number }[] = [];
  let records = 0;
  let offset = from;
  for (;;) {
    const found = decodeRecord(segment, offset);
    if (found.kind === 'end' || found.kind === 'torn') break;
    if (found.kind === 'record') records += 1;
    else corrupt.push({ from: offset, to: found.end });
    offset = found.end;
  }
  return { records, goodBytes: offset, tornBytes: segment.length - offset, corrupt };
}
