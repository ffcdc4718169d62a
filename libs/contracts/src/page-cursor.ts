import { z } from 'zod';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where a page ends, and the next one starts behind it. Opaque to clients. */
export const pageCursor = z.string().refine((cursor) => UUID.test(decoded(cursor)), {
  error: 'is no cursor of this service: take the one of the page before as it is',
});

/** The cursor of a page that ends with the row of this id. */
export function cursorOf(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** The id behind which a page starts; undefined for the first page. */
export function idOfCursor(cursor: z.infer<typeof pageCursor> | undefined): string | undefined {
  return cursor === undefined ? undefined : decoded(cursor);
}

function decoded(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}
