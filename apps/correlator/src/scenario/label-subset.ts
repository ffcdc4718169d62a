import { compileMatcher, compileMatchers, MatcherError, type Labels, type Matcher } from '@gomon/contracts';
import { z } from 'zod';

/** What YAML takes for a number or a truth stands in a label as text. */
export const labelText = z.union([z.string(), z.number(), z.boolean()], 'a text').transform(String);

export const labelTexts = z.record(z.string(), labelText);

/** Labels that an alert must have, others beside; a value `~…` is an expression that is anchored at both ends. */
export const labelSubset = z.record(z.string().min(1), labelText).transform((labels, context) =>
  Object.entries(labels).map(([name, value]): Matcher => {
    const matcher: Matcher = value.startsWith('~')
      ? { name, operator: '=~', value: value.slice(1) }
      : { name, operator: '=', value };
    try {
      compileMatcher(matcher);
    } catch (error) {
      if (!(error instanceof MatcherError)) throw error;
      context.addIssue({ code: 'custom', path: [name], message: error.message });
    }
    return matcher;
  }),
);
export type LabelSubset = readonly Matcher[];

/** Whether labels are in any of some subsets. */
export function isInAny(subsets: readonly LabelSubset[]): (labels: Labels) => boolean {
  const tests = subsets.map(compileMatchers);
  return (labels) => tests.some((test) => test(labels));
}

/** For a sentence: `alertname="DiskFull", pod=~"cart-.*"`. */
export function subsetText(subset: LabelSubset): string {
  return subset.map(({ name, operator, value }) => `${name}${operator}"${value}"`).join(', ') || 'anything';
}

export function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ');
}
