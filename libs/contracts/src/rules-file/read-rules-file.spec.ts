import fc from 'fast-check';
import type { FileFault } from '../file-fault.js';
import { readRulesFile } from './read-rules-file.js';
import { rulesFile, type RulesFile } from './rules-file.js';

function rulesIn(text: string): RulesFile {
  const read = readRulesFile(text);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.rules;
}

function faultsIn(text: string): readonly FileFault[] {
  const read = readRulesFile(text);
  return read.ok ? [] : read.faults;
}

describe('a rules file', () => {
  it.each(['', '# nothing\n', '---\n', '{}'])('%j is the default', (text) => {
    expect(rulesIn(text)).toEqual(rulesFile.parse({}));
  });

  it('replaces the default by what it says, field by field', () => {
    const rules = rulesIn(`
severity:
  - matchers: ['namespace="payments"', 'tier=~"gold|silver"']
    severity: P0
quiet_after_resolve: 1h30m
`);
    expect(rules).toEqual({
      ...rulesFile.parse({}),
      severity: [
        {
          matchers: [
            { name: 'namespace', operator: '=', value: 'payments' },
            { name: 'tier', operator: '=~', value: 'gold|silver' },
          ],
          severity: 'P0',
        },
      ],
      quiet_after_resolve: 5_400_000,
    });
  });

  it.each([
    ['1w2d3h4m5s6ms', 788_645_006],
    ['90s', 90_000],
    ['0s', 0],
    ['366d', 31_622_400_000],
  ])('takes %s for %d ms', (text, ms) => {
    expect(rulesIn(`quiet_after_resolve: ${text}`).quiet_after_resolve).toBe(ms);
  });

  it.each([
    ['quiet_after_resolve: 5', 1, 22, 'quiet_after_resolve'],
    ['quiet_after_resolve: 1s1h', 1, 22, 'quiet_after_resolve'],
    ['quiet_after_resolve: 367d', 1, 22, 'quiet_after_resolve'],
    ['quiet_after_resolve: ""', 1, 22, 'quiet_after_resolve'],
    ['severity:\n  - severity: P0\n    severitty: P1\n', 3, 5, 'severity[0].severitty'],
    ['severity:\n  - severity: P9\n', 2, 15, 'severity[0].severity'],
    ['severity:\n  - matchers: []\n', 2, 5, 'severity[0].severity'],
    ['severity:\n  - severity: P0\n    matchers: [\'a=~"["\']\n', 3, 16, 'severity[0].matchers[0]'],
    ["severity:\n  - severity: P0\n    matchers: ['a']\n", 3, 16, 'severity[0].matchers[0]'],
    ['route: { receiver: nobody }', 1, 20, 'route.receiver'],
    [
      'route:\n  receiver: normal\n  routes:\n    - {}\n    - receiver: x\n',
      5,
      17,
      'route.routes[1].receiver',
    ],
    ['route: { routes: [] }', 1, 8, 'route'],
    [
      "receivers:\n  - { name: a, slack: { channel: '#a' } }\n  - { name: a, slack: { channel: '#b' } }\nroute: { receiver: a }\n",
      3,
      13,
      'receivers[1].name',
    ],
    [
      "receivers:\n  - { name: a, slack: { channel: 'Not a channel' } }\n",
      2,
      34,
      'receivers[0].slack.channel',
    ],
    ['nope: 1', 1, 1, 'nope'],
    ['[]', 1, 1, ''],
    ['just a text', 1, 1, ''],
  ])('%j is refused at line %d, column %d (%s)', (text, line, column, path) => {
    expect(faultsIn(text)).toContainEqual({
      line,
      column,
      path,
      message: expect.stringMatching(/./) as string,
    });
  });

  it.each([
    ['severity: [', 'not closed'],
    ['quiet_after_resolve: 1h\nquiet_after_resolve: 2h', 'twice'],
    ['a: &a [1]\nb: *c', 'an alias of nothing'],
    ['\t- x', 'a tab'],
  ])('%j is refused (%s)', (text) => {
    expect(faultsIn(text)).not.toEqual([]);
  });

  it('is refused when its aliases would fill the memory', () => {
    const levels = Array.from({ length: 9 }, (_, index) => {
      const items = index === 0 ? 'x' : Array.from({ length: 9 }, () => `*l${index - 1}`).join(', ');
      return `l${index}: &l${index} [${items}]`;
    });
    expect(faultsIn(levels.join('\n'))).not.toEqual([]);
  });

  it('tells every fault at once, in the order of the file', () => {
    const faults = faultsIn('quiet_after_resolve: soon\nseverity:\n  - severity: P7\nnope: 1\n');
    expect(faults.map(({ line }) => line)).toEqual([1, 3, 4]);
  });

  it('never throws, whatever it is, and has a place for every fault', () => {
    const yamlish = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .array(
          fc.constantFrom(
            'severity:',
            '  - ',
            '{',
            '}',
            '[',
            ']',
            'route: ',
            '&a ',
            '*a',
            '"',
            "'",
            '\n',
            'P0',
            ': ',
            '#',
            '\t',
          ),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(yamlish, (text) => {
        const lines = text.split('\n').length;
        for (const { line, column } of faultsIn(text)) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines + 1);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
    );
  });
});
