import { labelOf, type Labels } from '@gomon/contracts';
import type { Pod, Service, Topology } from '../decide/about.js';
import { DEEP, isOfCertificate, isStore, type Kind } from './kinds.js';
import { byMeaning, type Meaning } from './label-meanings.js';
import { isKnownLabel } from './label-names.js';
import { Collected } from './collected.js';
import { domainOf } from './keys.js';
import { workloadOfPod, workloadsOfPod } from './pod-names.js';
import { instancesIn, isExporter, jobsIn, withoutExporter, withoutPort } from './scraped.js';
import type { Readable } from './reading.js';
import { appOf } from './topology-graph.js';
import { hostsIn, isCommonWord, isIdentifier, namesIn, registriesIn } from './words.js';

/** What an alert names, each by lower-case names: the same thing has many labels. */
export interface Places {
  readonly zone: readonly string[];
  readonly node: readonly string[];
  readonly namespace: readonly string[];
  readonly pod: readonly string[];
  /** Workloads and services. */
  readonly app: readonly string[];
  readonly pvc: readonly string[];
  readonly ingress: readonly string[];
  /** Namespaces of services that are behind its ingress, where they are not in its own. */
  readonly reaches: readonly string[];
  readonly host: readonly string[];
  readonly registry: readonly string[];
  readonly trace: readonly string[];
  readonly job: readonly string[];
  /** What others may call it by. */
  readonly names: readonly string[];
  /** Of these what only its text says: it may be something else. */
  readonly saidNames: readonly string[];
  /** Data stores, queues, load balancers by their ids: two alerts with one of these are about one thing. */
  readonly stores: readonly string[];
  /** Of its names, those of single things: no workload is called so somewhere else. */
  readonly things: readonly string[];
  /** Domains of its hosts, as certificates for all of them are called: `shop-example`. */
  readonly domains: readonly string[];
  /** A label says which node it is about. */
  readonly isNodeNamed: boolean;
  /** A label says in which rack, row or room it is. */
  readonly isInRack: boolean;
  /** Values of labels that nobody knows the meaning of. */
  readonly others: readonly string[];
  /** What its labels say that it depends on. */
  readonly dependencies: readonly string[];
  /** Who calls it, as its labels say. */
  readonly callers: readonly string[];
  /** Hosts that its text names. */
  readonly textHosts: readonly string[];
  /** By the topology: nodes that it runs on, and claims of its pods. */
  readonly underNodes: readonly string[];
  readonly underClaims: readonly string[];
}

const NONE: readonly string[] = [];

/** A service behind more nodes than this does not stand on any one of them. */
const MOST_NODES = 25;

/** `said`: the labels of what it is about, as `withoutScraped` gives them. */
export function placesOf(
  alert: Readable,
  said: Labels,
  kind: Kind,
  text: string,
  topology: Topology,
): Places {
  const { about, scope } = alert;
  const labels = withoutExporter(said);
  const values = byMeaning(labels);
  const namespace = values('namespace');
  const pod = values('pod');
  const podName = about.pod ?? pod[0];
  const space = about.namespace ?? namespace[0] ?? '';
  const known = podName === undefined ? undefined : topology.podOf(scope, space, podName);
  const behind = values('ingress').flatMap((one) => topology.servicesOf(scope, space, one));
  const at: At = { alert, kind, labels, values, pod, podName, space, known, behind, topology };
  const pvc = values('pvc');
  const app = appsIn(at);
  const node = nodesIn(at);
  const under = podsUnder(at, app);
  const underNodes = nodesUnder(under, scope, topology);
  const stores = values('store').flatMap(partsOf);
  const host = hostsBy(values('target'));
  const things = thingsIn(at, stores, pvc, host, namespace);
  const labelled = namesBy(at, app, things, namespace);
  const saidNames = (kind.depth <= DEEP ? namesIn(text) : NONE).filter(
    (one) => isIdentifier(one) && !namespace.includes(one) && !labelled.includes(one),
  );
  return {
    zone: zonesOf(labels, values('zone'), [node, underNodes], scope, topology),
    node,
    namespace,
    pod,
    app,
    pvc,
    ingress: values('ingress'),
    reaches: behind.length === 0 ? NONE : elsewhere(behind, space),
    host,
    registry: new Collected().all(registriesIn(values('image').join(' '))).all(registriesIn(text)).list,
    trace: about.traceId === undefined ? NONE : [about.traceId],
    job: values('job'),
    names: saidNames.length === 0 ? labelled : [...labelled, ...saidNames],
    saidNames,
    stores: stores.filter((one) => !isCommonWord(one)),
    isInRack: values('rack').length > 0,
    others: othersOf(labels),
    things,
    domains: host.flatMap(domainOf).map(dashed),
    isNodeNamed: values('node').length > 0 || about.node !== undefined,
    dependencies: values('dependency').map((one) => appOf(withoutPort(one))),
    callers: values('caller').map(appOf),
    textHosts: hostsIn(text).filter((one) => !host.includes(one)),
    underNodes,
    underClaims: claimsUnder(podName === undefined ? under : [`${space}/${podName}`], scope, topology),
  };
}

