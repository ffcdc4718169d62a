import { isBlank } from './escape.js';

export type Block = Readonly<Record<string, unknown>>;

interface TextObject {
  readonly type: string;
  readonly text: string;
}

/** `:names:` of emoji that come from outside stay what they are. */
export function plain(text: string): TextObject & { readonly emoji: boolean } {
  return { type: 'plain_text', text, emoji: false };
}

/** Names and addresses do not become links by themselves. */
export function mrkdwn(text: string): TextObject & { readonly verbatim: boolean } {
  return { type: 'mrkdwn', text, verbatim: true };
}

export function header(text: string): Block {
  return { type: 'header', text: plain(text) };
}

export function section(text: TextObject): readonly Block[] {
  return isBlank(text.text) ? [] : [{ type: 'section', text }];
}

export function context(elements: readonly TextObject[]): Block {
  return { type: 'context', elements };
}
