import { labelOf, type Labels } from '@gomon/contracts';
import { Collected } from './collected.js';
import { isOwn, type Fault } from './fault.js';
import { domainOf } from './keys.js';
import { DEEP, isLoss, isOfCertificate, isOfReaders, isStore, isUnknown, type Kind } from './kinds.js';
import { wideOf } from './offers.js';
import { subjectOf, type Places } from './places.js';
import type { Reading } from './reading.js';
import { levelOf } from './rule-keys.js';
import { isIdentifier, wordsOf } from './words.js';

export interface Burst {
  readonly key: string;
  readonly least: number;
  /** They follow each other as closely. */
  readonly gapMs: number;
  /** It is one in several clusters, and not one in one. */
  readonly isAcross?: true;
  /** Only what is urgent is part of it. */
  readonly isUrgent?: true;
  /** Of symptoms of all kinds: one of them has to be seen from outside, and what gets through by itself is none of them. */
  readonly isOutage?: true;
}

const GAP_MS = 2 * 60_000;
/** The same alert that says the same of two. */
const AT_ONCE_MS = 60_000;
/** What is lost with what is around it is noticed as its sources look. */
const LOSS_GAP_MS = 5 * 60_000;

/** What lies less deep than data stores shows what is ill elsewhere: many of it may come from one cause. */
const SYMPTOMS_ABOVE = 6;
/** So many of one thing within a short time are no chance. */
const FEW = 3;
const SEVERAL = 4;
const QUITE_SOME = 6;
const MANY = 10;

/** Keys of which two alerts have one in common that are two words for one thing. */
export function alikeOf(
  kind: Kind,
  name: string,
  places: Places,
  dependencies: ReadonlySet<string>,
  fingerprint: string,
  fault: Fault | undefined,
): readonly string[] {
  const same = isUnknown(kind) ? name : kind.name;
  const { names } = places;
  const subject = subjectOf(places);
  const own = places.app.filter((one) => !isLessPrecise(one, places.app));
  // Episodes of one alert.
  const found = new Collected().add(fingerprint);
  for (const one of places.trace) found.add(`trace ${one}`);
  if (subject !== undefined && !places.app.includes(subject) && !names.includes(subject))
    found.add(`${same} ${subject}`);
  for (const one of own) if (!names.includes(one)) found.add(`${same} app ${one}`);
  if (same !== name) for (const one of own) found.add(`${name} app ${one}`);
  if (SYMPTOMS.has(kind.name) && fault === undefined) for (const one of own) found.add(`${OF_SERVICE}${one}`);
  for (const one of places.stores) found.add(`${OF_STORE}${one}`);
  for (const one of names) found.add(`${same} name ${one}`);
  // One certificate is for all hosts of a domain, and called like the ingress that shows it.
  if (isOfCertificate(kind))
    for (const some of [places.domains, places.ingress])
      for (const one of some) found.add(`${same} name ${one}`);
  for (const one of places.pvc) if (!names.includes(one)) found.add(`${same} pvc ${one}`);
  for (const one of places.host) if (!names.includes(one)) found.add(`${same} host ${one}`);
  for (const one of places.ingress) found.add(`${same} ingress ${one}`);
  if (kind.about === 'node') for (const one of places.node) found.add(`${same} node ${one}`);
  if (kind.about === 'zone') for (const one of places.zone) found.add(`${same} zone ${one}`);
  if (kind.about === 'namespace') for (const one of places.namespace) found.add(`${same} namespace ${one}`);
  if (kind.about === 'cluster' && fault !== 'planned') found.add(`${same} ${wideOf(kind, places).join(' ')}`);
  if (kind.depth > SYMPTOMS_ABOVE) {
    for (const one of dependencies) found.add(`${OF_ANOTHER}${one}`);
    for (const one of places.textHosts) found.add(`${OF_ANOTHER}${one}`);
  }
  return found.list;
}

/** What shows that a service is ill, and not why. */
const SYMPTOMS = new Set([
  'unready',
  'errors',
  'latency',
  'probe',
  'impact',
  'no-endpoints',
  'crash',
  'oom',
  'target-down',
  'rollout-stuck',
  'throttling',
  'scaling',
]);

