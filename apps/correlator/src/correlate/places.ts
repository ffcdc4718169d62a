import { labelOf, type Labels } from '@gomon/contracts';
import type { Topology } from '../decide/about.js';
import type { Alert } from '../decide/state.js';
import { DEEP, type Kind } from './kinds.js';
import { LABELS } from '../decide/label-names.js';
import {
  APP,
  DEPENDENCY,
  IMAGE,
  INGRESS,
  INSTANCE,
  KNOWN,
  NODE,
  PVC,
  STORE,
  TARGET,
  ZONE,
} from './label-names.js';
import { workloadOfPod, workloadsOfPod } from './pod-names.js';
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
  readonly host: readonly string[];
  readonly registry: readonly string[];
  readonly trace: readonly string[];
  readonly job: readonly string[];
  /** What others may call it by. */
  readonly names: readonly string[];
  /** Data stores, queues, load balancers by their ids: two alerts with one of these are about one thing. */
  readonly stores: readonly string[];
  /** Of its names, those of single things: no workload is called so somewhere else. */
  readonly things: readonly string[];
  /** A label says which node it is about. */
  readonly isNodeNamed: boolean;
  /** A label says in which rack, row or room it is. */
  readonly isInRack: boolean;
  /** Values of labels that nobody knows the meaning of. */
  readonly others: readonly string[];
  /** What its labels say that it depends on. */
  readonly dependencies: readonly string[];
  /** Hosts that its text names. */
  readonly textHosts: readonly string[];
  /** By the topology: nodes that it runs on, and claims of its pods. */
  readonly underNodes: readonly string[];
  readonly underClaims: readonly string[];
}

/** A service behind more nodes than this does not stand on any one of them. */
const MOST_NODES = 25;

export function placesOf(alert: Alert, kind: Kind, text: string, topology: Topology): Places {
  const { said, about, scope } = alert;
  const labels = withoutExporter(said.labels);
  const namespace = valuesOf(labels, LABELS.namespace);
  const pod = valuesOf(labels, LABELS.pod);
  const ingress = valuesOf(labels, INGRESS);
  const podName = about.pod ?? pod[0];
  const space = about.namespace ?? namespace[0] ?? '';
  const known = podName === undefined ? undefined : topology.podOf(scope, space, podName);
  const pvc = valuesOf(labels, PVC);
  const apps = new Set<string>();
  const add = (name: string | undefined) => {
    if (name !== undefined && name !== '') apps.add(plain(appOf(name).toLowerCase()));
  };
  for (const name of valuesOf(labels, APP)) add(name);
  for (const name of valuesOf(labels, ['replicaset', 'job_name']))
    for (const one of workloadsOfPod(name)) add(one);
  add(about.workload);
  if (about.service !== undefined && !isExporter(about.service, said.labels, labels)) add(about.service);
  if (known === undefined) for (const one of pod) for (const name of workloadsOfPod(one)) add(name);
  add(known?.workload);
  for (const one of known?.services ?? []) add(one);
  for (const one of ingress) for (const service of topology.servicesOf(scope, space, one)) add(service);
  for (const one of pvc)
    for (const mounter of topology.mountersOf(scope, space, one)) {
      const of = topology.podOf(scope, space, mounter);
      if (of === undefined) add(workloadOfPod(mounter));
      else
        for (const name of [...(of.workload === undefined ? [] : [of.workload]), ...of.services]) add(name);
    }
  const instance = valuesOf(labels, INSTANCE).map(withoutPort);
  const named = valuesOf(labels, NODE).map(withoutPort);
  const nodes = new Set([
    ...(kind.about === 'zone'
      ? []
      : [...named, ...(about.node === undefined ? [] : [about.node.toLowerCase()])]),
    ...(known?.node === undefined ? [] : [known.node.toLowerCase()]),
    ...(named.length === 0 && pod.length === 0 ? instance : []),
  ]);
  const under =
    podName === undefined ? [...apps].flatMap((app) => [...topology.podsBehind(scope, space, app)]) : [];
  const underNodes = nodesUnder(under, scope, topology);
  const underClaims = claimsUnder(podName === undefined ? under : [`${space}/${podName}`], scope, topology);
  const stores = valuesOf(labels, STORE).flatMap(partsOf);
  const host = [...new Set(valuesOf(labels, TARGET).flatMap((one) => hostOf(one) ?? []))];
  const things = [
    ...new Set([
      ...stores,
      ...pvc,
      ...host,
      ...host.map(shortOf),
      ...instance
        .filter((one) => /[a-z]/.test(one))
        .map(shortOf)
        .flatMap((one) => [one, workloadOfPod(one)]),
      ...valuesOf(labels, ['device', 'issuer', 'secret', 'configmap']),
      ...(kind.name.startsWith('datastore') || kind.name === 'replication'
        ? valuesOf(labels, ['cluster'])
        : []),
    ]),
  ].filter((one) => one.length >= 2 && !isCommonWord(one));
  return {
    zone: zonesOf(labels, [...nodes, ...underNodes], scope, topology),
    node: [...nodes],
    namespace,
    pod,
    app: [...apps],
    pvc,
    ingress,
    host,
    registry: [...new Set([...registriesIn(valuesOf(labels, IMAGE).join(' ')), ...registriesIn(text)])],
    trace: about.traceId === undefined ? [] : [about.traceId],
    job: valuesOf(labels, ['job']),
    names: [
      ...new Set([
        ...apps,
        ...things,
        ...pod,
        ...[
          ...valuesOf(labels, ['name']),
          ...(kind.depth <= DEEP ? namesIn(text).filter(isIdentifier) : []),
        ].filter((one) => !namespace.includes(one)),
      ]),
    ].filter((one) => one.length >= 2 && !isCommonWord(one)),
    stores: stores.filter((one) => !isCommonWord(one)),
    isInRack: valuesOf(labels, ['rack', 'row', 'room', 'cage', 'pdu']).length > 0,
    others: othersOf(labels),
    things,
    isNodeNamed: named.length > 0 || about.node !== undefined,
    dependencies: valuesOf(labels, DEPENDENCY).map((one) => appOf(withoutPort(one))),
    textHosts: hostsIn(text).filter((one) => !host.includes(one)),
    underNodes,
    underClaims,
  };
}

