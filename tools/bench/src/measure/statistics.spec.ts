import { median, percentile } from './statistics.js';

describe('a percentile', () => {
  it.each([
    [50, 5],
    [95, 10],
    [99, 10],
    [10, 1],
    [11, 2],
    [0, 1],
  ])('%d of ten values in any order is value %d', (percent, expected) => {
    expect(percentile([7, 1, 10, 3, 5, 9, 2, 8, 4, 6], percent)).toBe(expected);
  });

  it('of nothing is no number', () => {
    expect(percentile([], 50)).toBeNaN();
  });

  it('of one is the one; the median of three is the middle one', () => {
    expect([percentile([4], 99), median([9, 1, 5])]).toEqual([4, 5]);
  });
});
