/** What moves the cursor, rings, hides or turns text around: everything that is no character a person sees. */
const INVISIBLE = /[^\P{C}\n\t]/gu;

/** Text from outside, harmless for a terminal. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, '\ufffd');
}

/** JSON that is harmless for a terminal, and still says the same. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(INVISIBLE, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