/** What an alert is about, as precisely as it says. */
export function subjectOf(places: Places): string | undefined {
  return (
    places.pvc[0] ?? places.app[0] ?? places.stores[0] ?? places.host[0] ?? places.node[0] ?? places.pod[0]
  );
}

/** What an alert says of where it is, and what is known of that. */
interface At {
  readonly alert: Readable;
  readonly kind: Kind;
  /** Those that speak of what the alert is about. */
  readonly labels: Labels;
  readonly values: (meaning: Meaning) => readonly string[];
  readonly pod: readonly string[];
  /** The pod that it is about, and its namespace. */
  readonly podName: string | undefined;
  readonly space: string;
  /** That pod, where the topology has it. */
  readonly known: Pod | undefined;
  /** Services behind the ingress that it is about. */
  readonly behind: readonly Service[];
  readonly topology: Topology;
}

/** Workloads and services that it is about. */
function appsIn({ alert, kind, labels, values, pod, space, known, behind, topology }: At): readonly string[] {
  const { said, about, scope } = alert;
  const apps = new Collected();
  const add = (name: string | undefined) => {
    const app = name === undefined ? '' : plain(appOf(name).toLowerCase());
    if (app !== '' && (space !== '' || !ANYTHING.has(app))) apps.add(app);
  };
  const called = values('app');
  for (const name of called) {
    add(name);
    // KEDA calls what it makes so.
    if (name.startsWith('keda-hpa-')) add(name.slice('keda-hpa-'.length));
  }
  // A controller says so of what it looks after.
  if (kind.name === 'rollout') for (const name of values('name')) add(name);
  const isOfScraping = (job: string) => called.some((one) => one.endsWith(`-${job}`));
  for (const name of jobsIn(values('job')))
    if (called.length + pod.length === 0 || isOfScraping(name)) add(name);
  for (const name of values('numbered')) for (const one of workloadsOfPod(name)) add(one);
  add(about.workload);
  if (about.service !== undefined && !isExporter(about.service, said.labels, labels)) add(about.service);
  if (known === undefined) for (const one of pod) for (const name of workloadsOfPod(one)) add(name);
  else for (const name of namesOfPod(known)) add(name);
  for (const { name } of behind) add(name);
  for (const one of values('pvc'))
    for (const mounter of topology.mountersOf(scope, space, one)) {
      const of = topology.podOf(scope, space, mounter);
      if (of === undefined) add(workloadOfPod(mounter));
      else for (const name of namesOfPod(of)) add(name);
    }
  return apps.list;
}

/** Namespaces of services that are in another one. */
function elsewhere(services: readonly Service[], space: string): readonly string[] {
  return new Collected().all(services.map(({ namespace }) => namespace)).list.filter((one) => one !== space);
}

