import { labelOf, type Labels, type Source, type Via } from '@gomon/contracts';
import type { Topology } from '../decide/about.js';
import type { Alert } from '../decide/state.js';
import type { Kind, Pack, Role } from './kinds.js';
import { placesOf, type Places } from './places.js';
import { dependenciesIn, namesIn } from './words.js';

/** What alerts can share: a way and a name, e.g. `node:worker-3`. */
export type Key = `${Via}:${string}`;

/** What correlation knows of an alert; it stays the same for as long as the alert lives. */
export interface Traits {
  readonly id: string;
  readonly role: Role;
  /** What people call the alert. */
  readonly title: string;
  readonly source: Source;
  /** Milliseconds since the epoch. */
  readonly onset: number;
  /** What it says is ill: others may follow from that. */
  readonly offers: readonly Key[];
  /** What it stands on, itself included: it may follow from what is ill with that. */
  readonly needs: readonly Key[];
  /** Of what it offers what is its own, and of what it needs what it only names. */
  readonly owns: ReadonlySet<Key>;
  readonly mentions: ReadonlySet<Key>;
  /** Two with one of these, at about one time, are two words for one thing. */
  readonly alike: readonly string[];
  /** Many with one of these within a short time are no chance. */
  readonly bursts: readonly Burst[];
  /** What it is about, to tell many from many times the same. */
  readonly subject: string;
  /** They differ where both say: nothing of one follows from the other. */
  readonly cluster: string;
  readonly environment: string;
  readonly namespace: string;
  /** It comes and goes all the time: that something happens beside it proves little. */
  readonly isHabit: boolean;
}

export interface Burst {
  readonly key: string;
  readonly least: number;
}

const CLUSTER = ['cluster', 'cluster_name', 'k8s_cluster', 'kubernetes_cluster', 'ClusterName'];
const ENVIRONMENT = ['environment', 'env', 'deployment_environment', 'stage'];
const NAME = [
  'rulename',
  'AlarmName',
  'alarm_name',
  'alertname',
  'alert',
  'check',
  'check_name',
  'rule',
  'monitor',
];
const TEXT = ['summary', 'description', 'message', 'title', 'reason'];
/** Kinds of what may come many times from one cause. */
const POD_TROUBLE = new Set([
  'unready',
  'sandbox',
  'mount',
  'evicted',
  'unschedulable',
  'crash',
  'oom',
  'config-error',
  'image-pull',
]);
const SYMPTOMS = new Set([
  'errors',
  'latency',
  'probe',
  'lag',
  'other',
  'crash',
  'image-pull',
  'no-endpoints',
  'unready',
]);
/** Kinds that are about all of a cluster: two of them are one thing. */
const OF_CLUSTER = new Set([
  'etcd',
  'api-server',
  'dns',
  'webhook',
  'monitoring',
  'registry-down',
  'ingress-down',
  'network',
]);
/** An alert that has begun so often is a habit. */
const HABIT_EPISODES = 12;

/** So many of one thing within a short time are no chance. */
const FEW = 3;
const MANY = 10;

export function traitsOf(alert: Alert, pack: Pack, topology: Topology): Traits {
  const { labels, annotations } = alert.said;
  const name = nameOf(labels) ?? alert.title;
  const text = TEXT.map((one) => labelOf(annotations, one)).join('. ');
  const role = pack.roleOf(labels, name, text);
  const { kind } = role;
  const places = placesOf(alert, kind, text, topology);
  const dependencies = new Set([...places.dependencies, ...dependenciesIn(text)]);
  return {
    id: alert.id,
    role,
    title: alert.title,
    source: alert.source,
    onset: onsetOf(alert),
    offers: offersOf(kind, places),
    needs: needsOf(places, [...namesIn(text), ...dependencies]),
    alike: alikeOf(kind, name, places, dependencies, alert.fingerprint),
    bursts: burstsOf(kind, name, places),
    subject: places.app[0] ?? places.host[0] ?? places.node[0] ?? places.pod[0] ?? alert.fingerprint,
    cluster: firstOf(labels, CLUSTER),
    environment: firstOf(labels, ENVIRONMENT),
    namespace: places.namespace[0] ?? '',
    isHabit: alert.flappingSince !== undefined || alert.episode > HABIT_EPISODES,
  };
}

/** When it began: as its source says, where that is not after we heard of it. */
function onsetOf({ startsAt, firstSeenAt }: Alert): number {
  const seen = Date.parse(firstSeenAt);
  return startsAt === undefined ? seen : Math.min(Date.parse(startsAt), seen);
}

function nameOf(labels: Labels): string | undefined {
  return NAME.map((one) => labelOf(labels, one)).find((one) => one !== '');
}