/** What clients see of what they call: the same of several at once is seldom the fault of each of them. */
const SHOWN_BY_MANY = new Set(['errors', 'latency', 'target-down', 'no-endpoints', 'impact']);

/** What people do on purpose, and what is due some day, is no trouble. */
const CHANGES = new Set(['rollout', 'migration', 'backup', 'expires-soon']);

/** Keys of which many alerts have one in common that come as a burst. */
export function burstsOf({
  role: { kind },
  name,
  labels,
  words,
  places,
  mentioned,
  reasons,
  areas,
  cluster,
  fault,
}: Reading): readonly Burst[] {
  if (kind.name === 'info' || name === '') return [];
  const isTrouble = kind.depth > SYMPTOMS_ABOVE;
  const isOfPlace = isTrouble && !isOwn(fault);
  const bursts: Burst[] = [];
  const add = (key: string, least: number, gapMs = GAP_MS) => void bursts.push({ key, least, gapMs });
  const few = fewOf(kind, name, places, labels);
  if (isTrouble) {
    for (const one of reasons) few.add(`says ${one}`);
    for (const one of places.node) few.add(`${kind.name} node ${one}`);
  }
  for (const key of few.list) add(key, kind.depth <= DEEP ? 2 : FEW);
  for (const one of mentioned) if (isIdentifier(one)) add(`names ${one}`, FEW);
  if (isLoss(kind)) for (const one of lostIn(places, areas)) add(`lost in ${one}`, 2, LOSS_GAP_MS);
  if (kind.about === 'node') add(`${name} of nodes`, 2, kind.name === 'node-down' ? LOSS_GAP_MS : GAP_MS);
  if (!CHANGES.has(kind.name) && !isOwn(fault))
    for (const one of places.zone) add(`trouble in zone ${one}`, QUITE_SOME);
  if (isOfPlace) for (const one of places.node) add(`trouble on node ${one}`, QUITE_SOME);
  if (kind.depth <= DEEP && cluster !== '') add(`${name} cluster ${cluster}`, 2);
  const said = saidBeside(labels, words);
  if (said !== '') add(`${name} says ${said}`, 2, AT_ONCE_MS);
  add(name, MANY);
  if (SHOWN_BY_MANY.has(kind.name) && !isOwn(fault)) add(`${name} of several`, FEW);
  if (levelOf(labels) === 'urgent') bursts.push(...urgentOf(name, labels, isTrouble && fault === undefined));
  if (cluster !== '') bursts.push({ key: `${name} in clusters`, least: FEW, gapMs: GAP_MS, isAcross: true });
  return bursts;
}

/** What only those share that are urgent. */
function urgentOf(name: string, labels: Labels, isTrouble: boolean): readonly Burst[] {
  // An alarm of CloudWatch has a name of its own for each thing that its rule is about.
  const rule = labelOf(labels, 'alertname') || name;
  const urgent = { least: SEVERAL, gapMs: GAP_MS, isUrgent: true } as const;
  return [
    ...(isTrouble ? [{ key: 'urgent', ...urgent, isOutage: true } as const] : []),
    { key: `${rule} urgent`, ...urgent, least: FEW },
  ];
}

/** What a few of the same alert share that come as a burst. */
function fewOf(kind: Kind, name: string, places: Places, labels: Labels): Collected {
  const few = new Collected();
  const said = equalLabels(labels);
  if (said !== '') few.add(`${name} ${said}`);
  for (const hosts of [places.host, places.textHosts])
    for (const host of hosts) for (const one of domainOf(host)) few.add(`${name} domain ${one}`);
  for (const one of places.namespace) few.add(`${name} namespace ${one}`);
  for (const one of places.job) few.add(`${name} job ${one}`);
  for (const one of places.zone) few.add(`${kind.name} zone ${one}`);
  if (kind.name === 'image-pull') for (const one of places.registry) few.add(`${kind.name} registry ${one}`);
  return few;
}

/** Shorter texts say nothing of their own. */
const LEAST_WORDS = 3;

/** What the words of its text say beside its names and numbers: `name resolver returned an empty address list`. */
function saidBeside(labels: Labels, text: string): string {
  const own = wordsOf(Object.values(labels).join(' '));
  const words = text
    .split(' ')
    .filter((word) => word !== '' && !own.includes(` ${word} `) && !/\d/.test(word));
  return words.length < LEAST_WORDS ? '' : words.join(' ');
}

