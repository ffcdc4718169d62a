/**
 * Text from outside, made safe for PostgreSQL (neither text nor jsonb stores NUL, jsonb refuses lone surrogates) and
 * bounded, without cutting a character a person would see in two.
 */

/** Text as it is kept, and what was done to it. */
export interface CleanText {
  readonly text: string;
  readonly notes: readonly string[];
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Replaces NUL and lone surrogates by U+FFFD and cuts at `maxLength` UTF-16 units, on the border of a grapheme.
 * @param mark stands at the end of a text that was cut (counted in `maxLength`).
 */
export function cleanText(raw: string, maxLength: number, mark = '…'): CleanText {
  const notes: string[] = [];
  let text = raw;
  if (text.includes('\0')) {
    text = text.replaceAll('\0', '\uFFFD');
    notes.push('NUL replaced');
  }
  if (!text.isWellFormed()) {
    text = text.toWellFormed();
    notes.push('lone surrogate replaced');
  }
  if (text.length > maxLength) {
    notes.push(`cut from ${text.length} to ${maxLength} characters`);
    text = cutText(text, maxLength, mark);
  }
  return { text, notes };
}

/** Cuts at `maxLength` UTF-16 units on the border of a grapheme, with a mark at the end; shorter text stays as it is. */
export function cutText(text: string, maxLength: number, mark = '…'): string {
  if (text.length <= maxLength) return text;
  const room = Math.max(0, maxLength - mark.length);
  // One grapheme is at most some dozens of units, so the border is looked for near the end only.
  const from = Math.max(0, room - 256);
  const safeFrom = from > 0 && isLowSurrogate(text, from) ? from - 1 : from;
  let end = safeFrom;
  for (const { index, segment } of graphemes.segment(text.slice(safeFrom, room + 256))) {
    if (safeFrom + index + segment.length > room) break;
    end = safeFrom + index + segment.length;
  }
  return text.slice(0, end) + mark;
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
