import { canonicalTime, timestamp } from './timestamp.js';

describe('a time', () => {
  it.each([
    ['2026-11-25T09:40:10Z', '2026-11-25T09:40:10.000Z'],
    ['2026-11-25T11:40:10.123456789+02:00', '2026-11-25T09:40:10.123Z'],
    ['2026-11-25 09:40:10.1-01:30', '2026-11-25T11:10:10.100Z'],
  ])('%s is %s', (text, expected) => {
    expect(canonicalTime(text)).toBe(expected);
    expect(timestamp.parse(expected)).toBe(expected);
  });

  it.each([undefined, null, '', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000+01:00'])(
    '%s means that there is none',
    (text) => {
      expect(canonicalTime(text)).toBeUndefined();
    },
  );

  it.each(['yesterday', '2026-11-25', '2026-13-25T09:40:10Z', '1764064800'])('%s is refused', (text) => {
    expect(() => canonicalTime(text)).toThrow(RangeError);
  });
});
