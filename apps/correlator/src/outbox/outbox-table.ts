import { gunzipSync, gzipSync } from 'node:zlib';
import type { Statement } from '../database/transaction.js';
import type { OutboxRow } from './outbox-row.js';

/**
 * In UTF-16 units. Many facts in one message are much alike and shrink to a twentieth: that is less work than for PostgreSQL to
 * take, compress and later delete the whole. One alone stays readable.
 */
const GZIP_FROM = 8_000;

/** A row of `outbox` as `pg` reads it: with a body as it is, or compressed. */
export type StoredOutboxRow = Pick<OutboxRow, 'id' | 'subject'> &
  ({ readonly body: string; readonly gzipped: null } | { readonly body: null; readonly gzipped: Buffer });

export const OUTBOX_COLUMNS = 'id, subject, body, gzipped';

export function* insertOutbox(rows: readonly OutboxRow[]): Generator<Statement> {
  if (rows.length === 0) return;
  // Each body is a parameter of its own: as an element of an array it would have to be escaped.
  const values = rows.map((_, index) => {
    const at = 5 * index;
    return `($${at + 1}, $${at + 2}, $${at + 3}, $${at + 4}, coalesce($${at + 5}::timestamptz, clock_timestamp()))`;
  });
  yield {
    sql: `insert into outbox (${OUTBOX_COLUMNS}, created_at) values ${values.join(', ')}`,
    parameters: rows.flatMap(({ id, subject, body, publishAt }) => [
      id,
      subject,
      ...(body.length < GZIP_FROM ? [body, null] : [null, gzipSync(body, { level: 1 })]),
      publishAt ?? null,
    ]),
  };
}

export function outboxRowOf(row: StoredOutboxRow): OutboxRow {
  const { id, subject } = row;
  return { id, subject, body: row.gzipped === null ? row.body : gunzipSync(row.gzipped).toString() };
}
