import type { Tell } from './changes.js';
import { NOTHING_TO_TELL } from './settle.js';

/** What inputs led to so far for one problem. */
export interface Gathered {
  readonly announces: string[];
  readonly why: string[];
  readonly mention: string[];
  isInsistent: boolean;
  /** Something of it is told at once, in a storm as well. */
  isNews: boolean;
  isDigestDue: boolean;
}

/** Of a problem to which nothing has happened. */
export function nothingYet(): Gathered {
  return { ...NOTHING_TO_TELL, announces: [], why: [], mention: [], isNews: false, isDigestDue: false };
}

/** Each reason once, however many inputs give it. */
export function gather(
  gathered: Gathered,
  { announce, why, mention = [], insists = false, digest }: Tell,
): void {
  gathered.isNews ||= digest === undefined;
  if (digest === 'now') {
    gathered.isDigestDue = true;
    return;
  }
  if (announce && !gathered.announces.includes(why)) gathered.announces.push(why);
  if (!gathered.why.includes(why)) gathered.why.push(why);
  gathered.mention.push(...mention.filter((one) => !gathered.mention.includes(one)));
  gathered.isInsistent ||= insists;
}
