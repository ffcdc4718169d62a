import { labelOf, type Labels, type Source } from '@gomon/contracts';
import type { Topology } from '../decide/about.js';
import type { Alert } from '../decide/state.js';
import { nameOf, resourcesIn } from './alert-name.js';
import { areasOf } from './areas.js';
import { sharedLabels } from './shared-labels.js';
import { Collected } from './collected.js';
import { firstOf } from './first-label.js';
import { heldMsOf } from './held.js';
import type { Pack, Role } from './kinds.js';
import { placesOf, type Places } from './places.js';
import { OF_ANOTHER, alikeOf, burstsOf, storesOf, subjectOf, type Burst } from './group-keys.js';
import { domainOf, keys, said, type Key } from './keys.js';
import { familiesOf, isOfProviders, offersOf, widest } from './offers.js';
import { calledBy, productsOf, sharedAndIll, type Products } from './products.js';
import { roleOfAlert } from './role-of.js';
import { ruleKeys, type RuleKeys } from './rule-keys.js';
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
  /** It says so: by where it is, or by its name. */
  readonly isInKubernetes: boolean;
  /** Where in the world they say that it is, by the names of the labels. */
  readonly areas: ReadonlyMap<string, string>;
  /** It says what will be, and not what is. */
  readonly isForecast: boolean;
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
    environment: firstOf(labels, ENVIRONMENT),
    namespace: places.namespace[0] ?? '',
    isInKubernetes:
      cluster !== '' ||
      places.namespace.length + places.pod.length + places.node.length > 0 ||
      nameWords.startsWith(' kube'),
    areas,
    isForecast: FORECAST.test(text),
    isHabit:
      alert.flappingSince !== undefined || alert.episode > HABIT_EPISODES || nameWords.includes(' flapping '),
  };
}

/** What is read out of what an alert says, and of what is known of where it is. */
interface Reading {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly name: string;
  readonly text: string;
  /** As `wordsOf` gives them. */
  readonly nameWords: string;
  readonly words: string;
  readonly role: Role;
  /** The kind of what it is one part of, where it is. */
  readonly parts: readonly string[];
  /** Kinds that it names as its reason. */
  readonly reasons: readonly string[];
  readonly places: Places;
  /** Names that labels give it, and not only its text. */
  readonly labelled: readonly string[];
  /** What it waits for or calls. */
  readonly dependencies: ReadonlySet<string>;
  /** What it names that is something else. */
  readonly mentioned: readonly string[];
  readonly products: Products;
  /** What the name of an alarm says that it is about. */
  readonly resources: readonly string[];
  /** Values of labels that nobody knows the meaning of, and of these the ones that its text speaks of. */
  readonly shared: readonly string[];
  readonly spoken: readonly string[];
  readonly areas: ReadonlyMap<string, string>;
  readonly subject: string | undefined;
  readonly cluster: string;
  readonly rule: RuleKeys;
}

function readingOf(alert: Alert, pack: Pack, topology: Topology): Reading {
  const { labels, annotations } = alert.said;
  const text = TEXT.map((one) => labelOf(annotations, one)).join('. ');
  const name = nameOf(labels, text) ?? '';
  const nameWords = wordsOf(name);
  const words = wordsOf(text);
  const { role, part } = roleOfAlert(labels, name, words, alert.source.kind === 'health-check', pack);
  const { kind } = role;
  const places = placesOf(alert, kind, text, topology);
  const areas = areasOf(labels);
  const subject = subjectOf(places);
  // `DnsLookupErrors` says it in its name.
  const reasoning = kind.name === 'errors' ? `${nameWords}${words}` : words;
  const inText = namesInText(text, places);
  const products =
    part === undefined
      ? productsOf(kind, name, words, labels, places, inText)
      : productsOf(part, `${name} ${places.app.join(' ')}`, words, labels, places, inText);
  const isItself =
    NAMES_ITSELF.has(kind.name) && (places.namespace.length === 0 || nameWords.includes(' cluster '));
  const dependencies = new Set(places.dependencies);
  for (const one of dependenciesIn(text)) dependencies.add(one);
  const labelled = places.names.filter((one) => !places.saidNames.includes(one));
  return {
    fingerprint: alert.fingerprint,
    labels,
    annotations,
    name,
    text,
    nameWords,
    words,
    role,
    parts: part === undefined ? NONE : [part.name],
    reasons: pack.reasonsIn(reasoning).filter((one) => one !== kind.name),
    places,
    labelled,
    dependencies,
    mentioned: mentionedIn(text, inText, dependencies, places, ownNames(labelled, labels, places)),
    products,
    resources:
      alert.source.kind === 'cloudwatch'
        ? resourcesIn(name).filter((one) => !places.names.includes(one))
        : NONE,
    ...sharedLabels(labels, words),
    areas,
    subject,
    cluster: isItself ? '' : firstOf(labels, CLUSTER),
    rule: ruleKeys(kind, name, subject, places.namespace[0] ?? '', labels),
  };
}

/** What it is called itself. The label `name` may be that of something else, such as an application that a controller looks after. */
function ownNames(labelled: readonly string[], labels: Labels, { app }: Places): readonly string[] {
  const label = labelOf(labels, 'name').toLowerCase();
  return label === '' || app.includes(label) ? labelled : labelled.filter((one) => one !== label);
}

/** Names in a text. What it repeats of a label that might be anything, or of where it is, is no mention of something else. */
function namesInText(text: string, { others, namespace, zone }: Places): readonly string[] {
  const isArea = (one: string) =>
    (namespace.includes(one) || zone.includes(one)) && !text.toLowerCase().includes(`${one}.`);
  return namesIn(text).filter((one) => !others.includes(one) && !isArea(one));
}

function mentionedIn(
  text: string,
  inText: readonly string[],
  dependencies: ReadonlySet<string>,
  { host, textHosts }: Places,
  own: readonly string[],
): readonly string[] {
  const found = new Collected().all(inText).all(properNamesIn(text)).all(dependencies);
  for (const one of [host, textHosts]) if (one.length > 0) found.all(regionsIn(one.join(' ')));
  return found.list.filter((one) => !own.includes(one));
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
  if (role.kind.name === 'third-party') found.all(keys('name', calledBy(places.host)));
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
    .all(alikeOf(kind, name, places, dependencies, read.fingerprint))
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

const NONE: readonly never[] = [];

/** When it began: as its source says, where that is not after we heard of it. */
function onsetOf({ startsAt, firstSeenAt }: Alert): number {
  const seen = Date.parse(firstSeenAt);
  return startsAt === undefined ? seen : Math.min(Date.parse(startsAt), seen);
}
