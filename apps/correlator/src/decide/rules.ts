import {
  labelOf,
  OWNER_RECEIVER,
  rulesFile,
  severityOf,
  type Labels,
  type RulesFile,
  type Severity,
  type SeverityDecision,
  type Source,
} from '@gomon/contracts';
import type { Pack } from '../correlate/kinds.js';
import type { People } from './people.js';
import {
  compileRules,
  type Condition,
  type HeartbeatRule,
  type Identity,
  type Inhibition,
  type Owner,
  type Route,
  type StormLimit,
  type Unacknowledged,
} from './compile-rules.js';

/** What an operator decides about decisions, ready to be used. */
export interface Rules {
  /** Of the rules file; 0: the default, which stands in no table. */
  readonly version: number;
  readonly identity: Identity;
  /** Those of earlier versions: what was open when the rules changed keeps its identity until it ends. */
  readonly earlierIdentities: readonly Identity[];
  /** The first that is for an alert decides. */
  readonly severities: readonly (Condition & { readonly severity: Severity })[];
  readonly route: Route;
  /** The channel of each receiver. */
  readonly receivers: ReadonlyMap<string, string>;
  /** A label by which an alert says where its problem is told; undefined: none. */
  readonly channelLabel: string | undefined;
  /** An alert that its source no longer repeats ends after so long, by kind of source; a kind that is missing: never. */
  readonly resolveTimeoutMs: ReadonlyMap<string, number>;
  /** After a person ended an alert, its source's repeats stay quiet for so long. */
  readonly quietAfterPersonMs: number;
  readonly people: People;
  /** What is not urgent is told so much later. */
  readonly holdMs: number;
  readonly unacknowledged: Unacknowledged;
  /** So long a symptom waits before it is an incident, if somebody was called within that time. */
  readonly calls: { readonly waitMs: number; readonly withinMs: number };
  /** The first that is for an alert owns it. */
  readonly owners: readonly Owner[];
  readonly runbooks: readonly (Condition & { readonly url: string })[];
  readonly inhibitions: readonly Inhibition[];
  readonly flapping: {
    readonly changes: number;
    readonly calm: number;
    readonly windowMs: number;
    /** What fires again so soon after its source has ended it goes on. */
    readonly refireMs: number;
  };
  readonly heartbeats: readonly HeartbeatRule[];
  /** The first that is for the primary alert of a problem says when it is in a storm. */
  readonly storms: readonly StormLimit[];
  /** Which alerts become one problem. */
  readonly pack: Pack;
  /** Where incidents are mirrored; none: there are no incidents. */
  readonly incidentProvider: IncidentProvider;
}

export type IncidentProvider = 'opsgenie' | 'none';

/** What a rules file says, ready to be used. `earlier`: the versions before it, the newest first. */
export function rulesOf(
  file: RulesFile,
  about: {
    readonly version: number;
    readonly incidentProvider: IncidentProvider;
    readonly earlier?: readonly RulesFile[];
  },
): Rules {
  const { version, incidentProvider, earlier = [] } = about;
  return { version, incidentProvider, ...compileRules(file, earlier) };
}

/** What holds when there is no rules file. */
export const DEFAULT_RULES: Rules = rulesOf(rulesFile.parse({}), {
  version: 0,
  incidentProvider: 'opsgenie',
});

/** The severity of an alert: by the first rule that is for it, else by what its labels say. */
export function severityBy(
  labels: Labels,
  source: Source,
  rules: Pick<Rules, 'severities'>,
): SeverityDecision {
  const rule = severityRuleOf(labels, source, rules);
  if (rule === undefined) return severityOf(labels);
  const because = evidence(rule, labels, source).join(', ') || 'every alert';
  return { severity: rule.severity, why: `${because} is ${rule.severity} (rule ${rule.name})` };
}

/** The rule that gives an alert its severity; undefined: its labels do. */
export function severityRuleOf(
  labels: Labels,
  source: Source,
  { severities }: Pick<Rules, 'severities'>,
): Rules['severities'][number] | undefined {
  return severities.find((one) => one.isFor(labels, source));
}

/** Slack takes lower case letters, digits, hyphens and underscores, 80 at most. */
const CHANNEL_NAME = /^[\p{Ll}\p{Lo}\p{Nd}_-]{1,80}$/u;

/** Where a problem is told, and why there. */
export interface Destination {
  readonly channel: string;
  readonly why: string;
}

/** Where a problem is told. */
export function routeOf(
  labels: Labels,
  source: Source,
  severity: Severity,
  rules: Pick<Rules, 'channelLabel' | 'route' | 'receivers' | 'owners'>,
): Destination {
  const named = channelNamedBy(labels, rules);
  if (named !== undefined) return named;
  const owner = ownerOf(labels, source, rules);
  const route = routesTaken(labels, source, severity, owner, rules).at(-1) ?? rules.route;
  if (route.receiver === OWNER_RECEIVER && owner?.channel !== undefined) {
    return { channel: owner.channel, why: `${owner.name} owns it (route ${route.name})` };
  }
  const channel = rules.receivers.get(route.receiver) ?? '';
  if (route === rules.route) return { channel, why: 'no other route is for it' };
  const level = route.severities === undefined ? [] : [severity];
  const because = [...evidence(route, labels, source), ...level].join(', ') || 'it takes all that is left';
  return { channel, why: `${because} (route ${route.name})` };
}

/** The routes that lead to where a problem is told, the outermost first; none: a label names its channel. */
export function routesTo(
  labels: Labels,
  source: Source,
  severity: Severity,
  rules: Pick<Rules, 'channelLabel' | 'route' | 'owners'>,
): readonly Route[] {
  if (channelNamedBy(labels, rules) !== undefined) return [];
  return routesTaken(labels, source, severity, ownerOf(labels, source, rules), rules);
}

function routesTaken(
  labels: Labels,
  source: Source,
  severity: Severity,
  owner: Owner | undefined,
  rules: Pick<Rules, 'route'>,
): readonly Route[] {
  const taken: Route[] = [];
  for (let route: Route | undefined = rules.route; route !== undefined;) {
    taken.push(route);
    route = route.routes.find(
      (one) =>
        one.isFor(labels, source) &&
        (one.severities?.has(severity) ?? true) &&
        (one.receiver !== OWNER_RECEIVER || owner?.channel !== undefined),
    );
  }
  return taken;
}

function channelNamedBy(
  labels: Labels,
  { channelLabel }: Pick<Rules, 'channelLabel'>,
): Destination | undefined {
  if (channelLabel === undefined) return undefined;
  const named = labelOf(labels, channelLabel).trim().replace(/^#/, '');
  if (!CHANNEL_NAME.test(named)) return undefined;
  return { channel: `#${named}`, why: `${channelLabel}="${named}" names its channel` };
}

/** Whose an alert is. */
export function ownerOf(
  labels: Labels,
  source: Source,
  { owners }: Pick<Rules, 'owners'>,
): Owner | undefined {
  return owners.find((one) => one.isFor(labels, source));
}

/** The rule that says what to do about an alert which does not say so itself. */
export function runbookRuleOf(
  labels: Labels,
  source: Source,
  { runbooks }: Pick<Rules, 'runbooks'>,
): Rules['runbooks'][number] | undefined {
  return runbooks.find((one) => one.isFor(labels, source));
}

/** Why a rule is for an alert. */
export function evidence(
  { labelNames, isBySource }: Condition,
  labels: Labels,
  source: Source,
): readonly string[] {
  const byLabels = labelNames.map((name) => `${name}="${labelOf(labels, name)}"`);
  return [...byLabels, ...(isBySource ? [`source ${source.kind}`] : [])];
}