function nodesIn({ alert, kind, values, pod, known }: At): readonly string[] {
  const nodes = new Collected();
  const named = values('node');
  if (kind.about !== 'zone') {
    for (const one of named) nodes.add(withoutPort(one));
    if (alert.about.node !== undefined) nodes.add(alert.about.node.toLowerCase());
  }
  if (known?.node !== undefined) nodes.add(known.node.toLowerCase());
  if (named.length + pod.length === 0) for (const one of instancesIn(values)) nodes.add(one);
  return nodes.list;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Pods that may be meant where none is named, as `namespace/name`. */
function podsUnder(
  { alert, kind, podName, space, known, behind, topology }: At,
  apps: readonly string[],
): ReadonlySet<string> {
  // What a member of a data store says of replication may be due to any other member.
  if (podName !== undefined && kind.name !== 'replication') return NOBODY;
  const pods = new Set<string>();
  for (const some of [apps, known === undefined ? NONE : namesOfPod(known)])
    for (const app of some) for (const pod of topology.podsBehind(alert.scope, space, app)) pods.add(pod);
  for (const { namespace, name } of behind)
    for (const pod of topology.podsBehind(alert.scope, namespace, name)) pods.add(pod);
  return pods;
}

function hostsBy(targets: readonly string[]): readonly string[] {
  const hosts = new Collected();
  for (const one of targets) {
    const host = hostOf(one);
    if (host !== undefined) hosts.add(host);
  }
  return hosts.list;
}

function thingsIn(
  { kind, values }: At,
  stores: readonly string[],
  pvc: readonly string[],
  hosts: readonly string[],
  namespace: readonly string[],
): readonly string[] {
  const things = new Collected().all(stores).all(pvc).all(hosts);
  for (const one of hosts) things.add(shortOf(one)).add(dashed(one));
  for (const name of instancesIn(values)) {
    if (/[a-z]/.test(name)) {
      things.add(shortOf(name));
      if (kind.about !== 'node') things.add(workloadOfPod(shortOf(name)));
    }
  }
  things.all(values('part'));
  // Where Kubernetes is there, the label may be its name.
  if (namespace.length === 0 && isStore(kind))
    things.all(values('cluster').filter((one) => isOfStores(one, values)));
  return things.list.filter(isName);
}

/** Whether a cluster is one of data stores: called so, or as its members are. */
function isOfStores(cluster: string, values: At['values']): boolean {
  const members = [...values('instance'), ...values('pod')];
  const [first = cluster] = cluster.split(/[-_.\d]/);
  return members.length === 0 || STORE_NAME.test(cluster) || members.some((one) => one.startsWith(first));
}

const STORE_NAME =
  /db|sql|pg|postgres|maria|aurora|mongo|redis|cache|kafka|rabbit|cassandra|scylla|elastic|es-|-es|search|zk|zoo|etcd|consul|ceph|minio/;

function namesBy(
  { kind, values, pod }: At,
  apps: readonly string[],
  things: readonly string[],
  namespace: readonly string[],
): readonly string[] {
  const names = new Collected().all(apps).all(things).all(pod);
  if (isOfCertificate(kind))
    for (const some of [values('name'), values('part')])
      for (const one of some) names.add(plainCertificate(one));
  for (const one of values('part')) {
    const [, owner = ''] = OF_THING.exec(one) ?? [];
    if (owner !== '') names.add(owner);
  }
  for (const one of values('name')) if (!namespace.includes(one)) names.add(one);
  return names.list.filter(isName);
}

function isName(one: string): boolean {
  return one.length >= 2 && !isCommonWord(one);
}

/** Of its workload and its services. */
function namesOfPod({ workload, services }: Pod): readonly string[] {
  return workload === undefined ? services : [appOf(workload), ...services];
}

function nodesUnder(pods: Iterable<string>, scope: string, topology: Topology): readonly string[] {
  const nodes = new Set<string>();
  for (const pod of pods) {
    const [namespace = '', name = ''] = pod.split('/');
    const node = topology.podOf(scope, namespace, name)?.node;
    if (node !== undefined) nodes.add(node.toLowerCase());
  }
  return nodes.size > MOST_NODES ? NONE : [...nodes];
}

function claimsUnder(pods: Iterable<string>, scope: string, topology: Topology): readonly string[] {
  const claims = new Set<string>();
  for (const pod of pods) {
    const [namespace = '', name = ''] = pod.split('/');
    for (const claim of topology.claimsOf(scope, namespace, name)) claims.add(claim);
  }
  return [...claims];
}

/** Zones of AWS and Google Cloud, by whatever label: `eu-west-1b` as the rack of a broker. */
const CLOUD_ZONE =
  /^(?:[a-z]{2}(?:-gov)?-(?:north|south|east|west|central){1,2}-\d[a-z]|(?:us|europe|asia|australia|africa|me|northamerica|southamerica)-(?:north|south|east|west|central){1,2}\d-[a-z])$/;

function zonesOf(
  labels: Labels,
  known: readonly string[],
  nodes: readonly (readonly string[])[],
  scope: string,
  topology: Topology,
): readonly string[] {
  const zones = new Collected();
  // Senders call it by many names, and those that we know come last.
  for (const label of Object.keys(labels)) {
    const value = labelOf(labels, label).trim().toLowerCase();
    const isNamed = /zone/i.test(label) && !/time_?zone/i.test(label) && value !== '';
    if (isNamed || (value.includes('-') && CLOUD_ZONE.test(value))) zones.add(value);
  }
  if (zones.all(known).size > 0) return zones.list;
  for (const some of nodes)
    for (const node of some) {
      const zone = topology.zoneOf(scope, node);
      if (zone !== undefined) zones.add(zone.toLowerCase());
    }
  return zones.list;
}

/** `service.cart` is called `cart`. */
function plain(name: string): string {
  return name.replace(/^(?:service|svc|app)\./, '');
}

/** What people write where a service is asked for and none is meant; in a namespace one may well be called so. */
const ANYTHING = new Set(
  'platform infra infrastructure shared common core default system production prod general misc other unknown none ops devops sre it internal'.split(
    ' ',
  ),
);

/** Secrets and settings are called after what they are for: `orders-db-credentials`. */
const OF_THING = /^([a-z].*)-(?:credentials?|creds|secrets?|passwords?|auth|config|configmap|settings|env)$/;

/** More than anybody means. */
const MOST_PARTS = 8;
const MOST_OTHERS = 20;

function othersOf(labels: Labels): readonly string[] {
  const found = new Set<string>();
  for (const name of Object.keys(labels)) {
    if (isKnownLabel(name)) continue;
    const value = labelOf(labels, name).trim().toLowerCase();
    if (value.length >= 2 && value.length <= 100 && !isCommonWord(value) && !/^[\d.]+$/.test(value))
      found.add(value);
    if (found.size === MOST_OTHERS) break;
  }
  return [...found];
}

/** `net/ingest/8c1` is known by its parts too. */
function partsOf(value: string): readonly string[] {
  return [...new Set([value, ...value.split('/', MOST_PARTS).filter((part) => part.length >= 3)])];
}

/** `wildcard-apps-example`, `apps-example-tls` and their like are for `apps-example`. */
function plainCertificate(name: string): string {
  return name.replace(/^(?:wildcard|star)-/, '').replace(/-(?:tls|cert|certificate)$/, '');
}

/** A secret, or a certificate, is often called as the host that it is for: `shop-example-com`. */
function dashed(host: string): string {
  return host.replace(/^\*\./, '').replaceAll('.', '-');
}

/** `lb-1.dc.example` is known as `lb-1`. */
function shortOf(host: string): string {
  const [first = host] = host.split('.');
  // Many hosts are called `www` or `login`.
  return /^[a-z].*[-\d]/.test(first) ? first : host;
}

/** The host of an address, or of a name that looks like one. */
export function hostOf(target: string): string | undefined {
  const host = /^(?:[a-z]+:\/\/)?([^/:?#\s]+)/.exec(target)?.[1];
  return host !== undefined && /^(?:(?:\*\.|[a-z0-9-]+\.)+[a-z]{2,24}|(?:\d{1,3}\.){3}\d{1,3})$/.test(host)
    ? host
    : undefined;
}
