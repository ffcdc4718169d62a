import { z } from 'zod';

/** Names and values as the sender wrote them, cleaned at the border. UTF-8 names are allowed. */
export const labels = z.record(z.string(), z.string());
export type Labels = Readonly<Record<string, string>>;

/** A label's value, the empty text where it is missing: a missing label equals an empty one (Prometheus). */
export function labelOf(all: Labels, name: string): string {
  return Object.hasOwn(all, name) ? (all[name] ?? '') : '';
}
