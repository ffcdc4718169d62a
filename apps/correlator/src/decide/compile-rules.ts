import {
  compileMatchers,
  placeOf,
  type LabelTest,
  type Labels,
  type Matcher,
  type RouteRule,
  type RulesFile,
  type Severity,
  type Source,
} from '@gomon/contracts';
import { peopleOf } from './people.js';
import type { Rules } from './rules.js';

/** Which alerts a rule is for. */
export interface Condition {
  /** As the file names it, or its place there. */
  readonly name: string;
  /** The labels that it looks at. */
  readonly labelNames: readonly string[];
  readonly isBySource: boolean;
  readonly isFor: (labels: Labels, source: Source) => boolean;
}

/** What makes two reports the same alert. */
export interface Identity {
  /** Labels that change while the condition stays the same. */
  readonly volatile: ReadonlySet<string>;
  /** The first that is for an alert names the labels that identify it. */
  readonly rules: readonly (Condition & { readonly labels: ReadonlySet<string> })[];
}

export interface Route extends Condition {
  /** Undefined: whatever the severity. */
  readonly severities: ReadonlySet<Severity> | undefined;
  readonly receiver: string;
  /** The first that is for an alert decides instead of this one. */
  readonly routes: readonly Route[];
}

/** A source that repeats every so often and has been silent for half as much again repeats no more. */
const SILENT_REPEATS = 1.5;
/** Of so many earlier identities open alerts are found. */
const MOST_EARLIER = 3;

export function compileRules(
  file: RulesFile,
  earlier: readonly RulesFile[],
): Omit<Rules, 'version' | 'incidentProvider'> {
  return {
    identity: identityOf(file.identity),
    earlierIdentities: otherIdentities(file, earlier).map(identityOf),
    severities: file.severity.map((rule, index) => ({
      ...conditionOf(rule, ['severity', index]),
      severity: rule.severity,
    })),
    route: compileRoute(file.route, ['route'], ''),
    receivers: new Map(file.receivers.map(({ name, slack }) => [name, slack.channel])),
    channelLabel: file.channel_label,
    resolveTimeoutMs: new Map(
      Object.entries(file.sources).map(([kind, sender]) => [kind, sender.repeat_interval * SILENT_REPEATS]),
    ),
    quietAfterPersonMs: file.quiet_after_resolve,
    people: peopleOf(file.people),
  };
}

function otherIdentities(file: RulesFile, earlier: readonly RulesFile[]): readonly RulesFile['identity'][] {
  const seen = new Set([JSON.stringify(file.identity)]);
  return earlier
    .map(({ identity }) => identity)
    .filter((identity) => {
      const text = JSON.stringify(identity);
      return seen.size !== seen.add(text).size;
    })
    .slice(0, MOST_EARLIER);
}

function identityOf({ volatile, rules }: RulesFile['identity']): Identity {
  return {
    volatile: new Set(volatile),
    rules: rules.map((rule, index) => ({
      ...conditionOf(rule, ['identity', 'rules', index]),
      labels: new Set(rule.labels),
    })),
  };
}

function compileRoute(rule: RouteRule, path: readonly (string | number)[], around: string): Route {
  const receiver = rule.receiver ?? around;
  return {
    ...conditionOf(rule, path),
    severities: rule.severities === undefined ? undefined : new Set(rule.severities),
    receiver,
    routes: rule.routes.map((one, index) => compileRoute(one, [...path, 'routes', index], receiver)),
  };
}

function conditionOf(
  rule: {
    readonly name?: string | undefined;
    readonly matchers: readonly Matcher[];
    readonly sources?: readonly string[] | undefined;
  },
  path: readonly (string | number)[],
): Condition {
  const test: LabelTest = compileMatchers(rule.matchers);
  const sources = rule.sources === undefined ? undefined : new Set(rule.sources);
  return {
    name: rule.name ?? placeOf(path),
    labelNames: [...new Set(rule.matchers.map(({ name }) => name))],
    isBySource: sources !== undefined,
    isFor: (labels, source) => (sources?.has(source.kind) ?? true) && test(labels),
  };
}
