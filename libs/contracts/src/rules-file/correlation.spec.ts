import { correlation, VIAS } from './correlation.js';
import { CORRELATION_PACK, KNOWN_KINDS } from './correlation-pack.js';
import { readRulesFile } from './read-rules-file.js';

const pattern = { name: 'x', cause: ['dns'], effect: ['errors'], via: ['app'] };

function faultsIn(text: string): readonly string[] {
  const read = readRulesFile(text);
  return read.ok ? [] : read.faults.map(({ line, path }) => `${line} ${path}`);
}

describe('the section correlation', () => {
  it('has a default for everything', () => {
    expect(correlation.parse({})).toEqual({ enabled: true, defaults: true, kinds: [], patterns: [] });
    expect(
      correlation.parse({ kinds: [{ name: 'mine', says: ['mine'] }], patterns: [pattern] }),
    ).toMatchObject({
      kinds: [{ depth: 9 }],
      patterns: [{ within: 1_800_000, early: 300_000, weight: 0.9 }],
    });
  });

  it('takes names of kinds as they are, and parses matchers', () => {
    const read = correlation.parse({ patterns: [{ ...pattern, cause: ['dns', 'team="shop"', 'any'] }] });
    expect(read.patterns[0]?.cause).toEqual(['dns', { name: 'team', operator: '=', value: 'shop' }, 'any']);
  });

  it.each([
    ["effect: ['errors', 'erors']", 'correlation.patterns[0].effect[1]'],
    ['effect: [\'a=~"["\']', 'correlation.patterns[0].effect[0]'],
    ['effect: []', 'correlation.patterns[0].effect'],
    ['effect: [errors], via: []', 'correlation.patterns[0].via'],
    ['effect: [errors], via: [room]', 'correlation.patterns[0].via[0]'],
    ['effect: [errors], weight: 1.1', 'correlation.patterns[0].weight'],
    ['effect: [errors], within: soon', 'correlation.patterns[0].within'],
    ['effect: [errors], late: 1h', 'correlation.patterns[0].late'],
  ])('refuses a pattern with %s, at its place', (text, path) => {
    const via = text.includes('via') ? '' : ', via: [app]';
    const file = `correlation:\n  patterns:\n    - { name: x, cause: [dns], ${text}${via} }\n`;
    expect(faultsIn(file)).toContainEqual(`3 ${path}`);
  });

  it.each([
    ['{ name: Mine, says: [x] }', 'correlation.kinds[0].name'],
    ['{ name: mine, says: [] }', 'correlation.kinds[0].says'],
    ["{ name: mine, says: [''] }", 'correlation.kinds[0].says[0]'],
    ['{ name: mine, says: [x], depth: 21 }', 'correlation.kinds[0].depth'],
    ['{ name: mine, says: [x], about: room }', 'correlation.kinds[0].about'],
  ])('refuses the kind %s, at its place', (kind, path) => {
    expect(faultsIn(`correlation:\n  kinds:\n    - ${kind}\n`)).toEqual([`3 ${path}`]);
  });

  it('knows the kinds of the file itself, also without the defaults', () => {
    const text = `
correlation:
  defaults: false
  kinds: [{ name: mine, says: [mine] }]
  patterns: [{ name: x, cause: [mine], effect: [any, other], via: [app] }]
`;
    expect(faultsIn(text)).toEqual([]);
  });
});

describe('what is known without a file', () => {
  it('can be written into one', () => {
    const { kinds, patterns } = CORRELATION_PACK;
    const named = patterns.flatMap(({ cause, effect }) => [...cause, ...effect]);
    expect(named.filter((one) => typeof one === 'string' && one !== 'any' && !KNOWN_KINDS.has(one))).toEqual(
      [],
    );
    expect(kinds.map(({ name }) => name).filter((name) => !KNOWN_KINDS.has(name))).toEqual([]);
  });

  it('has a use for each way in which alerts share something', () => {
    const used = new Set(CORRELATION_PACK.patterns.flatMap(({ via }) => via));
    expect([...used].sort()).toEqual([...VIAS].sort());
  });

  it('has kinds that some pattern names, or that stay alone', () => {
    const named = new Set(CORRELATION_PACK.patterns.flatMap(({ cause, effect }) => [...cause, ...effect]));
    const unnamed = new Set(
      CORRELATION_PACK.kinds.map(({ name }) => name).filter((name) => !named.has(name)),
    );
    expect([...unnamed]).toEqual(['info', 'deprecation', 'cost', 'on-call-schedule', 'egress', 'forecast']);
  });

  it('says with words as they are read from names: of lower case, between single spaces', () => {
    const phrases = CORRELATION_PACK.kinds.flatMap(({ says, named = [], parts = [] }) => [
      ...says,
      ...named,
      ...parts,
    ]);
    const alternatives = phrases.flatMap((phrase) => phrase.split('|'));
    expect(alternatives.filter((one) => !/^[\p{Ll}\p{Nd}]+(?: [\p{Ll}\p{Nd}]+)*$/u.test(one))).toEqual([]);
  });
});
