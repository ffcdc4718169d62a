import { z } from 'zod';

/** A message that has to be published once its transaction is committed. Its id is the message id. */
export interface OutboxRow {
  readonly id: string;
  readonly subject: string;
  /** An event as JSON, or several (CloudEvents' JSON batch format). */
  readonly body: string;
  /** Not before; absent: at once. */
  readonly publishAt?: string;
}

/** Small enough to be read, and to be delivered again for one of its events. */
const MOST_EVENTS = 64;
const MOST_LENGTH = 200_000;

/**
 * Events for one subject that are published at one time share a message: its sync to disk costs the same for one and for many.
 * An event alone stays as it is.
 */
export function packed(events: readonly OutboxRow[]): readonly OutboxRow[] {
  const bySubject = Map.groupBy(events, ({ subject, publishAt = '' }) => `${subject} ${publishAt}`);
  return [...bySubject.values()].flatMap((all) =>
    chunksOf(all, MOST_EVENTS, ({ body }) => body.length).map(rowOf),
  );
}

/** Pieces of at most `most` items that are short enough for a message together; an item is never cut. */
export function chunksOf<Item>(
  items: readonly Item[],
  most: number,
  lengthOf: (item: Item) => number,
): readonly Item[][] {
  const chunks: Item[][] = [];
  let length = Infinity;
  for (const item of items) {
    length += lengthOf(item);
    const last = chunks.at(-1);
    if (last !== undefined && last.length < most && length <= MOST_LENGTH) {
      last.push(item);
    } else {
      chunks.push([item]);
      length = lengthOf(item);
    }
  }
  return chunks;
}

function rowOf(events: readonly OutboxRow[]): OutboxRow {
  const [first] = events;
  if (first === undefined) throw new RangeError('a message of no events');
  if (events.length === 1) return first;
  return {
    id: `${first.id}+${events.length - 1}`,
    subject: first.subject,
    ...(first.publishAt === undefined ? {} : { publishAt: first.publishAt }),
    body: `[${events.map(({ body }) => body).join(',')}]`,
  };
}

/** Each event of a message as a message of its own. */
export function unpacked(row: OutboxRow): readonly OutboxRow[] {
  const events: unknown = JSON.parse(row.body);
  if (!Array.isArray(events)) return [row];
  return z
    .array(z.looseObject({ id: z.string() }))
    .parse(events)
    .map((event) => ({ id: event.id, subject: row.subject, body: JSON.stringify(event) }));
}