/** Places that are lost where a machine, or all of them, is. */
function lostIn({ zone, others }: Places, areas: ReadonlyMap<string, string>): readonly string[] {
  return new Collected().all(zone).all(others.filter(isIdentifier)).all(sitesIn(areas)).list;
}

/** Of where it is what may be lost as a whole: a region loses a machine every day. */
function sitesIn(areas: ReadonlyMap<string, string>): readonly string[] {
  return [...areas].flatMap(([label, value]) => (REGIONS.has(label) ? [] : value));
}

const REGIONS = new Set(['region', 'aws_region', 'location']);

/** Labels that differ between the members of one thing, or are the same for nearly all. */
const DIFFERING = new Set(
  `alertname rulename AlarmName severity priority level pod instance container node host hostname target url uid endpoint ip name device mountpoint cluster env environment region team owner job namespace kind prometheus source zone topic queue path service app deployment workload server member replica broker partition disk mount port peer interface upstream downstream destination dependency destination_service peer_service target_service dbcluster shard replset`.split(
    /\s+/,
  ),
);

/** What all else that its labels say is, where they say anything. */
function equalLabels(labels: Labels): string {
  return Object.keys(labels)
    .filter((label) => !DIFFERING.has(label) && labelOf(labels, label) !== '')
    .sort()
    .map((label) => `${label}=${labelOf(labels, label)}`)
    .join(' ');
}

/** What the keys of something else begin with for which alerts wait. */
export const OF_ANOTHER = 'waits for ';
/** What the keys of sets of data stores begin with: members of one stand on nodes of their own. */
export const OF_SET = 'members of ';
/** What the keys of services that show to be ill begin with. */
export const OF_SERVICE = 'service ';
/** What the keys of certificates begin with. */
export const OF_CERTIFICATE = 'certificate name ';
/** What the keys of data stores begin with. */
export const OF_STORE = 'store ';

/** Clusters of data stores by their names: their members fail together. Where Kubernetes is there, the label may be its name. */
export function storesOf(
  kind: Kind,
  { namespace, things, others }: Places,
  labels: Labels,
  own: readonly string[],
  clusters: readonly string[],
): readonly string[] {
  const found = new Collected();
  // Nodes of one cluster, and their disks, fail one by one.
  const isOfNode = kind.about === 'node' || (kind.name === 'disk-full' && own.length === 0);
  if (!isOfNode && !isOfReaders(kind)) for (const one of clusters) found.add(`${OF_STORE}${one}`);
  if (own.length === 0 && !isStore(kind)) return found.list;
  for (const set of setsIn(things))
    for (const one of own.length === 0 && isStore(kind) ? [''] : own) found.add(`${OF_SET}${one} ${set}`);
  if (!isStore(kind)) return found.list;
  const cluster = labelOf(labels, 'cluster').trim().toLowerCase();
  for (const one of things)
    if (isIdentifier(one) && !one.includes('exporter') && one !== cluster) found.add(`${OF_STORE}${one}`);
  // Whatever it is called, a label of its own says which of them it is.
  for (const product of own) for (const one of others) found.add(`${OF_STORE}${product} ${one}`);
  if (cluster === '') return found.list;
  if (namespace.length === 0) return found.add(`${OF_STORE}${cluster}`).list;
  for (const one of own) found.add(`${OF_STORE}${one} ${cluster}`);
  return found.list;
}

/** `db1.eu.example` and `db2.eu.example` are members of one set; what they are called for short is, somewhere else, another one. */
function setsIn(things: readonly string[]): readonly string[] {
  const members = things.filter((one) => !things.some((other) => other.startsWith(`${one}.`)));
  return members.flatMap((one) => {
    const [, name = '', rest = ''] = MEMBER.exec(one) ?? [];
    return name === '' ? [] : [`${name}-*${rest}`];
  });
}

const MEMBER = /^([a-z][a-z-]*[a-z])-?\d+[a-z]?((?:\.[^.]+)*)$/;

/** Of `web-0` and `web`, both made out from the name of a pod, the first. */
function isLessPrecise(app: string, apps: readonly string[]): boolean {
  return apps.some((one) => one !== app && one.startsWith(`${app}-`));
}
