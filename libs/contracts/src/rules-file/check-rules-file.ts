import type { FileFault } from '../file-fault.js';
import { compileMatcher, type Matcher } from '../matcher.js';
import type { ReadRules } from './read-rules-file.js';
import { OWNER_RECEIVER } from './attention.js';
import type { RouteRule, RulesFile } from './rules-file.js';

/** Which alerts something is for. */
interface Condition {
  readonly matchers: readonly Matcher[];
  readonly sources?: readonly string[] | undefined;
  readonly severities?: readonly string[] | undefined;
  readonly receiver?: string | undefined;
}

type Path = readonly (string | number)[];
interface Finding {
  readonly path: Path;
  readonly message: string;
}

/**
 * What is allowed in a rules file and surely not meant: what can never match, what an earlier one leaves nothing for, and
 * receivers that no route leads to. What it names is so; what it does not name may still be.
 */
export function warningsOf({ rules, at }: Extract<ReadRules, { ok: true }>): readonly FileFault[] {
  const findings = [
    ...inOrder(rules.severity, ['severity']),
    ...inOrder(rules.identity.rules, ['identity', 'rules']),
    ...inOrder(rules.owners, ['owners']),
    ...inOrder(rules.runbooks, ['runbooks']),
    ...inOrder(rules.heartbeats, ['heartbeats']),
    ...inOrder(rules.storms, ['storms']),
    ...inInhibitions(rules.inhibit),
    ...inRoutes(rules.route, ['route'], { matchers: [] }),
    ...unusedReceivers(rules),
  ];
  return findings
    .map(({ path, message }) => at(path, message))
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** Of a list of which the first that matches decides. */
function* inOrder(list: readonly Condition[], path: Path, around?: Condition): Generator<Finding> {
  for (const [index, one] of list.entries()) {
    const place = [...path, index];
    if (!isPossible(around === undefined ? one : both(around, one))) {
      yield { path: place, message: 'no alert can match all of this' };
      continue;
    }
    const earlier = list.slice(0, index).findIndex((before) => covers(before, one));
    if (earlier >= 0) {
      const message = `never reached: [${earlier}] before it takes everything that it is for`;
      yield { path: place, message };
    }
  }
}

function* inRoutes(route: RouteRule, path: Path, around: Condition): Generator<Finding> {
  const here = both(around, route);
  const inner = [...path, 'routes'];
  yield* inOrder(route.routes, inner, here);
  for (const [index, one] of route.routes.entries()) {
    if (isPossible(both(here, one))) yield* inRoutes(one, [...inner, index], here);
  }
}

function* inInhibitions(rules: RulesFile['inhibit']): Generator<Finding> {
  for (const [index, { source_matchers: source, target_matchers: target }] of rules.entries()) {
    for (const [side, matchers] of [
      ['source_matchers', source],
      ['target_matchers', target],
    ] as const) {
      if (!isPossible({ matchers }))
        yield { path: ['inhibit', index, side], message: 'no alert can match all of this' };
    }
    if (
      covers({ matchers: source }, { matchers: target }) &&
      covers({ matchers: target }, { matchers: source })
    ) {
      const message = 'never mutes: both sides match the same alerts, and those do not mute each other';
      yield { path: ['inhibit', index], message };
    }
  }
}

function* unusedReceivers({ receivers, route, owners }: RulesFile): Generator<Finding> {
  const used = new Set(receiversOf(route));
  for (const [index, { slack }] of owners.entries()) {
    if (slack === undefined || used.has(OWNER_RECEIVER)) continue;
    yield { path: ['owners', index, 'slack'], message: 'no route leads to owner' };
  }
  for (const [index, { name }] of receivers.entries()) {
    if (!used.has(name)) yield { path: ['receivers', index], message: `no route leads to ${name}` };
  }
}

function receiversOf({ receiver, routes }: RouteRule): readonly string[] {
  return [...(receiver === undefined ? [] : [receiver]), ...routes.flatMap(receiversOf)];
}

function both(a: Condition, b: Condition): Condition {
  return {
    matchers: [...a.matchers, ...b.matchers],
    sources: intersection(a.sources, b.sources),
    severities: intersection(a.severities, b.severities),
  };
}

/** Undefined: all. */
function intersection(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.filter((one) => b.includes(one));
}

function isPossible({ matchers, sources, severities }: Condition): boolean {
  if (sources?.length === 0 || severities?.length === 0) return false;
  return matchers.every((one) => {
    const values = valuesOf(one);
    if (values === undefined) return true;
    const others = matchers.filter(({ name }) => name === one.name).map((other) => compileMatcher(other));
    return values.some((value) => others.every((test) => test({ [one.name]: value })));
  });
}

/** Whatever the second is for, the first is for as well. What leads to owners is only for what has one. */
function covers(first: Condition, second: Condition): boolean {
  if (first.receiver === OWNER_RECEIVER && second.receiver !== OWNER_RECEIVER) return false;
  return (
    isWithin(second.sources, first.sources) &&
    isWithin(second.severities, first.severities) &&
    first.matchers.every((wanted) => second.matchers.some((given) => implies(given, wanted)))
  );
}

function isWithin(inner: readonly string[] | undefined, outer: readonly string[] | undefined): boolean {
  return outer === undefined || (inner?.every((one) => outer.includes(one)) ?? false);
}

function implies(given: Matcher, wanted: Matcher): boolean {
  if (given.name !== wanted.name) return false;
  if (given.operator === wanted.operator && given.value === wanted.value) return true;
  const test = compileMatcher(wanted);
  return valuesOf(given)?.every((value) => test({ [given.name]: value })) ?? false;
}

/** The values that a matcher accepts, where it names them; undefined: they cannot be listed. */
function valuesOf({ operator, value }: Matcher): readonly string[] | undefined {
  if (operator === '=') return [value];
  if (operator !== '=~' || !/^[\p{L}\p{N}_ /|:@-]*$/u.test(value)) return undefined;
  return value.split('|');
}
