import { cleanJson } from './clean.js';

/** One alert of a webhook that cannot be taken. */
export interface Fault {
  readonly index: number;
  readonly reason: string;
  readonly alert: unknown;
}

/** Refused alerts, with all that is needed to send them again: one, or several where there are very many. */
export interface Refused {
  /** Of the first of them. */
  readonly index: number;
  readonly count: number;
  readonly reason: string;
  /** A webhook body that holds these alerts alone. */
  readonly body: string;
}

/** So many get a letter of their own; the others share letters, so that a body full of nonsense does not become a flood. */
const MOST_ALONE = 100;
const SHARED_CHARACTERS = 100_000;
/** The group goes along with each letter: one that is larger goes without its long fields. The report has them. */
const GROUP_CHARACTERS = 16_384;
const SHORT_FIELD = 500;

/** What the dead letters of a webhook's refused alerts hold. */
export function refusedOf(
  webhook: Readonly<Record<string, unknown>>,
  faults: readonly Fault[],
): readonly Refused[] {
  if (faults.length === 0) return [];
  const [head, tail] = groupAround(webhook);
  const letters: { faults: Fault[]; texts: string[]; length: number; isCut: boolean }[] = [];
  for (const [position, fault] of faults.entries()) {
    const { text, isCut } = jsonText(fault.alert);
    const last = letters.at(-1);
    if (position > MOST_ALONE && last !== undefined && last.length + text.length <= SHARED_CHARACTERS) {
      last.faults.push(fault);
      last.texts.push(text);
      last.length += text.length;
      last.isCut ||= isCut;
    } else letters.push({ faults: [fault], texts: [text], length: text.length, isCut });
  }
  return letters.flatMap(({ faults: [first, ...others], texts, isCut }) => {
    if (first === undefined) return [];
    const more =
      others.length === 0
        ? ''
        : `; and ${others.length} more, the last of them: ${others.at(-1)?.reason ?? ''}`;
    const cut = isCut ? ' (it is nested too deep to be kept whole)' : '';
    return {
      index: first.index,
      count: texts.length,
      reason: first.reason + more + cut,
      body: `${head}${texts.join(',')}${tail}`,
    };
  });
}

/** The webhook's JSON before and behind its alerts. */
function groupAround({ alerts: _, ...group }: Readonly<Record<string, unknown>>): readonly [string, string] {
  const whole = jsonText(group).text;
  const short = Object.entries(group).filter(([, value]) => jsonText(value).text.length <= SHORT_FIELD);
  const kept =
    whole.length <= GROUP_CHARACTERS
      ? group
      : Object.fromEntries(short.slice(0, GROUP_CHARACTERS / SHORT_FIELD));
  const { text } = jsonText({ ...kept, alerts: [] });
  return [text.slice(0, -2), text.slice(-2)];
}

/** JSON as it came, or cut at a depth that can be written. */
function jsonText(value: unknown): { readonly text: string; readonly isCut: boolean } {
  try {
    return { text: JSON.stringify(value), isCut: false };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { text: JSON.stringify(cleanJson(value)), isCut: true };
  }
}
