import { cursorOf, idOfCursor, pageCursor } from './page-cursor.js';

it('a cursor leads back to its row, and what is none is refused', () => {
  const id = '0195a1b2-0000-7000-8000-000000000001';
  expect(idOfCursor(pageCursor.parse(cursorOf(id)))).toBe(id);
  expect(idOfCursor(undefined)).toBeUndefined();
  for (const text of ['', 'abc', Buffer.from('not an id').toString('base64url')]) {
    expect(pageCursor.safeParse(text).success).toBe(false);
  }
});
