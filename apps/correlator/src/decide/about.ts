import { labelOf, type About, type Labels, type Source } from '@gomon/contracts';
import { withoutScraped } from './exported.js';
import { LABELS } from './label-names.js';
import { ownerOf, runbookRuleOf, type Rules } from './rules.js';
import type { Said } from './state.js';

/** What runs on what, as far as it is asked for here. */
export interface Topology {
  /** By scope, namespace and name. */
  podOf(scope: string, namespace: string, name: string): Pod | undefined;
  zoneOf(scope: string, node: string): string | undefined;
  /** Pods as `namespace/name` of a service or workload (by its name alone). */
  podsBehind(scope: string, namespace: string, app: string): ReadonlySet<string>;
  /** The services behind an ingress, in whatever namespace they are. */
  servicesOf(scope: string, namespace: string, ingress: string): readonly Service[];
  /** Names of the claims of a pod, and of the pods of a claim. */
  claimsOf(scope: string, namespace: string, pod: string): ReadonlySet<string>;
  mountersOf(scope: string, namespace: string, pvc: string): ReadonlySet<string>;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
}

export interface Pod {
  readonly node?: string | undefined;
  /** E.g. `deployment/cart`. */
  readonly workload?: string | undefined;
  readonly services: readonly string[];
}

const NONE: ReadonlySet<string> = new Set();

export const NO_TOPOLOGY: Topology = {
  podOf: () => undefined,
  zoneOf: () => undefined,
  podsBehind: () => NONE,
  servicesOf: () => [],
  claimsOf: () => NONE,
  mountersOf: () => NONE,
};

const KINDS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'ReplicaSet']);
const RUNBOOK = ['runbook_url', 'runbook', 'runbookUrl', 'runbookURL'];
const DASHBOARD = ['dashboard_url', 'dashboard', 'dashboardUrl', 'dashboardURL'];
const PANEL = ['panel_url', 'panelUrl', 'panelURL'];
/** 16 or 32 hex digits, as Jaeger and OpenTelemetry write them. */
const TRACE_ID = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/i;
/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/i;

/** What an alert is about: by its labels and annotations, by what runs where, and by the rules. */
export function aboutOf(
  said: Said,
  { source, scope }: { readonly source: Source; readonly scope: string },
  rules: Pick<Rules, 'owners' | 'runbooks'>,
  topology: Topology,
): About {
  const { annotations } = said;
  const labels = withoutScraped(said.labels);
  const namespace = firstOf(labels, LABELS.namespace);
  const name = firstOf(labels, LABELS.pod);
  const pod =
    namespace === undefined || name === undefined ? undefined : topology.podOf(scope, namespace, name);
  const owner = ownerOf(said.labels, source, rules);
  const runbook = runbookRuleOf(said.labels, source, rules);
  return withoutGaps({
    namespace,
    workload: pod?.workload ?? workloadIn(labels),
    pod: name,
    node: pod?.node ?? firstOf(labels, LABELS.node),
    service: pod?.services[0] ?? firstOf(labels, LABELS.service),
    owner: owner?.name,
    runbookUrl: firstOf(annotations, RUNBOOK) ?? firstOf(labels, RUNBOOK) ?? runbook?.url,
    dashboardUrl: said.dashboardUrl ?? firstOf(annotations, DASHBOARD),
    panelUrl: said.panelUrl ?? firstOf(annotations, PANEL),
    traceId: traceIn(annotations) ?? traceIn(labels),
  });
}

function firstOf(labels: Labels, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = labelOf(labels, name).trim();
    if (value !== '') return value;
  }
  return undefined;
}

/** A watcher names kind and name; senders with kube-state-metrics one label for each kind. */
function workloadIn(labels: Labels): string | undefined {
  const kind = labelOf(labels, 'kind');
  const name = labelOf(labels, 'name');
  if (KINDS.has(kind) && name !== '') return `${kind.toLowerCase()}/${name}`;
  const label = LABELS.workload.find((one) => labelOf(labels, one) !== '');
  if (label !== undefined) return `${label.replace('_name', '')}/${labelOf(labels, label)}`;
  const workload = labelOf(labels, 'workload');
  if (workload === '') return undefined;
  const type = labelOf(labels, 'workload_type').toLowerCase();
  return type === '' || workload.includes('/') ? workload : `${type}/${workload}`;
}

function traceIn(labels: Labels): string | undefined {
  const parent = TRACEPARENT.exec(labelOf(labels, 'traceparent').trim());
  const id = parent?.[1] ?? firstOf(labels, LABELS.trace);
  return id !== undefined && TRACE_ID.test(id) && !/^0+$/.test(id) ? id.toLowerCase() : undefined;
}

function withoutGaps(about: { [Key in keyof About]: string | undefined }): About {
  const known: Record<string, string> = {};
  for (const name in about) {
    const value = about[name as keyof About];
    if (value !== undefined) known[name] = value;
  }
  return known;
}
