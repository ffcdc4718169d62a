import { isUrgent, labelOf, type Labels, type Severity } from '@gomon/contracts';

const HOUR_MS = 60 * 60_000;

/** What an operator can set about decisions. */
export interface Rules {
  /** Labels that change while the condition stays the same: no part of its identity. */
  readonly volatileLabels: ReadonlySet<string>;
  /** By kind of source, the labels that identify an alert, where all others only describe it. */
  readonly identifyingLabels: Readonly<Record<string, ReadonlySet<string>>>;
  /** An alert that its source no longer repeats ends after so long, by kind of source; a kind that is missing: never. */
  readonly resolveTimeoutMs: Readonly<Record<string, number>>;
  /** After a person ended an alert, its source's repeats stay quiet for so long. */
  readonly quietAfterPersonMs: number;
  /** Where incidents are mirrored; none: there are no incidents. */
  readonly incidentProvider: 'opsgenie' | 'none';
  readonly channels: {
    readonly urgent: string;
    readonly normal: string;
    readonly nonProduction: string;
  };
  /** A label by which an alert says where its problem is told; undefined: none. */
  readonly channelLabel: string | undefined;
  /** Labels that name an environment, and the values (lower case) that mean: not production. */
  readonly environmentLabels: readonly string[];
  readonly nonProductionValues: ReadonlySet<string>;
}

/** Grafana repeats after 4 h by default and so does Alertmanager: half as much again is silence. */
export const DEFAULT_RULES: Rules = {
  volatileLabels: new Set([
    'value',
    'values',
    'current_value',
    'timestamp',
    'time',
    'date',
    'starts_at',
    'ends_at',
    'pod_template_hash',
    'controller_revision_hash',
    'trace_id',
    'traceid',
    'span_id',
    'request_id',
  ]),
  // The owner and not the pod, whose name and node change: see apps/k8s-watcher.
  identifyingLabels: { kubernetes: new Set(['alertname', 'namespace', 'kind', 'name', 'container']) },
  resolveTimeoutMs: { grafana: 6 * HOUR_MS, alertmanager: 6 * HOUR_MS },
  quietAfterPersonMs: HOUR_MS,
  incidentProvider: 'opsgenie',
  channels: { urgent: '#alert-critical', normal: '#k8s-healthchecks', nonProduction: '#monitoring-dev' },
  channelLabel: undefined,
  environmentLabels: ['environment', 'env', 'stage', 'deployment_environment'],
  nonProductionValues: new Set([
    'dev',
    'development',
    'test',
    'testing',
    'qa',
    'sandbox',
    'staging',
    'stage',
    'preview',
    'integration',
    'local',
    'nonprod',
    'non-prod',
    'non-production',
  ]),
};

/** Slack takes lower case letters, digits, hyphens and underscores, 80 at most. */
const CHANNEL_NAME = /^[\p{Ll}\p{Lo}\p{Nd}_-]{1,80}$/u;

export interface Route {
  readonly channel: string;
  readonly why: string;
}

/** Where a problem is told. */
export function routeOf(labels: Labels, severity: Severity, rules: Rules): Route {
  const { channelLabel } = rules;
  const named = channelLabel === undefined ? '' : labelOf(labels, channelLabel).trim().replace(/^#/, '');
  if (channelLabel !== undefined && CHANNEL_NAME.test(named)) {
    return { channel: `#${named}`, why: `${channelLabel}="${named}" names its channel` };
  }
  for (const name of rules.environmentLabels) {
    const value = labelOf(labels, name);
    if (rules.nonProductionValues.has(value.trim().toLowerCase())) {
      return { channel: rules.channels.nonProduction, why: `${name}="${value}" is not production` };
    }
  }
  return isUrgent(severity)
    ? { channel: rules.channels.urgent, why: `${severity} is urgent` }
    : { channel: rules.channels.normal, why: `${severity} is not urgent` };
}
