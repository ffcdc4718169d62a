import { createHash } from 'node:crypto';
import { cleanText } from '@gomon/contracts';

/** Limits of what is kept, in UTF-16 units and entries. */
export const LIMITS = {
  labels: 256,
  labelName: 256,
  labelValue: 4_096,
  annotations: 256,
  annotation: 32_768,
  url: 4_096,
  values: 256,
  details: 16_384,
  detailsDepth: 16,
  message: 8_192,
} as const;

/** Collects what was changed about an alert, in words. */
export class Notes {
  readonly all: string[] = [];

  /** Text from outside, safe to keep and not too long; what was done to it is noted under its name. */
  text(name: string, raw: string, maxLength: number, mark?: string): string {
    const { text, notes } = cleanText(raw, maxLength, mark);
    for (const note of notes) this.add(`${name}: ${note}`);
    return text;
  }

  add(note: string): void {
    if (this.all.length < 50)
      this.all.push(note.length > 300 ? `${note.slice(0, 299).toWellFormed()}…` : note);
  }
}

/** Scalars as text, null as absent, the rest as JSON text. */
export function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : `${value as number | boolean}`;
}

/** A label's value is part of an identity: one that is cut keeps a hash of the whole, so that two do not become one. */
export function labelValue(notes: Notes, name: string, raw: string): string {
  if (raw.length <= LIMITS.labelValue) return notes.text(`label ${name}`, raw, LIMITS.labelValue);
  const hash = createHash('sha256').update(raw).digest('hex').slice(0, 12);
  return notes.text(`label ${name}`, raw, LIMITS.labelValue, `… #${hash}`);
}

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

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** Fields that have no place of their own, as they came; too much of it is left out and noted. */
export function detailsOf(
  notes: Notes,
  fields: Readonly<Record<string, unknown>>,
): Record<string, JsonValue> | undefined {
  const entries = Object.entries(fields).filter(
    ([name, value]) => value !== undefined && name !== '__proto__',
  );
  if (entries.length === 0) return undefined;
  const details = Object.fromEntries(
    entries.map(([name, value]) => [cleanText(name, LIMITS.labelName).text, cleanJson(value)]),
  );
  const { length } = JSON.stringify(details);
  if (length <= LIMITS.details) return details;
  notes.add(`details: ${length} characters left out (${Object.keys(details).slice(0, 10).join(', ')})`);
  return undefined;
}
