import fc from 'fast-check';
import { cleanText, cutText } from './clean-text.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.constantFrom('👩‍👩‍👧‍👦'.repeat(50), 'é'.repeat(300), '\ud800'.repeat(20), 'a\0b', 'x'.repeat(599)),
);

describe('text from outside', () => {
  it('is well formed, without NUL and not too long afterwards, and says what was done', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 500 }), (raw, longest) => {
        const { text, notes } = cleanText(raw, longest);
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toContain('\0');
        expect(text.length).toBeLessThanOrEqual(longest);
        expect(notes.length > 0).toBe(text !== raw);
      }),
    );
  });

  it('is cut between characters that a person would see', () => {
    const family = '👩‍👩‍👧‍👦';
    expect(cutText(`ab${family}cd`, 12)).toBe('ab…');
    expect(cutText(`ab${family}cd`, 2 + family.length + 2)).toBe(`ab${family}cd`);
    expect(cutText('abcdef', 4)).toBe('abc…');
    expect(cutText('abcdef', 6)).toBe('abcdef');
    expect(cutText('abcdef', 4, ' [cut]')).toBe(' [cut]');
  });

  it('is a beginning of what it was, and a mark', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 500 }), (raw, longest) => {
        const text = raw.toWellFormed();
        const cut = cutText(text, longest);
        expect(cut === text || text.startsWith(cut.slice(0, -1))).toBe(true);
      }),
    );
  });
});
