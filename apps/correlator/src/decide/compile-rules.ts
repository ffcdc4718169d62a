import { hash } from 'node:crypto';
import {
  compileMatchers,
  placeOf,
  type EscalationStep,
  type LabelTest,
  type Labels,
  type Matcher,
  type RouteRule,
  type RulesFile,
  type Severity,
  type Source,
} from '@gomon/contracts';
import { packOf } from '../correlate/kinds.js';
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
  /** `owner`: the channel of the alert's owner; it is for alerts whose owner has one. */
  readonly receiver: string;
  /** The first that is for an alert decides instead of this one. */
  readonly routes: readonly Route[];
}

/** What happens to a problem that nobody acknowledges, after how long. */
export interface Step {
  readonly afterMs: number;
  /** What it becomes, where that is worse than it is. */
  readonly to: Severity | undefined;
  /** Whom Slack notifies: ids of members and user groups, `here`, `channel`. */
  readonly mention: readonly string[];
}

/** What happens while nobody acknowledges a problem. */
export interface Unacknowledged {
  readonly severities: ReadonlySet<Severity>;
  readonly remindEveryMs: number;
  readonly remindTimes: number;
  readonly steps: readonly Step[];
}

/** A team, and which alerts are its own. */
export interface Owner extends Condition {
  readonly channel: string | undefined;
  /** Undefined: those of everybody. */
  readonly steps: readonly Step[] | undefined;
}

/** While one alert fires, others are not told. */
export interface Inhibition {
  readonly name: string;
  /** What it says, so that the same rule in another version of the file is the same. */
  readonly id: string;
  readonly isSource: LabelTest;
  readonly isTarget: LabelTest;
  readonly targetLabels: readonly string[];
  readonly equal: readonly string[];
}

/** Something that must be reported again and again. */
export interface HeartbeatRule extends Condition {
  readonly everyMs: number | undefined;
  readonly severity: Severity;
  /** Its alerts are signs of life and nothing else. */
  readonly isQuiet: boolean;
}

/** When a problem is in a storm: more than so many alerts joined within the window. */
export interface StormLimit extends Condition {
  readonly alerts: number;
  readonly withinMs: number;
  /** How long until each digest; the last repeats. */
  readonly intervalsMs: readonly number[];
  /** Fewer than so many joined since the digest before: it is over. */
  readonly calm: number;
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
    holdMs: file.hold,
    unacknowledged: {
      severities: new Set(file.unacknowledged.severities),
      remindEveryMs: file.unacknowledged.remind.every,
      remindTimes: file.unacknowledged.remind.times,
      steps: stepsOf(file.unacknowledged.escalate, file.people),
    },
    calls: { waitMs: file.incidents.wait, withinMs: file.incidents.within },
    owners: file.owners.map((owner, index) => ({
      ...conditionOf(owner, ['owners', index]),
      channel: owner.slack?.channel,
      steps: owner.escalate === undefined ? undefined : stepsOf(owner.escalate, file.people),
    })),
    runbooks: file.runbooks.map((rule, index) => ({
      ...conditionOf(rule, ['runbooks', index]),
      url: rule.url,
    })),
    inhibitions: file.inhibit.map(inhibitionOf),
    flapping: {
      changes: file.flapping.changes,
      calm: file.flapping.calm,
      windowMs: file.flapping.window,
      refireMs: file.flapping.refire,
    },
    pack: packOf(file.correlation),
    heartbeats: file.heartbeats.map((rule, index) => ({
      ...conditionOf(rule, ['heartbeats', index]),
      everyMs: rule.every,
      severity: rule.severity,
      isQuiet: rule.matchers.length > 0,
    })),
    storms: file.storms.map((limit, index) => ({
      ...conditionOf(limit, ['storms', index]),
      alerts: limit.alerts,
      withinMs: limit.within,
      intervalsMs: limit.digests,
      calm: limit.calm,
    })),
  };
}

function stepsOf(steps: readonly EscalationStep[], people: RulesFile['people']): readonly Step[] {
  return steps
    .map(({ after, to, mention }) => ({
      afterMs: after,
      to,
      mention: mention.map((one) => people.find(({ name }) => name === one)?.slack ?? one),
    }))
    .toSorted((a, b) => a.afterMs - b.afterMs);
}

function inhibitionOf(rule: RulesFile['inhibit'][number], index: number): Inhibition {
  const { source_matchers: source, target_matchers: target } = rule;
  const equal = [...new Set(rule.equal)].sort();
  return {
    name: rule.name ?? placeOf(['inhibit', index]),
    id: hash('sha256', JSON.stringify([source, target, equal])).slice(0, 16),
    isSource: compileMatchers(source),
    isTarget: compileMatchers(target),
    targetLabels: [...new Set([...target.map(({ name }) => name), ...equal])],
    equal,
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
