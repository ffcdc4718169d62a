import fc from 'fast-check';
import { hashOf, PlaceTable } from './place-table.js';

/** Few of them, of which many begin at one place: they differ in their first bits or in their last ones. */
const hash = fc
  .tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: 0, max: 3 }))
  .map(([high, low]) => (high << 20) | low);
const step = fc.record({ hash, number: fc.integer({ min: -2, max: 5 }), removes: fc.boolean() });
const purge = fc.record({ purges: fc.integer({ min: -2, max: 5 }) });

function numbersOf(table: PlaceTable, wanted: number): readonly number[] {
  const found: number[] = [];
  for (let place = table.next(wanted); place >= 0; place = table.next(wanted, place))
    found.push(table.at(place));
  return found.sort((a, b) => a - b);
}

it('has the numbers that were added of each hash, and none that was removed', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 9, arbitrary: step }, purge), { maxLength: 200 }), (steps) => {
      const table = new PlaceTable(8);
      const added = new Map<number, number[]>();
      for (const one of steps) {
        if ('purges' in one) {
          table.removeAll((number) => number === one.purges);
          for (const [of, numbers] of added)
            added.set(
              of,
              numbers.filter((number) => number !== one.purges),
            );
          continue;
        }
        const { hash: of, number, removes } = one;
        const numbers = added.get(of) ?? [];
        added.set(of, numbers);
        const place = removes ? table.next(of) : -1;
        if (place >= 0) {
          numbers.splice(numbers.indexOf(table.at(place)), 1);
          table.remove(place);
        } else if (number !== -1) {
          numbers.push(number);
          table.add(of, number);
        }
        for (const [one, expected] of added)
          expect(numbersOf(table, one)).toEqual(expected.toSorted((a, b) => a - b));
      }
    }),
    { numRuns: 500 },
  );
});

it('has another number where one was set', () => {
  const table = new PlaceTable();
  table.add(7, 1);
  table.set(table.next(7), 4);
  expect(numbersOf(table, 7)).toEqual([4]);
});

it('tells nearly all texts apart that are much alike', () => {
  const texts = Array.from({ length: 50_000 }, (_, index) => `pod:cart-${index}-6d4cf56db6-x7k2p`);
  for (const bits of [32, 17]) {
    const hashes = new Set(texts.map((text) => hashOf(text) >>> (32 - bits)));
    const last = new Set(texts.map((text) => hashOf(text) & (2 ** bits - 1)));
    // Of as many that are drawn by chance into 2^17 places some 41,500 differ.
    expect(Math.min(hashes.size, last.size)).toBeGreaterThan(bits === 32 ? 49_990 : 41_000);
  }
});
