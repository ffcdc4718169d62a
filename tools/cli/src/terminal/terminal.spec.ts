import { printable, printableJson } from './printable.js';
import { table } from './table.js';

describe('text for a terminal', () => {
  it('is harmless', () => {
    expect(printable('a\u001b[31mb\u0007\u202ec\u009bd\re\n')).toBe(
      'a\ufffd[31mb\ufffd\ufffdc\ufffdd\ufffde\n',
    );
  });

  it('as JSON is harmless and says the same', () => {
    const value = { a: '\u001b]0;x\u0007 \u009b1m \u202e 👩\u200d🚒 \udb40\udc01 größe', b: ['\n'] };
    const text = printableJson(value, 1);
    expect(printable(text)).toBe(text);
    expect(JSON.parse(text)).toEqual(value);
  });

  it('stands in columns', () => {
    expect(
      table([
        ['A', 'B'],
        ['long', 'x\ny'],
      ]),
    ).toBe('A     B\nlong  x y');
  });
});
