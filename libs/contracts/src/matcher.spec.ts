import fc from 'fast-check';
import { compileMatcher, compileMatchers, MatcherError, parseMatcher } from './matcher.js';

const matches = (text: string, labels: Record<string, string>) => compileMatcher(parseMatcher(text))(labels);

describe('a matcher', () => {
  it.each([
    ['a=b', { a: 'b' }, true],
    ['a="b c"', { a: 'b c' }, true],
    ['a!=b', { a: 'c' }, true],
    ['a=~"b|c"', { a: 'c' }, true],
    ['a=~"b"', { a: 'abc' }, false],
    ['a!~"b.*"', { a: 'bcd' }, false],
    ['"häuser.größe/x"=~"[0-9]+"', { 'häuser.größe/x': '42' }, true],
    ['a="\\"x\\"\\n"', { a: '"x"\n' }, true],
  ])('%s of %j is %s', (text, labels, expected) => {
    expect(matches(text, labels)).toBe(expected);
  });

  it.each([
    ['x=~"db"', { x: 'db-1' }, false],
    ['x=~"db|web"', { x: 'webserver' }, false],
    ['x=~"db|web"', { x: 'mydb' }, false],
    ['x=~"db.*"', { x: 'db-1' }, true],
    ['x=~""', {}, true],
    ['x=~"(?i)DB-1"', { x: 'db-1' }, true],
    ['x=~"(a+)+$"', { x: `${'a'.repeat(40)}!` }, false],
    ['x!~".+"', {}, true],
    ['x=~"a.b"', { x: 'aXb' }, true],
    ['x="a.b"', { x: 'aXb' }, false],
  ])('is anchored at both ends: %s of %j is %s', (text, labels, expected) => {
    expect(matches(text, labels)).toBe(expected);
  });

  it('takes a missing label for an empty one', () => {
    expect(matches('a=""', {})).toBe(true);
    expect(matches('a!=""', {})).toBe(false);
    expect(matches('a=~".*"', {})).toBe(true);
    expect(matches('toString=""', {})).toBe(true);
  });

  it.each(['', '=b', 'a', 'a=~"("', 'a="b', 'a=~"(?<=x)y"', 'a="\\q"'])(
    '%j is refused with the position of its fault',
    (text) => {
      expect(() => compileMatcher(parseMatcher(text))).toThrow(MatcherError);
      try {
        compileMatcher(parseMatcher(text));
      } catch (error) {
        expect(error instanceof MatcherError && error.position).toBeGreaterThanOrEqual(0);
      }
    },
  );

  it('cannot hang: an expression that explodes elsewhere is linear here', () => {
    expect(matches('a=~"(x+x+)+y"', { a: 'x'.repeat(50_000) })).toBe(false);
  });

  it('of several all have to match', () => {
    const both = compileMatchers([parseMatcher('a=1'), parseMatcher('b!=2')]);
    expect([both({ a: '1' }), both({ a: '1', b: '2' })]).toEqual([true, false]);
  });

  it('with a quoted value matches exactly that value', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (value, other) => {
        const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
        expect(matches(`a="${quoted}"`, { a: value })).toBe(true);
        expect(matches(`a="${quoted}"`, { a: other })).toBe(value === other);
      }),
    );
  });
});
