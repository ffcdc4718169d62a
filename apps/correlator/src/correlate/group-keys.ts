import { labelOf, type Labels } from '@gomon/contracts';
import { domainOf } from './keys.js';
import { DEEP, isLoss, isUnknown, type Kind } from './kinds.js';
import { isStore, wideOf } from './offers.js';
import type { Places } from './places.js';
import { isIdentifier } from './words.js';

export interface Burst {
  readonly key: string;
  readonly least: number;
  /** They follow each other as closely. */
  readonly gapMs: number;
  /** It is one in several clusters, and not one in one. */
  readonly isAcross?: true;
}

const GAP_MS = 2 * 60_000;
/** What is lost with what is around it is noticed as its sources look. */
const LOSS_GAP_MS = 5 * 60_000;

/** What lies less deep than data stores shows what is ill elsewhere: many of it may come from one cause. */
const SYMPTOMS_ABOVE = 6;
/** So many of one thing within a short time are no chance. */
const FEW = 3;
const SEVERAL = 4;
const MANY = 10;

/** Keys of which two alerts have one in common that are two words for one thing. */
export function alikeOf(
  kind: Kind,
  name: string,
  places: Places,
  dependencies: ReadonlySet<string>,
  fingerprint: string,
): readonly string[] {
  const same = isUnknown(kind) ? name : kind.name;
  const isSymptom = kind.depth > SYMPTOMS_ABOVE;
  const subject = subjectOf(places);
  const isNamed = (one: string) => places.names.includes(one);
  const own = places.app.filter((one) => !isLessPrecise(one, places.app));
  return [
    ...new Set([
      // Episodes of one alert.
      fingerprint,
      ...places.trace.map((one) => `trace ${one}`),
      ...(subject === undefined || places.app.includes(subject) || isNamed(subject)
        ? []
        : [`${same} ${subject}`]),
      ...own.filter((one) => !isNamed(one)).map((one) => `${same} app ${one}`),
      ...(same === name ? [] : own.map((one) => `${name} app ${one}`)),
      ...places.stores.map((one) => `${OF_STORE}${one}`),
      ...places.names.map((one) => `${same} name ${one}`),
      ...places.pvc.filter((one) => !isNamed(one)).map((one) => `${same} pvc ${one}`),
      ...places.host.filter((one) => !isNamed(one)).map((one) => `${same} host ${one}`),
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

/** Keys of which many alerts have one in common that come as a burst. */
export function burstsOf(
  kind: Kind,
  name: string,
  places: Places,
  mentioned: readonly string[],
  reasons: readonly string[],
  labels: Labels,
  areas: ReadonlyMap<string, string>,
  cluster: string,
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
  const lost = isLoss(kind)
    ? new Set([...places.zone, ...places.others.filter(isIdentifier), ...sitesIn(areas)])
    : [];
  const zones = CHANGES.has(kind.name) ? [] : places.zone;
  const nodes = isTrouble ? places.node : [];
  return [
    ...burstsBy(new Set(few), kind.depth <= DEEP ? 2 : FEW),
    ...burstsBy(
      Array.from(lost, (one) => `lost in ${one}`),
      2,
      LOSS_GAP_MS,
    ),
    ...(kind.about === 'node'
      ? burstsBy([`${name} of nodes`], 2, kind.name === 'node-down' ? LOSS_GAP_MS : GAP_MS)
      : []),
    ...burstsBy(
      zones.map((one) => `trouble in zone ${one}`),
      SEVERAL,
    ),
    ...burstsBy(
      nodes.map((one) => `trouble on node ${one}`),
      SEVERAL,
    ),
    ...(kind.depth <= DEEP && cluster !== '' ? burstsBy([`${name} cluster ${cluster}`], 2) : []),
    ...burstsBy([name], MANY),
    ...(cluster === ''
      ? []
      : [{ key: `${name} in clusters`, least: FEW, gapMs: GAP_MS, isAcross: true as const }]),
  ];
}

/** Of where it is what may be lost as a whole: a region loses a machine every day. */
function sitesIn(areas: ReadonlyMap<string, string>): readonly string[] {
  return [...areas].flatMap(([label, value]) => (REGIONS.has(label) ? [] : value));
}

const REGIONS = new Set(['region', 'aws_region', 'location']);

function burstsBy(keys: Iterable<string>, least: number, gapMs = GAP_MS): readonly Burst[] {
  return Array.from(keys, (key) => ({ key, least, gapMs }));
}

/** Labels that differ between the members of one thing, or are the same for nearly all. */
const DIFFERING =
  /^(?:alertname|rulename|AlarmName|severity|priority|level|pod|instance|container|node|host|hostname|target|url|uid|endpoint|ip|name|device|mountpoint|cluster|env|environment|region|team|owner|job|namespace|kind|prometheus|source|zone|topic|queue|path|service|app|deployment|workload|server|member|replica|broker|partition|disk|mount|port|peer|interface)$/;

/** What all else that its labels say is, where they say anything. */
function equalLabels(name: string, labels: Labels): readonly string[] {
  const said = Object.keys(labels)
    .filter((label) => !DIFFERING.test(label) && labelOf(labels, label) !== '')
    .sort()
    .map((label) => `${label}=${labelOf(labels, label)}`);
  return said.length === 0 ? [] : [`${name} ${said.join(' ')}`];
}

/** What the keys of data stores begin with. */
export const OF_STORE = 'store ';

/** Clusters of data stores by their names: their members fail together. Where Kubernetes is there, the label may be its name. */
export function storesOf(
  kind: Kind,
  { namespace, things, others }: Places,
  labels: Labels,
  own: readonly string[],
): readonly string[] {
  if (!isStore(kind)) return [];
  const members = things.filter((one) => isIdentifier(one) && !one.includes('exporter'));
  const cluster = labelOf(labels, 'cluster').trim().toLowerCase();
  return [
    ...members.filter((one) => one !== cluster).map((one) => `${OF_STORE}${one}`),
    // Whatever it is called, a label of its own says which of them it is.
    ...own.flatMap((product) => others.map((one) => `${OF_STORE}${product} ${one}`)),
    ...(cluster === ''
      ? []
      : namespace.length === 0
        ? [`${OF_STORE}${cluster}`]
        : own.map((one) => `${OF_STORE}${one} ${cluster}`)),
  ];
}

/** Of `web-0` and `web`, both made out from the name of a pod, the first. */
function isLessPrecise(app: string, apps: readonly string[]): boolean {
  return apps.some((one) => one !== app && one.startsWith(`${app}-`));
}

/** What an alert is about, as precisely as it says. */
export function subjectOf(places: Places): string | undefined {
  return (
    places.pvc[0] ?? places.app[0] ?? places.stores[0] ?? places.host[0] ?? places.node[0] ?? places.pod[0]
  );
}
