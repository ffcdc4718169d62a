import { labelOf, type Source } from '@gomon/contracts';
import type { Topology } from '../decide/about.js';
import type { Alert } from '../decide/state.js';
import { nameOf, resourcesIn } from './alert-name.js';
import { areasOf } from './areas.js';
import { sharedLabels } from './shared-labels.js';
import { firstOf } from './first-label.js';
import { heldMsOf } from './held.js';
import type { Pack, Role } from './kinds.js';
import { placesOf, type Places } from './places.js';
import { alikeOf, burstsOf, storesOf, subjectOf, type Burst } from './group-keys.js';
import { domainOf, keys, said, type Key } from './keys.js';
import { familiesOf, isOfProviders, offersOf, widest } from './offers.js';
import { productsOf, sharedAndIll } from './products.js';
import { roleOfAlert } from './role-of.js';
import { ruleKeys } from './rule-keys.js';
import { dependenciesIn, isIdentifier, namesIn, properNamesIn, regionsIn, wordsOf } from './words.js';

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
  /** Where in the world they say that it is, by the names of the labels. */
  readonly areas: ReadonlyMap<string, string>;
  /** It comes and goes all the time: that something happens beside it proves little. */
  readonly isHabit: boolean;
}

const CLUSTER = ['cluster', 'cluster_name', 'k8s_cluster', 'kubernetes_cluster', 'ClusterName'];
const ENVIRONMENT = ['environment', 'env', 'deployment_environment', 'stage'];
const TEXT = ['summary', 'description', 'message', 'title', 'reason'];
/** Kinds whose label `cluster` may be their own, and not that of Kubernetes. */
const NAMES_ITSELF = new Set(['storage', 'datastore', 'datastore-down', 'replication', 'facility', 'lag']);
/** What lies less deep waits for data stores, and is none. */
const SHALLOWER_THAN_STORES = 6.5;
/** An alert that has begun so often is a habit. */
const HABIT_EPISODES = 12;