function firstOf(labels: Labels, names: readonly string[]): string {
  return (names.map((one) => labelOf(labels, one).trim()).find((one) => one !== '') ?? '').toLowerCase();
}

/** What is ill by the kind of alert: all of a node, or one pod on it. */
function offersOf(kind: Kind, places: Places): readonly Key[] {
  const own: Key[] = [
    ...keys('pod', places.pod),
    ...keys('pvc', places.pvc),
    ...keys('ingress', places.ingress),
    ...keys('host', places.host),
    ...keys('trace', places.trace),
    ...keys('name', places.names),
  ];
  switch (kind.about) {
    case 'zone':
      return [...own, ...keys('zone', places.zone)];
    case 'node':
      return [...own, ...keys('node', places.node), ...keys('name', places.node)];
    case 'cluster':
      return [...own, ...wideOf(places), ...keys('app', places.app)];
    case 'namespace':
      return [...own, ...keys('namespace', places.namespace), ...keys('app', places.app)];
    case 'pvc':
      return [
        ...own,
        ...keys('app', places.app),
        ...(places.pvc.length + places.app.length === 0 ? keys('node', places.node) : []),
      ];
    default:
      return [...own, ...keys('app', places.app), ...keys('registry', places.registry)];
  }
}

/** Of what may be wide, as wide as it says. */
function wideOf({ node, zone }: Places): readonly Key[] {
  if (node.length > 0) return keys('node', node);
  return zone.length > 0 ? keys('zone', zone) : ['cluster:'];
}

function needsOf(places: Places, mentioned: readonly string[]): readonly Key[] {
  const own = new Set(places.names);
  return [
    ...new Set<Key>([
      ...keys('trace', places.trace),
      ...keys('pod', places.pod),
      ...keys('pvc', places.pvc),
      ...keys('app', places.app),
      ...keys('ingress', places.ingress),
      ...keys('node', places.node),
      ...keys('node', places.underNodes),
      ...keys('pvc', places.underClaims),
      ...keys('host', [...places.host, ...places.textHosts]),
      ...keys('registry', places.registry),
      ...keys(
        'name',
        mentioned.filter((one) => !own.has(one)),
      ),
      ...keys('zone', places.zone),
      ...keys('namespace', places.namespace),
      'cluster:',
    ]),
  ];
}

function alikeOf(
  kind: Kind,
  name: string,
  places: Places,
  dependencies: ReadonlySet<string>,
  fingerprint: string,
): readonly string[] {
  const same = kind.name === 'other' ? name : kind.name;
  const isSymptom = SYMPTOMS.has(kind.name);
  return [
    ...new Set([
      `episode ${fingerprint}`,
      ...places.trace.map((one) => `trace ${one}`),
      ...places.app.flatMap((one) => [`${same} app ${one}`, `${name} app ${one}`]),
      ...places.pvc.map((one) => `${same} pvc ${one}`),
      ...places.host.map((one) => `${same} host ${one}`),
      ...places.ingress.map((one) => `${same} ingress ${one}`),
      ...(kind.about === 'node' ? places.node.map((one) => `${same} node ${one}`) : []),
      ...(kind.about === 'zone' ? places.zone.map((one) => `${same} zone ${one}`) : []),
      ...(kind.about === 'name' ? places.names.map((one) => `${same} name ${one}`) : []),
      ...(kind.about === 'namespace' ? places.namespace.map((one) => `${same} namespace ${one}`) : []),
      ...(OF_CLUSTER.has(kind.name) ? [`${same} ${wideOf(places).join(' ')}`] : []),
      ...(isSymptom ? [...dependencies, ...places.textHosts].map((one) => `waits for ${one}`) : []),
    ]),
  ];
}

function burstsOf(kind: Kind, name: string, places: Places): readonly Burst[] {
  if (kind.name === 'info') return [];
  const few = [
    ...places.namespace.map((one) => `${name} namespace ${one}`),
    ...places.job.map((one) => `${name} job ${one}`),
    ...places.zone.map((one) => `${kind.name} zone ${one}`),
    ...(kind.name === 'image-pull' ? places.registry.map((one) => `${kind.name} registry ${one}`) : []),
    ...(POD_TROUBLE.has(kind.name) || SYMPTOMS.has(kind.name)
      ? places.node.map((one) => `${kind.name} node ${one}`)
      : []),
  ];
  return [...new Set(few)].map((key) => ({ key, least: FEW })).concat({ key: name, least: MANY });
}

function keys(via: Via, names: readonly string[]): readonly Key[] {
  return names.map((name): Key => `${via}:${name}`);
}
