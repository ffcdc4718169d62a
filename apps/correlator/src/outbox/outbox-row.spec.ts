import fc from 'fast-check';
import { packed, unpacked, type OutboxRow } from './outbox-row.js';

/** Events of a few subjects, each known by its id. */
const events = fc
  .array(
    fc.record({ subject: fc.constantFrom('a', 'b', 'c'), length: fc.integer({ min: 0, max: 120_000 }) }),
    {
      maxLength: 300,
      size: 'max',
    },
  )
  .map((all) =>
    all.map(({ subject, length }, index): OutboxRow => {
      const id = `${index}`;
      return { id, subject, body: JSON.stringify({ id, text: 'x'.repeat(length) }) };
    }),
  );

const bySubject = (rows: readonly OutboxRow[]) => Map.groupBy(rows, ({ subject }) => subject);

describe('events that share messages', () => {
  it('are all there once, in their order, and come apart as they were', () => {
    fc.assert(
      fc.property(events, (all) => {
        expect(bySubject(packed(all).flatMap(unpacked))).toEqual(bySubject(all));
      }),
      { numRuns: 15 },
    );
  });

  it('stay below what a message takes, and no message could hold those of the next as well', () => {
    fc.assert(
      fc.property(events, (all) => {
        for (const rows of bySubject(packed(all)).values()) {
          const sizes = rows.map((row) => unpacked(row).length);
          for (const [index, row] of rows.entries()) {
            const size = sizes[index] ?? 0;
            expect(size).toBeLessThanOrEqual(64);
            expect(size === 1 || row.body.length <= 210_000).toBe(true);
            const next = rows[index + 1];
            if (next === undefined) continue;
            const [first] = unpacked(next);
            expect(size === 64 || row.body.length + (first?.body.length ?? 0) > 200_000).toBe(true);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('have message ids of their own, and one alone keeps its own', () => {
    fc.assert(
      fc.property(events, (all) => {
        const rows = packed(all);
        expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
        for (const row of rows) if (unpacked(row).length === 1) expect(all).toContainEqual(row);
      }),
      { numRuns: 15 },
    );
  });
});
