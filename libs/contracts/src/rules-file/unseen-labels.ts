import type { Matcher } from '../matcher.js';
import type { ReadRules } from './read-rules-file.js';
import type { FileFault } from '../file-fault.js';
import { routesOf, type RulesFile } from './rules-file.js';

type Path = readonly (string | number)[];

/** The label names of the alerts that history was asked for. */
export interface LabelsSeen {
  readonly names: readonly string[];
  /** Of so many alerts. */
  readonly alerts: number;
}

/** Matchers of a rules file that look at labels which no alert has had: most often their name is misspelt. */
export function unseenLabels(
  { rules, at, isIn }: Extract<ReadRules, { ok: true }>,
  { names, alerts }: LabelsSeen,
): readonly FileFault[] {
  const seen = new Set(names);
  return [...matchersIn(rules)]
    .filter(({ path, matcher }) => isIn(String(path[0])) && !seen.has(matcher.name))
    .map(({ path, matcher }) =>
      at(path, `never seen: none of the ${alerts} alerts looked at has the label ${matcher.name}`),
    )
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** Each matcher, with its place in the file. */
function* matchersIn(rules: RulesFile): Generator<{ readonly path: Path; readonly matcher: Matcher }> {
  const conditions: readonly (readonly [Path, readonly { readonly matchers: readonly Matcher[] }[]])[] = [
    [['severity'], rules.severity],
    [['identity', 'rules'], rules.identity.rules],
    [['owners'], rules.owners],
    [['runbooks'], rules.runbooks],
    [['heartbeats'], rules.heartbeats],
    [['storms'], rules.storms],
  ];
  for (const [path, list] of conditions)
    for (const [index, { matchers }] of list.entries()) yield* listed(matchers, [...path, index, 'matchers']);
  for (const { route, path } of routesOf(rules.route)) yield* listed(route.matchers, [...path, 'matchers']);
  for (const [index, rule] of rules.inhibit.entries())
    for (const side of ['source_matchers', 'target_matchers'] as const)
      yield* listed(rule[side], ['inhibit', index, side]);
}

function* listed(
  matchers: readonly Matcher[],
  path: Path,
): Generator<{ readonly path: Path; readonly matcher: Matcher }> {
  for (const [index, matcher] of matchers.entries()) yield { path: [...path, index], matcher };
}
