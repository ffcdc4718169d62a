import type { Labels, RuleSection, Severity, Source } from '@gomon/contracts';
import type { Route } from './compile-rules.js';
import { identityRuleOf } from './identity.js';
import { ownerOf, routesTo, runbookRuleOf, severityRuleOf, type Rules } from './rules.js';

/** A rule, by the section of the file in which it stands, and its name or its place there. */
export interface RuleRef {
  readonly section: RuleSection;
  readonly rule: string;
}

/** The rules by which an alert begins as it does: found as they are found when it is decided. */
export function rulesThatMatch(
  labels: Labels,
  source: Source,
  severity: Severity,
  rules: Rules,
): readonly RuleRef[] {
  const found: RuleRef[] = [];
  const note = (section: RuleSection, one: { readonly name: string } | undefined) => {
    if (one !== undefined) found.push({ section, rule: one.name });
  };
  note('severity', severityRuleOf(labels, source, rules));
  note('identity', identityRuleOf(labels, source, rules.identity));
  for (const one of routesTo(labels, source, severity, rules)) note('route', one);
  note('owners', ownerOf(labels, source, rules));
  note('runbooks', runbookRuleOf(labels, source, rules));
  return found;
}

/** Every rule that may match, in the order of the sections. Those of one name are one. */
export function rulesIn(rules: Rules): readonly RuleRef[] {
  const all = [
    ...refs('severity', rules.severities),
    ...refs('identity', rules.identity.rules),
    ...refs('route', withInner(rules.route)),
    ...refs('owners', rules.owners),
    ...refs('runbooks', rules.runbooks),
    ...refs('inhibit', rules.inhibitions),
    ...refs('heartbeats', rules.heartbeats),
    ...refs('storms', rules.storms),
  ];
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

/** Tells rules apart, whatever stands in their names. */
export function keyOf({ section, rule }: RuleRef): string {
  return `${section} ${rule}`;
}

function withInner(route: Route): readonly Route[] {
  return [route, ...route.routes.flatMap(withInner)];
}

function refs(
  section: RuleSection,
  rules: readonly ({ readonly name: string } | undefined)[],
): readonly RuleRef[] {
  return rules.flatMap((one) => (one === undefined ? [] : [{ section, rule: one.name }]));
}
