import { labelOf, type Labels } from '@gomon/contracts';

/** The value of the first of some labels that says anything, in lower case; empty: none does. */
export function firstOf(labels: Labels, names: readonly string[]): string {
  for (const name of names) {
    const value = labelOf(labels, name).trim();
    if (value !== '') return value.toLowerCase();
  }
  return '';
}