export function traitsOf(alert: Alert, pack: Pack, topology: Topology): Traits {
  const { labels, annotations } = alert.said;
  const text = TEXT.map((one) => labelOf(annotations, one)).join('. ');
  const name = nameOf(labels, text) ?? '';
  const words = wordsOf(text);
  const { role, part } = roleOfAlert(labels, name, words, alert.source.kind === 'health-check', pack);
  const { kind } = role;
  // `DnsLookupErrors` says it in its name.
  const reasoning = kind.name === 'errors' ? `${wordsOf(name)}${words}` : words;
  const reasons = pack.reasonsIn(reasoning).filter((one) => one !== kind.name);
  const places = placesOf(alert, kind, text, topology);
  const dependencies = new Set([...places.dependencies, ...dependenciesIn(text)]);
  // The label `name` may be that of something else, such as an application that a controller looks after.
  const label = labelOf(labels, 'name').toLowerCase();
  const labelled = places.names.filter((one) => !places.saidNames.includes(one));
  const own = new Set(labelled);
  if (!places.app.includes(label)) own.delete(label);
  const around = new Set([...places.namespace, ...places.zone]);
  const isArea = (one: string) => around.has(one) && !text.toLowerCase().includes(`${one}.`);
  // What a text repeats of a label that might be anything is no mention of something else.
  const inText = namesIn(text).filter((one) => !places.others.includes(one) && !isArea(one));
  const regions = regionsIn([...places.host, ...places.textHosts].join(' '));
  const mentioned = [...new Set([...inText, ...properNamesIn(text), ...dependencies, ...regions])].filter(
    (one) => !own.has(one),
  );
  const parts = part === undefined ? [] : [part.name];
  const products =
    part === undefined
      ? productsOf(kind, name, words, labels, places, inText)
      : productsOf(part, `${name} ${places.app.join(' ')}`, words, labels, places, inText);
  const { shared, spoken } = sharedLabels(labels, words);
  const resources =
    alert.source.kind === 'cloudwatch' ? resourcesIn(name).filter((one) => !places.names.includes(one)) : [];
  const areas = areasOf(labels);
  const subject = subjectOf(places);
  const isItself =
    NAMES_ITSELF.has(kind.name) && (places.namespace.length === 0 || wordsOf(name).includes(' cluster '));
  const cluster = isItself ? '' : firstOf(labels, CLUSTER);
  const rule = ruleKeys(kind, name, subject, places.namespace[0] ?? '', labels);
  const needs = [
    ...rule.needed,
    ...needsOf(places, mentioned),
    ...keys('error', reasons),
    ...keys('error', parts),
    ...keys('product', products.named),
    ...keys('label', spoken),
    ...keys('label', shared.map(said)),
  ];
  return {
    id: alert.id,
    fingerprint: alert.fingerprint,
    role,
    title: alert.title,
    source: alert.source,
    onset: onsetOf(alert),
    heldMs: heldMsOf(name, text),
    offers: lasting([
      ...rule.offered,
      ...offersOf(kind, places, areas, `${name} ${text}`.toLowerCase()),
      ...keys('name', resources),
      ...(role.leads ? widest(places) : []),
      ...(kind.isNamed || kind.hasParts ? keys('error', [kind.name]) : []),
      ...keys('error', parts),
      ...keys('product', products.ill),
      ...keys('label', shared),
      ...keys('label', spoken.map(said)),
    ]),
    needs: lasting(needs),
    nodes: lasting(needs.filter((one) => one.startsWith('node:'))),
    owns: lasting([
      ...keys('name', labelled),
      ...(isOfProviders(kind) ? keys('name', places.dependencies) : []),
      ...keys('name', places.others.filter(isIdentifier)),
      ...keys('host', places.host),
      ...keys('product', products.ill),
      ...keys('name', resources),
      ...(places.pod.length === 0 ? keys('name', places.node) : []),
    ]),
    mentions: lasting([
      ...keys('name', mentioned),
      ...keys('host', places.textHosts),
      ...keys('host', places.registry),
      ...keys('product', products.named),
    ]),
    alike: lasting([
      ...alikeOf(kind, name, places, dependencies, alert.fingerprint),
      ...storesOf(kind, places, labels, products.own),
      ...(kind.depth > SHALLOWER_THAN_STORES ? products.waitsFor.map((one) => `waits for ${one}`) : []),
      ...(kind.name === 'third-party' ? products.own.map((one) => `third party ${one}`) : []),
      ...sharedAndIll(products.ill, name, words).map((one) => `all of ${one} ${areas.get('region') ?? ''}`),
    ]),
    bursts: lasting(burstsOf(kind, name, places, mentioned, reasons, labels, areas, cluster)),
    subject: subject ?? alert.fingerprint,
    cluster,
    environment: firstOf(labels, ENVIRONMENT),
    namespace: places.namespace[0] ?? '',
    areas,
    isHabit:
      alert.flappingSince !== undefined ||
      alert.episode > HABIT_EPISODES ||
      wordsOf(name).includes(' flapping '),
  };
}

const NONE: readonly never[] = [];

/** A list that was made of others has room for twice as much: one that is kept for long gets a piece of its own size. */
function lasting<Of>(list: readonly Of[]): readonly Of[] {
  return list.length === 0 ? NONE : list.slice();
}

/** When it began: as its source says, where that is not after we heard of it. */
function onsetOf({ startsAt, firstSeenAt }: Alert): number {
  const seen = Date.parse(firstSeenAt);
  return startsAt === undefined ? seen : Math.min(Date.parse(startsAt), seen);
}

function needsOf(places: Places, mentioned: readonly string[]): readonly Key[] {
  return [
    ...new Set<Key>([
      ...keys('trace', places.trace),
      ...keys('pod', places.pod),
      ...keys('pvc', places.pvc),
      ...keys('app', places.app),
      ...keys('app', familiesOf(places.app)),
      ...(places.namespace.length === 0 ? [] : keys('app', places.others)),
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
