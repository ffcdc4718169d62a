import { createHash } from 'node:crypto';
import { cleanText } from '@gomon/contracts';

/** Limits of what is kept, in UTF-16 units and entries. What is cut or left out is noted. */
export const LIMITS = {
  labels: 256,
  labelName: 256,
  labelValue: 4_096,
  annotations: 256,
  annotation: 32_768,
  url: 4_096,
  values: 256,
  groupLabels: 64,
  message: 8_192,
  /** All fields without a place of their own, as JSON; one that does not fit is kept in part. */
  details: 16_384,
  detail: 1_000,
  detailsDepth: 16,
  notes: 50,
  note: 300,
} as const;

/** Collects what was changed about an alert, in words. */
export class Notes {
  readonly all: string[] = [];
  /** UTF-16 units of all text that was kept. */
  units = 0;

  /** Text from outside, safe to keep and not too long; what was done to it is noted under its name. */
  text(name: string, raw: string, maxLength: number, mark?: string): string {
    const { text, notes } = isFine(raw, maxLength)
      ? { text: raw, notes: [] }
      : cleanText(raw, maxLength, mark);
    for (const note of notes) this.add(`${name}: ${note}`);
    this.units += text.length;
    return text;
  }

  add(note: string): void {
    if (this.all.length < LIMITS.notes) this.all.push(cleanText(note, LIMITS.note).text);
    else this.all[LIMITS.notes] = 'there is more that was changed';
  }
}

function isFine(text: string, maxLength: number): boolean {
  return text.length <= maxLength && !text.includes('\0') && text.isWellFormed();
}

/** Scalars as text, null as absent, the rest as JSON text (to a bounded depth). */
export function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.stringify(cleanJson(value));
}

/** A label is part of an identity: what is cut keeps a hash of the whole, so that two do not become one. */
export function labelText(notes: Notes, what: string, raw: string, maxLength: number): string {
  if (raw.length <= maxLength) return notes.text(what, raw, maxLength);
  const hash = createHash('sha256').update(raw).digest('hex').slice(0, 12);
  return notes.text(what, raw, maxLength, `… #${hash}`);
}

/** The entries of an object from outside. `__proto__` is no name that readers keep: its value stands in the notes. */
export function entriesOf(notes: Notes, what: string, object: object): [string, unknown][] {
  const entries: [string, unknown][] = Object.entries(object);
  if (!Object.hasOwn(object, '__proto__')) return entries;
  return entries.filter(([name, value]) => {
    if (name !== '__proto__') return true;
    notes.add(`${what} __proto__: left out, its value was ${textOf(value) ?? 'null'}`);
    return false;
  });
}

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** Any JSON, safe to keep: clean text, bounded depth. */
export function cleanJson(value: unknown, depth = 0): JsonValue {
  if (typeof value === 'string') return cleanText(value, LIMITS.annotation).text;
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object') return null;
  if (depth >= LIMITS.detailsDepth) return '…';
  if (Array.isArray(value)) return value.map((item) => cleanJson(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '__proto__')
      .map(([name, item]) => [cleanText(name, LIMITS.labelName).text, cleanJson(item, depth + 1)]),
  );
}

/** Fields that have no place of their own, as they came. One that is too large is kept in part, as text, and noted. */
export function detailsOf(
  notes: Notes,
  fields: Readonly<Record<string, unknown>>,
): Record<string, JsonValue> | undefined {
  const kept: [string, JsonValue][] = [];
  let room: number = LIMITS.details;
  for (const [rawName, value] of entriesOf(notes, 'field', fields)) {
    if (value === undefined) continue;
    const name = cleanText(rawName, LIMITS.labelName).text;
    const json = cleanJson(value);
    const whole = JSON.stringify(json);
    const fits = whole.length <= room;
    const part = fits ? whole : notes.text(`field ${name}`, whole, LIMITS.detail);
    if (part.length <= room) {
      kept.push([name, fits ? json : part]);
      room -= part.length;
    } else notes.add(`field ${name}: ${whole.length} characters left out`);
  }
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
