import { ENVIRONMENT_LABELS } from '@gomon/contracts';
import type { Topology } from '../decide/about.js';
import { Collected } from './collected.js';
import { firstOf } from './first-label.js';
import { alikeOf, burstsOf, OF_ANOTHER, storesOf } from './group-keys.js';
import { heldMsOf } from './held.js';
import { CollectedKeys, domainOf, said, type Key } from './keys.js';
import { isOfReaders, type Pack } from './kinds.js';
import { familiesOf, isOfProviders, offersOf, widest } from './offers.js';
import { calledBy, sharedAndIll } from './products.js';
import { readingOf, type Readable, type Reading } from './reading.js';
import { isInformation } from './rule-keys.js';
import { Traits } from './traits.js';
import { isIdentifier } from './words.js';

const NONE: readonly never[] = [];
/** What lies less deep waits for data stores, and is none. */
const SHALLOWER_THAN_STORES = 6.5;
/** `is predicted to run out of space within 24 hours`, `is expected to fill up within four days`. */
const FORECAST =
  /\b(?:predicted|predicts|forecast|expected) to (?:be |run |fill |exceed )|\bwill (?:be full|fill up|run out)\b/i;
/** An alert that has begun so often is a habit. */
const HABIT_EPISODES = 12;

export function traitsOf(alert: Readable, pack: Pack, topology: Topology): Traits {
  const read = readingOf(alert, pack, topology);
  const { name, nameWords, text, role, places, labels, areas, subject, cluster } = read;
  const points = pointsIn(read);
  const needs = needsIn(read, points);
  return new Traits(
    {
      id: alert.id,
      fingerprint: alert.fingerprint,
      role,
      source: alert.source,
      onset: onsetOf(alert),
      heldMs: heldMsOf(name, text),
      cluster,
      environment: firstOf(labels, ENVIRONMENT_LABELS),
      namespace: places.namespace[0] ?? '',
      reaches: places.reaches,
      isInKubernetes:
        cluster !== '' ||
        places.namespace.length + places.pod.length + places.node.length > 0 ||
        nameWords.startsWith(' kube'),
      isForecast: FORECAST.test(text),
      fault: read.fault,
      isHabit:
        alert.flappingSince !== undefined ||
        alert.episode > HABIT_EPISODES ||
        nameWords.includes(' flapping '),
    },
    {
      title: alert.title,
      offers: offersIn(read),
      needs,
      owns: ownsIn(read),
      mentions: mentionsIn(read),
      points,
      nodes: needs.some(isNode) ? needs.filter(isNode) : NONE,
      alike: alikeIn(read),
      bursts: burstsOf(read),
      subject: subject ?? alert.fingerprint,
      areas,
    },
  );
}

function offersIn({ role, places, areas, name, text, products, ...read }: Reading): readonly Key[] {
  const { kind } = role;
  const found = new CollectedKeys()
    .all(read.rule.offered)
    .all(offersOf(kind, places, areas, `${name} ${text}`).list)
    .of('name', read.resources);
  if (!isOfReaders(kind)) found.of('name', read.productClusters);
  if (kind.name === 'third-party') found.of('name', calledBy(places.host));
  if (role.leads) found.all(widest(places));
  if (kind.isNamed || kind.hasParts) found.add(`error:${kind.name}`);
  return found
    .of('error', read.parts)
    .of('product', products.ill)
    .of('label', read.shared)
    .of('label', read.spoken.map(said)).list;
}

function ownsIn({ role, places, labelled, products, productClusters, resources }: Reading): readonly Key[] {
  const found = new CollectedKeys().of('name', labelled);
  if (isOfProviders(role.kind)) found.of('name', places.dependencies);
  found
    .of('name', places.others.filter(isIdentifier))
    .of('host', places.host)
    .of('product', products.ill)
    .of('name', resources);
  if (!isOfReaders(role.kind)) found.of('name', productClusters);
  if (places.pod.length === 0) found.of('name', places.node);
  return found.list;
}

function mentionsIn({ mentioned, pairs, places, products }: Reading): readonly Key[] {
  return new CollectedKeys()
    .of('name', mentioned)
    .of('name', pairs)
    .of('host', places.textHosts)
    .of('host', places.registry)
    .of('product', products.named).list;
}

/** Who reads from a store is ill by it, and not the other way round; and what is only for information is no trouble of it. */
function pointsIn({ role, places, labels, productClusters }: Reading): readonly Key[] {
  const found = new CollectedKeys()
    .of('name', places.others.filter(isIdentifier))
    .of('name', places.names.flatMap(belongingTo));
  const isReader = isOfReaders(role.kind) || isInformation(labels);
  return isReader ? found.of('name', productClusters).list : found.list;
}

/** What is called by something else: `orders-dlq` and `orders-ro` are of `orders`. */
function belongingTo(name: string): readonly string[] {
  const [, of] = OF_ANOTHER_NAME.exec(name) ?? [];
  return of === undefined ? NONE : [of];
}

const OF_ANOTHER_NAME = /^(.{3,})[-_.](?:dlq|dead-?letters?|ro|replica|standby)$/;

function alikeIn({ role, name, words, places, dependencies, products, ...read }: Reading): readonly string[] {
  const { kind } = role;
  const found = new Collected()
    .all(alikeOf(kind, name, places, dependencies, read.fingerprint, read.fault))
    .all(storesOf(kind, places, read.labels, products.own, read.productClusters));
  if (kind.depth > SHALLOWER_THAN_STORES)
    for (const one of products.waitsFor) found.add(`${OF_ANOTHER}${one}`);
  if (kind.name === 'third-party') for (const one of products.own) found.add(`third party ${one}`);
  for (const one of sharedAndIll(products.ill, name, words))
    found.add(`all of ${one} ${read.areas.get('region') ?? ''}`);
  return found.list;
}

function needsIn(
  { rule, places, mentioned, pairs, reasons, parts, products, shared, spoken }: Reading,
  points: readonly Key[],
): readonly Key[] {
  const found = new CollectedKeys()
    .all(rule.needed)
    .of('trace', places.trace)
    .of('pod', places.pod)
    .of('pvc', places.pvc)
    .of('app', places.app)
    .of('app', familiesOf(places.app));
  if (places.namespace.length > 0) found.of('app', places.others);
  found
    .of('ingress', places.ingress)
    .of('node', places.node)
    .of('node', places.underNodes)
    .of('pvc', places.underClaims);
  for (const hosts of [places.host, places.textHosts])
    for (const host of hosts) found.of('host', [host]).of('host', domainOf(host));
  return found
    .of('host', places.registry)
    .of('registry', places.registry)
    .of('name', mentioned)
    .of('name', pairs)
    .of('name', places.others)
    .of('name', places.things)
    .all(points)
    .of('name', places.domains)
    .of('zone', places.zone)
    .of('namespace', places.namespace)
    .add('cluster:')
    .of('error', reasons)
    .of('error', parts)
    .of('product', products.named)
    .of('label', spoken)
    .of('label', shared.map(said)).list;
}

function isNode(key: Key): boolean {
  return key.startsWith('node:');
}

/** When it began: as its source says, where that is not after we heard of it. */
function onsetOf({ startsAt, firstSeenAt }: Readable): number {
  const seen = Date.parse(firstSeenAt);
  return startsAt === undefined ? seen : Math.min(Date.parse(startsAt), seen);
}
