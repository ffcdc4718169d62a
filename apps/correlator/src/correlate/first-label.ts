import { labelOf, type Labels } from '@gomon/contracts';

/** The value of the first of some labels that says anything, in lower case; empty: none does. */
export function firstOf(labels: Labels, names: readonly string[]): string {
  return (names.map((one) => labelOf(labels, one).trim()).find((one) => one !== '') ?? '').toLowerCase();
}
