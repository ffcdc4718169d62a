import { labelOf, type Labels } from '@gomon/contracts';
import type { Topology } from '../decide/about.js';
import { withoutScraped } from '../decide/exported.js';
import type { Alert } from '../decide/state.js';
import { nameOf, resourcesIn } from './alert-name.js';
import { areasOf } from './areas.js';
import { Collected } from './collected.js';
import { faultIn, type Fault } from './fault.js';
import { firstOf } from './first-label.js';
import type { Pack, Role } from './kinds.js';
import { placesOf, subjectOf, type Places } from './places.js';
import { productClustersIn, productsOf, type Products } from './products.js';
import { roleOfAlert } from './role-of.js';
import { ruleKeys, type RuleKeys } from './rule-keys.js';
import { sharedLabels } from './shared-labels.js';
import { dependenciesIn, namesIn, pairsOfWordsIn, properNamesIn, regionsIn, wordsOf } from './words.js';

const CLUSTER = ['cluster', 'cluster_name', 'k8s_cluster', 'kubernetes_cluster', 'ClusterName'];
const NONE: readonly never[] = [];
const TEXT = ['summary', 'description', 'message', 'title', 'reason'];
/** Kinds whose label `cluster` may be their own, and not that of Kubernetes. */
const NAMES_ITSELF = new Set(['storage', 'datastore', 'datastore-down', 'replication', 'facility', 'lag']);

/** What the kubelet says of a pod is no fault of the pod. */
const OF_KUBELET = new Set(['sandbox', 'mount']);

/** What of an alert is read; the same for as long as its source says the same of it. */
export type Readable = Pick<
  Alert,
  | 'id'
  | 'scope'
  | 'fingerprint'
  | 'source'
  | 'episode'
  | 'said'
  | 'title'
  | 'startsAt'
  | 'firstSeenAt'
  | 'about'
  | 'flappingSince'
>;

/** What is read out of what an alert says, and of what is known of where it is. */
export interface Reading {
  readonly fingerprint: string;
  readonly labels: Labels;
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
  /** Whose fault it says that it is; undefined: it does not say. */
  readonly fault: Fault | undefined;
  /** Names that labels give it, and not only its text. */
  readonly labelled: readonly string[];
  /** What it waits for or calls. */
  readonly dependencies: ReadonlySet<string>;
  /** What it names that is something else. */
  readonly mentioned: readonly string[];
  /** Two words of its text that may be one name of something else. */
  readonly pairs: readonly string[];
  readonly products: Products;
  /** The cluster of a product that it is about. */
  readonly productClusters: readonly string[];
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

export function readingOf(alert: Readable, pack: Pack, topology: Topology): Reading {
  const labels = withoutScraped(alert.said.labels);
  const text = TEXT.map((one) => labelOf(alert.said.annotations, one)).join('. ');
  const name = nameOf(labels, text) ?? '';
  const nameWords = wordsOf(name);
  const words = wordsOf(text);
  const { role, part } = roleOfAlert(labels, name, words, alert.source.kind === 'health-check', pack);
  const { kind } = role;
  const places = placesOf(alert, labels, kind, text, topology);
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
  const cluster = isItself ? '' : firstOf(labels, CLUSTER);
  const dependencies = new Set(places.dependencies);
  for (const one of dependenciesIn(text)) dependencies.add(one);
  const labelled = places.names.filter((one) => !places.saidNames.includes(one));
  return {
    fingerprint: alert.fingerprint,
    labels,
    name,
    text,
    nameWords,
    words,
    role,
    parts: part === undefined ? NONE : [part.name],
    reasons: pack.reasonsIn(reasoning).filter((one) => one !== kind.name),
    fault: OF_KUBELET.has(kind.name) ? undefined : faultIn(text),
    places,
    labelled,
    dependencies,
    mentioned: mentionedIn(text, inText, dependencies, places, ownNames(labelled, labels, places)),
    pairs: pairsOfWordsIn(text),
    products,
    productClusters: productClustersIn(labels, places),
    resources:
      alert.source.kind === 'cloudwatch'
        ? resourcesIn(name).filter((one) => !places.names.includes(one))
        : NONE,
    ...sharedLabels(labels, words),
    areas,
    subject,
    cluster,
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
  { host, textHosts, job, pod }: Places,
  own: readonly string[],
): readonly string[] {
  const found = new Collected()
    .all(inText)
    .all(properNamesIn(text))
    .all([...dependencies]);
  for (const one of [host, textHosts]) if (one.length > 0) found.all(regionsIn(one.join(' ')));
  // Where a pod says what it is about, its job is one of all of these.
  const jobs = pod.length > 0 ? job : NONE;
  return found.list.filter((one) => !own.includes(one) && !jobs.includes(one));
}
