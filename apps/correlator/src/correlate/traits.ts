import { labelOf, type Labels, type Source, type Via } from '@gomon/contracts';
import type { Topology } from '../decide/about.js';
import type { Alert } from '../decide/state.js';
import type { Kind, Pack, Role } from './kinds.js';
import { KNOWN } from './label-names.js';
import { placesOf, type Places } from './places.js';
import { isInstanceNamed, ownProducts, partnersOf, productOfHost, productsIn } from './products.js';
import { dependenciesIn, isIdentifier, namesIn, wordsOf } from './words.js';

/** What alerts can share: a way and a name, e.g. `node:worker-3`. */
export type Key = `${Via}:${string}`;

/** What correlation knows of an alert; it stays the same for as long as the alert lives. */
export interface Traits {
  readonly id: string;
  readonly fingerprint: string;
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
  /** Nodes that it stands on. */
  readonly nodes: ReadonlySet<Key>;
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
  /** Where in the world they say that it is, by the names of the labels. */
  readonly areas: ReadonlyMap<string, string>;
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
/** What lies less deep than data stores shows what is ill elsewhere: many of it may come from one cause. */
const SYMPTOMS_ABOVE = 6;
/** Namespaces of many components. */
const SHARED_NAMESPACES = new Set(['kube-system', 'default']);
/** Kinds whose label `cluster` may be their own, and not that of Kubernetes. */
const NAMES_ITSELF = new Set(['storage', 'datastore', 'datastore-down', 'replication', 'facility', 'lag']);
/** An alert that has begun so often is a habit. */
const HABIT_EPISODES = 12;

const AREA = new Set(['region', 'aws_region', 'site', 'datacenter', 'data_center', 'dc', 'location', 'colo']);
const NOWHERE: ReadonlyMap<string, string> = new Map();

/** So many of one thing within a short time are no chance. */
const FEW = 3;
const SEVERAL = 4;
const MANY = 10;

export function traitsOf(alert: Alert, pack: Pack, topology: Topology): Traits {
  const { labels, annotations } = alert.said;
  const name = nameOf(labels) ?? '';
  const text = TEXT.map((one) => labelOf(annotations, one)).join('. ');
  const words = wordsOf(text);
  const said = pack.roleOf(labels, name, words);
  const component = PART_KINDS.has(said.kind.name) ? componentOf(labels, pack) : undefined;
  const role = component?.isWhole === true ? pack.roleOf(labels, name, words, component.kind) : said;
  const { kind, sides } = role;
  const reasons = pack.reasonsIn(words).filter((one) => one !== kind.name);
  const places = placesOf(alert, kind, text, topology);
  const dependencies = new Set([...places.dependencies, ...dependenciesIn(text)]);
  // The label `name` may be that of something else, such as an application that a controller looks after.
  const label = labelOf(labels, 'name').toLowerCase();
  const own = new Set(places.names);
  if (!places.app.includes(label)) own.delete(label);
  const around = new Set([...places.namespace, ...places.zone]);
  const isArea = (one: string) => around.has(one) && !text.toLowerCase().includes(`${one}.`);
  // What a text repeats of a label that might be anything is no mention of something else.
  const named = namesIn(text).filter((one) => !places.others.includes(one) && !isArea(one));
  const mentioned = [...new Set([...named, ...dependencies])].filter((one) => !own.has(one));
  const parts = component?.isWhole === false ? [component.kind.name] : [];
  const products = productsOf(kind, name, words, labels, places, named);
  const same = sameLabels(labels);
  const areas = areasOf(labels);
  const needs = [
    ...needsOf(places, mentioned),
    ...keys('error', reasons),
    ...keys('error', parts),
    ...keys('product', products.named),
    ...keys('label', same),
  ];
  return {
    id: alert.id,
    fingerprint: alert.fingerprint,
    role,
    title: alert.title,
    source: alert.source,
    onset: onsetOf(alert),
    offers: [
      ...offersOf(kind, places, areas),
      ...(sides.some((one) => one.includes('/cause/')) ? widest(places) : []),
      ...(kind.isNamed || kind.hasParts ? keys('error', [kind.name]) : []),
      ...keys('error', parts),
      ...keys('product', products.ill),
      ...keys('label', same),
    ],
    needs,
    nodes: new Set(needs.filter((one) => one.startsWith('node:'))),
    owns: new Set([
      ...keys('name', places.names),
      ...keys('name', places.others.filter(isIdentifier)),
      ...keys('host', places.host),
      ...keys('product', products.ill),
    ]),
    mentions: new Set([
      ...keys('name', mentioned),
      ...keys('host', places.textHosts),
      ...keys('host', places.registry),
      ...keys('product', products.named),
    ]),
    alike: [
      ...alikeOf(kind, name, places, dependencies, alert.fingerprint),
      ...storesOf(kind, places, labels, products.own),
      ...(kind.name === 'third-party' ? products.own.map((one) => `third party ${one}`) : []),
    ],
    bursts: burstsOf(kind, name, places, mentioned, reasons, labels),
    subject: subjectOf(places) ?? alert.fingerprint,
    cluster: NAMES_ITSELF.has(kind.name) && places.namespace.length === 0 ? '' : firstOf(labels, CLUSTER),
    environment: firstOf(labels, ENVIRONMENT),
    namespace: places.namespace[0] ?? '',
    areas,
    isHabit: alert.flappingSince !== undefined || alert.episode > HABIT_EPISODES,
  };
}

function areasOf(labels: Labels): ReadonlyMap<string, string> {
  let found: Map<string, string> | undefined;
  for (const label of Object.keys(labels)) {
    if (!AREA.has(label)) continue;
    const value = labelOf(labels, label).trim().toLowerCase();
    if (value !== '' && value !== 'global') (found ??= new Map<string, string>()).set(label, value);
  }
  return found ?? NOWHERE;
}

/** Kinds of alerts about a workload, whatever it does. */
const PART_KINDS = new Set([
  'unready',
  'crash',
  'oom',
  'config-error',
  'no-endpoints',
  'target-down',
  'image-pull',
]);
const WORKLOAD = ['deployment', 'daemonset', 'statefulset', 'workload', 'service'];

/** What a workload that is ill is a part of, and whether all of it is ill: one pod of several is not. */
function componentOf(
  labels: Labels,
  pack: Pack,
): { readonly kind: Kind; readonly isWhole: boolean } | undefined {
  const pod = firstOf(labels, ['pod', 'pod_name']);
  const of = pod === '' ? firstOf(labels, WORKLOAD) : pod;
  const kind = of === '' ? undefined : pack.componentOf(of);
  return kind === undefined ? undefined : { kind, isWhole: pod === '' || kind.name === 'monitoring' };
}

/** When it began: as its source says, where that is not after we heard of it. */
function onsetOf({ startsAt, firstSeenAt }: Alert): number {
  const seen = Date.parse(firstSeenAt);
  return startsAt === undefined ? seen : Math.min(Date.parse(startsAt), seen);
}

/** Grafana's own words for a rule that cannot be asked, beside the name of the rule. */
const UNASKED = /^Datasource(?:NoData|Error)$/;

function nameOf(labels: Labels): string | undefined {
  const alertname = labelOf(labels, 'alertname');
  if (UNASKED.test(alertname)) return alertname;
  return NAME.map((one) => labelOf(labels, one)).find((one) => one !== '');
}

function firstOf(labels: Labels, names: readonly string[]): string {
  return (names.map((one) => labelOf(labels, one).trim()).find((one) => one !== '') ?? '').toLowerCase();
}

/** Kinds that say of a product that it is ill, where they say which. */
const OF_PRODUCTS = new Set([
  'datastore-down',
  'datastore',
  'replication',
  'storage',
  'third-party',
  'registry-down',
  'network',
  'mesh',
  'dns',
  'etcd',
]);

/** What `third-party` says is ill for all of its users, whatever is named. */
const EVERYWHERE = ' everywhere';

/** Which products are ill, and which it names as those that it needs. */
function productsOf(
  { name: kind }: Kind,
  name: string,
  words: string,
  labels: Labels,
  { host, textHosts, names }: Places,
  named: readonly string[],
): { readonly own: readonly string[]; readonly ill: readonly string[]; readonly named: readonly string[] } {
  const partners = partnersOf(labels);
  const own = ownProducts(name, labels);
  const hosts = [...host, ...textHosts].flatMap((one) => productOfHost(one) ?? []);
  const isForeign =
    kind === 'third-party' || (kind === 'probe' && partners.some((one) => hosts.includes(one)));
  const ill = OF_PRODUCTS.has(kind) || isForeign ? [...new Set([...own, ...(isForeign ? hosts : [])])] : [];
  const said = new Set([...productsIn(words), ...own, ...partners]);
  if (kind === 'third-party') for (const one of productsIn(words)) if (!ill.includes(one)) ill.push(one);
  const isInstance = (one: string) =>
    !hosts.includes(one) && !partners.includes(one) && isInstanceNamed(one, [...named, ...names]);
  const needed = [...said, ...hosts].filter((one) => !ill.includes(one) && !isInstance(one));
  return {
    own,
    ill: isForeign ? ill.flatMap((one) => [one, one + EVERYWHERE]) : ill,
    named: [...new Set([...needed, ...(isForeign ? [] : ill.map((one) => one + EVERYWHERE))])],
  };
}

/** Clusters of data stores by their names: their members fail together. Where Kubernetes is there, the label may be its name. */
function storesOf(
  kind: Kind,
  { namespace, things }: Places,
  labels: Labels,
  own: readonly string[],
): readonly string[] {
  if (!isStore(kind)) return [];
  const members = things.filter((one) => isIdentifier(one) && !one.includes('exporter'));
  const cluster = firstOf(labels, ['cluster']);
  return [
    ...members.filter((one) => one !== cluster).map((one) => `store ${one}`),
    ...(cluster === ''
      ? []
      : namespace.length === 0
        ? [`store ${cluster}`]
        : own.map((one) => `store ${one} ${cluster}`)),
  ];
}

function isStore({ name }: Kind): boolean {
  return name.startsWith('datastore') || name === 'replication';
}

/** Labels whose values many share that have nothing else in common. */
const WIDE =
  /^(?:dc|datacenter|data_center|site|location|region|role|tier|type|pool|nodepool|node_pool|squad|org|project|stack|chart|release|health_status|schedule|exported_namespace|dest_server|revision|change|flag|rulegroup|rule_group|grafana_.*|prometheus_.*|app_kubernetes_io_.*|helm_.*|pool_id)$/;

/** Labels that say the same of what belongs together, and of nothing else: `circuit=orders-2`. */
function sameLabels(labels: Labels): readonly string[] {
  return Object.keys(labels).flatMap((label) => {
    if ((KNOWN.has(label) && label !== 'dag_id') || WIDE.test(label)) return [];
    const value = labelOf(labels, label).trim().toLowerCase();
    return value.length <= 60 && isIdentifier(value) ? [`${label}=${value}`] : [];
  });
}

/** Whether it is ill for all of the place that its labels name: what takes a rack away leaves the rest of its data centre alone. */
function isWide({ name, about }: Kind, { isInRack }: Places): boolean {
  return about === 'zone' || ((name === 'facility' || name === 'network') && !isInRack);
}

function isIn(areas: ReadonlyMap<string, string>, value: string): boolean {
  for (const one of areas.values()) if (one === value) return true;
  return false;
}

/** What is ill by the kind of alert: all of a node, or one pod on it. */
function offersOf(kind: Kind, places: Places, areas: ReadonlyMap<string, string>): readonly Key[] {
  const others = isWide(kind, places) ? places.others : places.others.filter((one) => !isIn(areas, one));
  const regions = [areas.get('region') ?? areas.get('aws_region') ?? []].flat();
  const own: Key[] = [
    ...keys('pod', places.pod),
    ...keys('pvc', places.pvc),
    ...keys('ingress', places.ingress),
    ...keys('host', places.host),
    ...keys('trace', places.trace),
    ...keys('name', places.names),
    ...keys('name', others),
  ];
  switch (kind.about) {
    case 'zone':
      return [...own, ...keys('zone', places.zone), ...keys('name', regions)];
    case 'name':
      return [
        ...own,
        ...keys('app', places.app),
        ...(kind.name === 'facility' ? keys('zone', places.zone) : []),
        ...(kind.name === 'facility' ? keys('name', regions) : []),
        ...(isStore(kind) ? keys('app', places.app.flatMap(userOf)) : []),
        ...(isStore(kind)
          ? keys(
              'pod',
              places.things.filter((one) => /-\d+$/.test(one)),
            )
          : []),
      ];
    case 'node':
      return [...own, ...keys('node', places.node), ...keys('name', places.node)];
    case 'cluster':
      return [
        ...own,
        ...wideOf(kind, places),
        ...keys('app', places.app),
        ...keys(
          'namespace',
          places.namespace.filter((one) => !SHARED_NAMESPACES.has(one)),
        ),
      ];
    case 'namespace':
      return [...own, ...keys('namespace', places.namespace), ...keys('app', places.app)];
    case 'pvc':
      return [
        ...own,
        ...keys('app', places.app),
        ...keys('pod', places.pvc.flatMap(podsOfClaim)),
        ...(places.pvc.length + places.app.length === 0 ? keys('node', places.node) : []),
      ];
    default:
      return [...own, ...keys('app', places.app), ...keys('registry', places.registry)];
  }
}

/** What a pattern of the operator's names as a cause may be one of anything that it names. */
function widest({ node, zone, namespace }: Places): readonly Key[] {
  return ['cluster:', ...keys('node', node), ...keys('zone', zone), ...keys('namespace', namespace)];
}

/** Of what may be wide, as wide as it says. */
function wideOf({ name }: Kind, { node, zone, isNodeNamed }: Places): readonly Key[] {
  if (name !== 'network') return ['cluster:'];
  if (isNodeNamed) return keys('node', node);
  return zone.length > 0 ? keys('zone', zone) : ['cluster:'];
}

function needsOf(places: Places, mentioned: readonly string[]): readonly Key[] {
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
      ...keys(
        'host',
        [...places.host, ...places.textHosts].flatMap((one) => [one, ...domainOf(one)]),
      ),
      ...keys('host', places.registry),
      ...keys('registry', places.registry),
      ...keys('name', mentioned),
      ...keys('name', places.others),
      ...keys('name', places.things),
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
  const isSymptom = kind.depth > SYMPTOMS_ABOVE;
  return [
    ...new Set([
      `episode ${fingerprint}`,
      ...places.trace.map((one) => `trace ${one}`),
      ...[subjectOf(places)].flatMap((one) => (one === undefined ? [] : [`${same} ${one}`])),
      ...places.app
        .filter((one) => !isLessPrecise(one, places.app))
        .flatMap((one) => [`${same} app ${one}`, `${name} app ${one}`]),
      ...places.stores.map((one) => `store ${one}`),
      ...places.names.map((one) => `${same} name ${one}`),
      ...places.pvc.map((one) => `${same} pvc ${one}`),
      ...places.host.map((one) => `${same} host ${one}`),
      ...places.ingress.map((one) => `${same} ingress ${one}`),
      ...(kind.about === 'node' ? places.node.map((one) => `${same} node ${one}`) : []),
      ...(kind.about === 'zone' ? places.zone.map((one) => `${same} zone ${one}`) : []),
      ...(kind.about === 'namespace' ? places.namespace.map((one) => `${same} namespace ${one}`) : []),
      ...(kind.about === 'cluster' ? [`${same} ${wideOf(kind, places).join(' ')}`] : []),
      ...(isSymptom ? [...dependencies, ...places.textHosts].map((one) => `waits for ${one}`) : []),
    ]),
  ];
}

/** What people do on purpose, and what is due some day, is no trouble. */
const CHANGES = new Set(['rollout', 'migration', 'backup', 'expires-soon']);

function burstsOf(
  kind: Kind,
  name: string,
  places: Places,
  mentioned: readonly string[],
  reasons: readonly string[],
  labels: Labels,
): readonly Burst[] {
  if (kind.name === 'info' || name === '') return [];
  const isTrouble = kind.depth > SYMPTOMS_ABOVE;
  const few = [
    ...equalLabels(name, labels),
    ...[...places.host, ...places.textHosts].flatMap(domainOf).map((one) => `${name} domain ${one}`),
    ...(isTrouble ? mentioned.filter(isIdentifier).map((one) => `names ${one}`) : []),
    ...(isTrouble ? reasons.map((one) => `says ${one}`) : []),
    ...places.namespace.map((one) => `${name} namespace ${one}`),
    ...places.job.map((one) => `${name} job ${one}`),
    ...places.zone.map((one) => `${kind.name} zone ${one}`),
    ...(kind.name === 'image-pull' ? places.registry.map((one) => `${kind.name} registry ${one}`) : []),
    ...(isTrouble ? places.node.map((one) => `${kind.name} node ${one}`) : []),
  ];
  const lost = kind.name === 'node-down' ? [...places.zone, ...places.others.filter(isIdentifier)] : [];
  const zones = (isTrouble && !CHANGES.has(kind.name)) || kind.name === 'node-down' ? places.zone : [];
  const nodes = isTrouble ? places.node : [];
  return [
    ...[...new Set(few)].map((key) => ({ key, least: FEW })),
    ...lost.map((one) => ({ key: `lost in ${one}`, least: 2 })),
    ...(kind.about === 'node' ? [{ key: `${name} of nodes`, least: 2 }] : []),
    ...zones.map((one) => ({ key: `trouble in zone ${one}`, least: SEVERAL })),
    ...nodes.map((one) => ({ key: `trouble on node ${one}`, least: SEVERAL })),
    { key: name, least: MANY },
  ];
}

/** Labels that differ between the members of one thing, or are the same for nearly all. */
const DIFFERING =
  /^(?:alertname|rulename|AlarmName|severity|priority|level|pod|instance|container|node|host|hostname|target|url|uid|endpoint|ip|name|device|mountpoint|cluster|env|environment|region|team|owner|job|namespace|kind|prometheus|source|zone|topic|queue|path|service|app|deployment|workload)$/;

/** What all else that its labels say is, where they say anything. */
function equalLabels(name: string, labels: Labels): readonly string[] {
  const said = Object.keys(labels)
    .filter((label) => !DIFFERING.test(label) && labelOf(labels, label) !== '')
    .sort()
    .map((label) => `${label}=${labelOf(labels, label)}`);
  return said.length === 0 ? [] : [`${name} ${said.join(' ')}`];
}

/** A StatefulSet calls the claim of its pod `db-0` by a template and the pod: `data-db-0`. */
function podsOfClaim(claim: string): readonly string[] {
  if (!/-\d+$/.test(claim)) return [];
  const parts = claim.split('-');
  return parts.slice(1, -1).map((_, index) => parts.slice(index + 1).join('-'));
}

/** `cart-db` is what `cart` stores in. */
function userOf(store: string): readonly string[] {
  const user = store.replace(
    /-(?:db|database|postgres|postgresql|pg|mysql|mongo|mongodb|redis|cache|queue|kafka|store)(?:-(?:primary|main|master))?$/,
    '',
  );
  return user === store ? [] : [user];
}

/** Of `web-0` and `web`, both made out from the name of a pod, the first. */
function isLessPrecise(app: string, apps: readonly string[]): boolean {
  return apps.some((one) => one !== app && one.startsWith(`${app}-`));
}

function subjectOf(places: Places): string | undefined {
  return (
    places.pvc[0] ?? places.app[0] ?? places.stores[0] ?? places.host[0] ?? places.node[0] ?? places.pod[0]
  );
}

/** Of `www.shop.example` the certificate, and the way in, may be that of `*.shop.example`. */
function domainOf(host: string): readonly string[] {
  const at = host.indexOf('.');
  const rest = host.slice(at + 1);
  return at > 0 && rest.includes('.') && !/^\d/.test(host) && !host.startsWith('*') ? [`*.${rest}`] : [];
}

function keys(via: Via, names: readonly string[]): readonly Key[] {
  return names.map((name): Key => `${via}:${name}`);
}
