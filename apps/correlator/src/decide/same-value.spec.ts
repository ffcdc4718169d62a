import fc from 'fast-check';
import { isSameValue } from './same-value.js';

/** The same value, its fields in the other order. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, reversed(field)]),
  );
}

describe('two values', () => {
  it('say the same whatever the order of their fields, and as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(isSameValue(value, reversed(value))).toBe(true);
      }),
    );
  });

  it('say the same exactly when they do as sorted JSON', () => {
    const small = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(isSameValue(a, b)).toBe(sorted(a) === sorted(b));
      }),
    );
  });

  it('with a field that is undefined say what they say without', () => {
    expect(isSameValue({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(isSameValue({ a: 1, b: undefined }, { a: 1, c: 2 })).toBe(false);
    expect(isSameValue({ constructor: 'x' }, {})).toBe(false);
    expect(isSameValue([undefined], [])).toBe(false);
  });
});

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  ).replaceAll('-0', '0');
}
