import { warningsOf } from './check-rules-file.js';
import { readRulesFile } from './read-rules-file.js';

function faultsIn(limit: string): readonly string[] {
  const read = readRulesFile(`storms:\n  - ${limit}\n`);
  return read.ok ? [] : read.faults.map(({ line, path, message }) => `${line} ${path}: ${message}`);
}

describe('the section storms', () => {
  it('has a default for every field of a limit', () => {
    const read = readRulesFile('storms:\n  - { matchers: [\'team="shop"\'] }\n');
    expect(read.ok && read.rules.storms).toEqual([
      {
        matchers: [{ name: 'team', operator: '=', value: 'shop' }],
        alerts: 25,
        within: 300_000,
        digests: [60_000, 300_000, 900_000, 1_800_000, 3_600_000],
        calm: 5,
      },
    ]);
  });

  it('may be empty: nothing is a storm then', () => {
    const read = readRulesFile('storms: []\n');
    expect(read.ok && read.rules.storms).toEqual([]);
  });

  it.each([
    ['{ alerts: 0 }', '2 storms[0].alerts'],
    ['{ alerts: 2.5 }', '2 storms[0].alerts'],
    ['{ alerts: many }', '2 storms[0].alerts'],
    ['{ within: 0s }', '2 storms[0].within: at least one second and at most 24h'],
    ['{ within: 25h }', '2 storms[0].within: at least one second and at most 24h'],
    ['{ within: soon }', '2 storms[0].within'],
    ['{ digests: [] }', '2 storms[0].digests'],
    ['{ digests: [9s] }', '2 storms[0].digests[0]: at least 10s'],
    ['{ digests: [1m, soon] }', '2 storms[0].digests[1]'],
    ['{ digests: [5m, 5m, 1m] }', '2 storms[0].digests[2]: shorter than the one before: intervals grow'],
    ['{ calm: 0 }', '2 storms[0].calm'],
    ['{ alerts: 10, calm: 11 }', '2 storms[0].calm: calm must not be more than alerts'],
    ['{ alert: 10 }', '2 storms[0].alert'],
    ["{ matchers: ['a'] }", '2 storms[0].matchers[0]'],
  ])('refuses %s, at its place', (limit, fault) => {
    expect(faultsIn(limit)).toContainEqual(expect.stringContaining(fault));
  });

  it('is warned of where a limit can never be reached', () => {
    const read = readRulesFile(
      'storms:\n  - {}\n  - { matchers: [\'a="x"\'] }\n  - { matchers: [\'a="x"\', \'a="y"\'] }\n',
    );
    if (!read.ok) throw new Error('it is right');
    expect(warningsOf(read).map(({ line, path, message }) => `${line} ${path}: ${message}`)).toEqual([
      '3 storms[1]: never reached: [0] before it takes everything that it is for',
      '4 storms[2]: no alert can match all of this',
    ]);
  });
});
