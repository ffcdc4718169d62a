import { ENVIRONMENT_LABELS, type Source } from '@gomon/contracts';
import type { Topology } from '../decide/about.js';
import type { Alert } from '../decide/state.js';
import { Collected } from './collected.js';
import type { Fault } from './fault.js';
import { firstOf } from './first-label.js';
import { alikeOf, burstsOf, OF_ANOTHER, storesOf, type Burst } from './group-keys.js';
import { heldMsOf } from './held.js';
import { domainOf, keys, said, type Key } from './keys.js';
import type { Pack, Role } from './kinds.js';
import { familiesOf, isOfProviders, offersOf, widest } from './offers.js';
import { calledBy, sharedAndIll } from './products.js';
import { readingOf, type Reading } from './reading.js';
import { isIdentifier } from './words.js';

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
  /** It may have been ill for so long before: its source waits until it says so. Milliseconds. */
  readonly heldMs: number;
  /** What it says is ill: others may follow from that. */
  readonly offers: readonly Key[];
  /** What it stands on, itself included: it may follow from what is ill with that. */
  readonly needs: readonly Key[];
  /** Of what it offers what is its own, and of what it needs what it only names. */
  readonly owns: readonly Key[];
  readonly mentions: readonly Key[];
  /** Nodes that it stands on. */
  readonly nodes: readonly Key[];
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
  /** It says so: by where it is, or by its name. */
  readonly isInKubernetes: boolean;
  /** Where in the world they say that it is, by the names of the labels. */
  readonly areas: ReadonlyMap<string, string>;
  /** It says what will be, and not what is. */
  readonly isForecast: boolean;
  /** Whose fault it says that it is; undefined: it does not say. */
  readonly fault: Fault | undefined;
  /** It comes and goes all the time: that something happens beside it proves little. */
  readonly isHabit: boolean;
}

const NONE: readonly never[] = [];
/** What lies less deep waits for data stores, and is none. */
const SHALLOWER_THAN_STORES = 6.5;
/** `is predicted to run out of space within 24 hours`, `is expected to fill up within four days`. */
const FORECAST =
  /\b(?:predicted|predicts|forecast|expected) to (?:be |run |fill |exceed )|\bwill (?:be full|fill up|run out)\b/i;
/** An alert that has begun so often is a habit. */
const HABIT_EPISODES = 12;

export function traitsOf(alert: Alert, pack: Pack, topology: Topology): Traits {
  const read = readingOf(alert, pack, topology);
  const { name, nameWords, text, role, places, labels, areas, subject, cluster } = read;
  const needs = needsIn(read);
  return {
    id: alert.id,
    fingerprint: alert.fingerprint,
    role,
    title: alert.title,
    source: alert.source,
    onset: onsetOf(alert),
    heldMs: heldMsOf(name, text),
    offers: offersIn(read),
    needs,
    nodes: needs.some(isNode) ? needs.filter(isNode) : NONE,
    owns: ownsIn(read),
    mentions: mentionsIn(read),
    alike: alikeIn(read),
    bursts: burstsOf(read),
    subject: subject ?? alert.fingerprint,
    cluster,
    environment: firstOf(labels, ENVIRONMENT_LABELS),
    namespace: places.namespace[0] ?? '',
    isInKubernetes:
      cluster !== '' ||
      places.namespace.length + places.pod.length + places.node.length > 0 ||
      nameWords.startsWith(' kube'),
    areas,
    isForecast: FORECAST.test(text),
    fault: read.fault,
    isHabit:
      alert.flappingSince !== undefined || alert.episode > HABIT_EPISODES || nameWords.includes(' flapping '),
  };
}

function offersIn({ role, places, areas, name, text, products, ...read }: Reading): readonly Key[] {
  const { kind } = role;
  const found = new Collected<Key>()
    .all(read.rule.offered)
    .all(offersOf(kind, places, areas, `${name} ${text}`).list)
    .all(keys('name', read.resources));
  if (kind.name === 'third-party') found.all(keys('name', calledBy(places.host)));
  if (role.leads) found.all(widest(places));
  if (kind.isNamed || kind.hasParts) found.add(`error:${kind.name}`);
  return found
    .all(keys('error', read.parts))
    .all(keys('product', products.ill))
    .all(keys('label', read.shared))
    .all(keys('label', read.spoken.map(said))).list;
}

function ownsIn({ role, places, labelled, products, resources }: Reading): readonly Key[] {
  const found = new Collected<Key>().all(keys('name', labelled));
  if (isOfProviders(role.kind)) found.all(keys('name', places.dependencies));
  found
    .all(keys('name', places.others.filter(isIdentifier)))
    .all(keys('host', places.host))
    .all(keys('product', products.ill))
    .all(keys('name', resources));
  if (places.pod.length === 0) found.all(keys('name', places.node));
  return found.list;
}

function mentionsIn({ mentioned, places, products }: Reading): readonly Key[] {
  return new Collected<Key>()
    .all(keys('name', mentioned))
    .all(keys('host', places.textHosts))
    .all(keys('host', places.registry))
    .all(keys('product', products.named)).list;
}

function alikeIn({ role, name, words, places, dependencies, products, ...read }: Reading): readonly string[] {
  const { kind } = role;
  const found = new Collected()
    .all(alikeOf(kind, name, places, dependencies, read.fingerprint, read.fault))
    .all(storesOf(kind, places, read.labels, products.own));
  if (kind.depth > SHALLOWER_THAN_STORES)
    for (const one of products.waitsFor) found.add(`${OF_ANOTHER}${one}`);
  if (kind.name === 'third-party') for (const one of products.own) found.add(`third party ${one}`);
  for (const one of sharedAndIll(products.ill, name, words))
    found.add(`all of ${one} ${read.areas.get('region') ?? ''}`);
  return found.list;
}

function needsIn({
  rule,
  places,
  mentioned,
  reasons,
  parts,
  products,
  shared,
  spoken,
}: Reading): readonly Key[] {
  const found = new Collected<Key>()
    .all(rule.needed)
    .all(keys('trace', places.trace))
    .all(keys('pod', places.pod))
    .all(keys('pvc', places.pvc))
    .all(keys('app', places.app))
    .all(keys('app', familiesOf(places.app)));
  if (places.namespace.length > 0) found.all(keys('app', places.others));
  found
    .all(keys('ingress', places.ingress))
    .all(keys('node', places.node))
    .all(keys('node', places.underNodes))
    .all(keys('pvc', places.underClaims));
  for (const hosts of [places.host, places.textHosts])
    for (const host of hosts) found.all(keys('host', [host])).all(keys('host', domainOf(host)));
  return found
    .all(keys('host', places.registry))
    .all(keys('registry', places.registry))
    .all(keys('name', mentioned))
    .all(keys('name', places.others))
    .all(keys('name', places.things))
    .all(keys('name', places.domains))
    .all(keys('zone', places.zone))
    .all(keys('namespace', places.namespace))
    .add('cluster:')
    .all(keys('error', reasons))
    .all(keys('error', parts))
    .all(keys('product', products.named))
    .all(keys('label', spoken))
    .all(keys('label', shared.map(said))).list;
}

function isNode(key: Key): boolean {
  return key.startsWith('node:');
}

/** When it began: as its source says, where that is not after we heard of it. */
function onsetOf({ startsAt, firstSeenAt }: Alert): number {
  const seen = Date.parse(firstSeenAt);
  return startsAt === undefined ? seen : Math.min(Date.parse(startsAt), seen);
}