/** Of whom a metrics exporter speaks; what the labels say of itself is left out. */
function withoutExporter(labels: Labels): Labels {
  const job = labelOf(labels, 'job').toLowerCase();
  if (!EXPORTER.test(job) || !SUBJECTS.some((name) => labelOf(labels, name) !== '')) return labels;
  const isOwn = (name: string, value: string) =>
    name === 'endpoint' ||
    name === 'prometheus' ||
    (name === 'instance' && /^(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?$/.test(value)) ||
    ((name === 'service' || name === 'container' || name === 'pod') && value.toLowerCase().includes(job));
  return Object.fromEntries(Object.entries(labels).filter(([name, value]) => !isOwn(name, value)));
}

function isExporter(service: string, said: Labels, kept: Labels): boolean {
  return labelOf(said, 'service') === service && labelOf(kept, 'service') === '';
}

/** Exporters that speak of others: https://github.com/kubernetes/kube-state-metrics and its like. */
const EXPORTER = /^(?:kube-state-metrics|kubelet|cadvisor|node-exporter|blackbox.*)$/;
const SUBJECTS = [
  ...LABELS.pod,
  ...LABELS.workload,
  ...PVC,
  ...NODE,
  'horizontalpodautoscaler',
  'resourcequota',
];

function valuesOf(labels: Labels, names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const name of names) {
    const value = labelOf(labels, name).trim().toLowerCase();
    if (value !== '') found.add(value);
  }
  return [...found];
}

function nodesUnder(pods: readonly string[], scope: string, topology: Topology): readonly string[] {
  const nodes = new Set<string>();
  for (const pod of pods) {
    const [namespace = '', name = ''] = pod.split('/');
    const node = topology.podOf(scope, namespace, name)?.node;
    if (node !== undefined) nodes.add(node.toLowerCase());
  }
  return nodes.size > MOST_NODES ? [] : [...nodes];
}

function claimsUnder(pods: readonly string[], scope: string, topology: Topology): readonly string[] {
  return [
    ...new Set(
      pods.flatMap((pod) => {
        const [namespace = '', name = ''] = pod.split('/');
        return [...topology.claimsOf(scope, namespace, name)];
      }),
    ),
  ];
}

function zonesOf(
  labels: Labels,
  nodes: readonly string[],
  scope: string,
  topology: Topology,
): readonly string[] {
  const named = valuesOf(
    labels,
    Object.keys(labels)
      .filter((name) => /zone/i.test(name) && !/time_?zone/i.test(name))
      .concat(ZONE),
  );
  if (named.length > 0) return named;
  return [...new Set(nodes.flatMap((node) => topology.zoneOf(scope, node)?.toLowerCase() ?? []))];
}

/** `service.cart` is called `cart`. */
function plain(name: string): string {
  return name.replace(/^(?:service|svc|app)\./, '');
}

/** More than anybody means. */
const MOST_PARTS = 8;
const MOST_OTHERS = 20;

function othersOf(labels: Labels): readonly string[] {
  const found = new Set<string>();
  for (const name of Object.keys(labels)) {
    if (KNOWN.has(name)) continue;
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

/** `lb-1.dc.example` is known as `lb-1`. */
function shortOf(host: string): string {
  const [first = host] = host.split('.');
  // Many hosts are called `www` or `login`.
  return /^[a-z].*[-\d]/.test(first) ? first : host;
}

function withoutPort(name: string): string {
  return name.replace(/:\d+$/, '');
}

/** The host of an address, or of a name that looks like one. */
function hostOf(target: string): string | undefined {
  const host = /^(?:[a-z]+:\/\/)?([^/:?#\s]+)/.exec(target)?.[1];
  return host !== undefined && /^(?:(?:\*\.|[a-z0-9-]+\.)+[a-z]{2,24}|(?:\d{1,3}\.){3}\d{1,3})$/.test(host)
    ? host
    : undefined;
}
