import { labelOf, type Labels } from '@gomon/contracts';
import { Collected } from './collected.js';
import { isStore, type Kind } from './kinds.js';
import { TARGET } from './label-names.js';
import { hostOf, type Places } from './places.js';
import { isCommonWord, isIdentifier, wordsOf } from './words.js';

/** Products that many run themselves, each with the other words by which names, texts and exceptions call it. */
const RUN = linesOf(`redis,elasticache,valkey,sentinel memcached,memcache mongodb,mongo mysql,mariadb,percona
  postgres,postgresql,pg,pgbouncer,patroni,pgpool cassandra scylla,scylladb elasticsearch,es,elastic opensearch solr clickhouse
  cockroachdb,cockroach influxdb neo4j tidb vitess couchbase couchdb kafka,msk,kfk rabbitmq,rabbit,amqp,rmq emqx nats pulsar activemq
  zookeeper,keeper,zk consul nomad vault etcd minio ceph,rbd gluster,glusterfs longhorn portworx harbor nexus artifactory
  linkerd,namerd istio,istiod calico cilium flannel traefik keycloak ldap kerberos jenkins airflow flink spark hdfs
  hbase hive presto trino gitlab argocd,argo flux spinnaker temporal hazelcast debezium`);

/** Parts of clouds. */
const CLOUD =
  linesOf(`lambda apigateway bigquery bigtable spanner firestore pubsub gcs cosmosdb gcp,googleapis,googlecloud
  s3 dynamodb,dynamo,ddb kinesis firehose sqs sns cognito rds aurora cloudwatch cloudfront route53 ecr gcr ebs efs eventbridge
  redshift athena kms eventhub,eventhubs servicebus`);

/** Services of others. */
const HOSTED =
  linesOf(`quay dockerhub snowflake databricks fastly cloudflare akamai stripe paypal adyen braintree twilio
  sendgrid mailgun okta auth0 github bitbucket npm pypi launchdarkly algolia salesforce zendesk openai plaid
  azuread,entra,aad,microsoftonline,activedirectory frontdoor,afd worldpay klarna mollie razorpay vonage,nexmo`);

function linesOf(products: string): readonly (readonly string[])[] {
  return products.split(/\s+/).map((line) => line.split(','));
}

const RUN_WORDS = new Set(RUN.flat());

/** The cluster that a label names, where it is one of a product and called as such, as `kafka-telemetry`, and not that of Kubernetes. */
export function productClustersIn(
  labels: Labels,
  { namespace }: Pick<Places, 'namespace'>,
): readonly string[] {
  const cluster = labelOf(labels, 'cluster').trim().toLowerCase();
  const isOfProduct = cluster.split(/[-_.\d]+/).some((one) => RUN_WORDS.has(one));
  return namespace.length === 0 && isOfProduct && isIdentifier(cluster) ? [cluster] : [];
}

const FOREIGN_WORDS = new Set([...CLOUD, ...HOSTED].flat());
const SERVICES = new Set(HOSTED.map(([product = '']) => product));
const BY_WORD = new Map(
  [...RUN, ...CLOUD, ...HOSTED].flatMap(([product = '', ...others]) =>
    [product, ...others].map((one) => [one, product] as const),
  ),
);

/** Where all of a provider is ill, each of its parts is. */
const PROVIDERS = new Map(
  ['bigquery', 'bigtable', 'spanner', 'firestore', 'pubsub', 'gcs'].map((part) => [part, 'gcp'] as const),
);

/** Labels by which senders say on what, or on whom, something depends. */
const PARTNER = new Set([
  'dependency',
  'depends_on',
  'provider',
  'vendor',
  'external_service',
  'third_party',
  'thirdparty',
  'partner',
  'psp',
  'cdn',
  'awsService',
  'upstream',
  'downstream',
  'backend',
]);
/** Labels whose values say of which product an alert is. */
const OWN = new Set([
  'job',
  'unit',
  'service',
  'component',
  'daemonset',
  'statefulset',
  'hostgroup',
  ...PARTNER,
]);

/** First halves of names that are written as two words, such as `rabbit` of `rabbit mq`. */
const HALVES = new Set(
  [...BY_WORD.keys()].flatMap((word) => Array.from(word, (_, index) => word.slice(0, index))),
);
/** So many names of alerts are remembered with their products. */
const REMEMBERED = 1_000;
const byName = new Map<string, readonly string[]>();
const NOTHING: readonly string[] = [];

/** Products by the words of a name or text, as `wordsOf` gives them: `rabbit mq` and `rabbitmq` are one. */
function productsIn(words: string): readonly string[] {
  let found: string[] | undefined;
  let before = '';
  let from = 0;
  while (from < words.length) {
    const to = words.indexOf(' ', from);
    const end = to < 0 ? words.length : to;
    if (end > from) {
      const word = words.slice(from, end);
      const product = BY_WORD.get(word) ?? (HALVES.has(before) ? BY_WORD.get(before + word) : undefined);
      if (product !== undefined && found?.includes(product) !== true) (found ??= []).push(product);
      before = word;
    }
    from = end + 1;
  }
  return found ?? NOTHING;
}

/** Of which products an alert is, by its name and labels. */
function ownProducts(name: string, labels: Labels): readonly string[] {
  const found = new Collected().all(productsOfName(name));
  for (const label of Object.keys(labels)) {
    if (label.toLowerCase() === 'namespace') {
      const space = labelOf(labels, label);
      const product = BY_WORD.get(space);
      if (product !== undefined) found.add(product);
      if (space.startsWith('AWS/')) found.all(productsIn(plainWords(space.slice(4))));
    } else if (OWN.has(label)) found.all(productsIn(plainWords(labelOf(labels, label))));
  }
  return found.list;
}

function productsOfName(name: string): readonly string[] {
  const known = byName.get(name);
  if (known !== undefined) return known;
  const found = productsIn(wordsOf(name));
  if (byName.size >= REMEMBERED) byName.clear();
  byName.set(name, found);
  return found;
}

/** On which products its labels say that it depends. */
function partnersOf(labels: Labels): readonly string[] {
  let found = NOTHING;
  for (const label of Object.keys(labels))
    if (PARTNER.has(label)) found = [...found, ...productsIn(plainWords(labelOf(labels, label)))];
  return found;
}

/** A probe with one of these is one of our own. */
const OURS = ['service', 'app', 'namespace', 'ingress', 'workload', 'deployment'];

/** Whether a probe is one of what somebody else runs, by its address. */
export function isOfSomebody(labels: Labels): boolean {
  if (isOfOurs(labels) && !Object.keys(labels).some((label) => PARTNER.has(label))) return false;
  return TARGET.some((label) => isForeignHost(hostOf(labelOf(labels, label).trim().toLowerCase()) ?? ''));
}

/** Whether an alert is called after a service of somebody else, and is about nothing of ours. */
export function isCalledAsService(name: string, labels: Labels): boolean {
  return productsOfName(name).some((one) => SERVICES.has(one)) && !isOfOurs(labels);
}

function isOfOurs(labels: Labels): boolean {
  return OURS.some((label) => labelOf(labels, label) !== '');
}

/** Whether it says of somebody else who that is. */
export function namesSomebody(words: string, labels: Labels): boolean {
  return productsIn(words).length > 0 || Object.keys(labels).some((label) => PARTNER.has(label));
}

/** Which product an address is that of: `api.stripe.com`, `s3.eu-west-1.amazonaws.com`. */
function productOfHost(host: string): string | undefined {
  const parts = host.split('.');
  return BY_WORD.get(parts.at(-2) ?? '') ?? BY_WORD.get(parts[0] ?? '');
}

/** Whether it is that of a product that somebody else runs: `api.stripe.com`. */
function isForeignHost(host: string): boolean {
  const parts = host.split('.');
  return (
    FOREIGN_WORDS.has(parts.at(-2) ?? '') || (parts.at(-2) === 'amazonaws' && BY_WORD.has(parts[0] ?? ''))
  );
}

/** As what texts call those whose addresses they are: `api.modguard.example` is `modguard`. */
export function calledBy(hosts: readonly string[]): readonly string[] {
  return hosts.flatMap((host) => {
    const name = host.split('.').at(-2) ?? '';
    return name.length < 4 || isCommonWord(name) || !/[a-z]/.test(name) ? [] : name;
  });
}

/** Whether one of some names is that of a single instance of a product: `redis-sessions` is one Redis, `s3` is all of it. */
function isInstanceNamed(product: string, names: Iterable<string>): boolean {
  for (const name of names)
    if (
      isIdentifier(name) &&
      !BY_WORD.has(name) &&
      !/_|-(?:controller|operator|exporter|agent|manager)$/.test(name) &&
      productsIn(plainWords(name)).includes(product)
    )
      return true;
  return false;
}

/** Of these everybody has their own. */
const INSTANCES = new Set([
  'rds',
  'aurora',
  'redshift',
  'ebs',
  'efs',
  'athena',
  'cognito',
  'cloudwatch',
  'kms',
]);
/** Of the others each region has one, which all share. */
const SHARED = new Set(
  [...CLOUD, ...HOSTED].map(([product = '']) => product).filter((one) => !INSTANCES.has(one)),
);
/** What is said of one that does not do what it should; that it is asked for too much is said of a single table or queue. */
const AILING = / (?:error|errors|5xx|500|503|failed|failing|failures|unavailable|down|outage|success) /;

/** What says of a product more than that it is there. */
const WAITING =
  / (?:error|errors|5xx|50[0234]|failed|failing|fails|fail|failures?|unavailable|unreachable|down|outage|timeouts?|timed|timing|refused|rejected|rejects|cannot|could|slow|degraded|returns|returned|answers|answered|calls|calling|lost|loses|waits|waiting|connect|connection|connections) /;

/** Products of which there is only one, and which an alert says are ill. */
export function sharedAndIll(products: readonly string[], name: string, words: string): readonly string[] {
  const shared = products.filter((one) => SHARED.has(one));
  return shared.length > 0 && (AILING.test(wordsOf(name)) || AILING.test(words)) ? shared : NOTHING;
}

/** Products of which an alert speaks. */
export interface Products {
  readonly own: readonly string[];
  readonly ill: readonly string[];
  readonly named: readonly string[];
  /** Of those that it names the ones that its text, or a label for that, says. */
  readonly waitsFor: readonly string[];
}

/** What texts call those of which they do not say the product. */
const ANY_DATABASE = 'database';
const ANY_CACHE = 'cache';
const ANY_CDN = 'cdn';
const CACHES = new Set(['redis', 'memcached', 'hazelcast']);
const CDNS = new Set(['fastly', 'cloudflare', 'akamai', 'cloudfront', 'frontdoor']);
const DATABASES = new Set([
  'mysql',
  'postgres',
  'mongodb',
  'cockroachdb',
  'rds',
  'aurora',
  'vitess',
  'tidb',
  'cassandra',
]);

/** Kinds that say of a product that it is ill, where they say which. */
const OF_PRODUCTS = new Set([
  'quota',
  'datastore-down',
  'datastore',
  'replication',
  'storage',
  'third-party',
  'registry-down',
  'daemon',
  'rollout',
  'disk-full',
  'network',
  'mesh',
  'dns',
  'etcd',
]);

/** What `third-party` says is ill for all of its users, whatever is named. */
const EVERYWHERE = ' everywhere';

/** Which products are ill, and which it names as those that it needs. */
export function productsOf(
  kind: Kind,
  name: string,
  words: string,
  labels: Labels,
  { host, textHosts, names }: Places,
  named: readonly string[],
): Products {
  const partners = partnersOf(labels);
  const inWords = productsIn(words);
  const called = ownProducts(name, labels);
  // `check_crm` does not say of which store it is; its text does.
  const own = called.length === 0 && isStore(kind) ? inWords : called;
  const hosts = [host, textHosts].flatMap((of) => of.flatMap((one) => productOfHost(one) ?? []));
  const isForeign =
    kind.name === 'third-party' ||
    (kind.name === 'probe' && (host.some(isForeignHost) || partners.some((one) => hosts.includes(one))));
  const ill = new Collected();
  const isOwnIll = isForeign || OF_PRODUCTS.has(kind.name);
  if (isOwnIll) ill.all(own);
  if (isForeign) ill.all(hosts);
  // A replica that lags is not what `the database` means.
  if (isOwnIll && kind.name !== 'replication') ill.all(anyOf(own));
  const said = new Collected().all(inWords).all(own).all(partners);
  if (/ (?:database|db) /.test(words) && !named.some(isNameOfDatabase)) said.add(ANY_DATABASE);
  if (words.includes(' cache ')) said.add(ANY_CACHE);
  if (words.includes(' cdn ')) said.add(ANY_CDN);
  if (kind.name === 'third-party') ill.all(inWords);
  const isInstance = (one: string) =>
    !hosts.includes(one) &&
    !partners.includes(one) &&
    (isInstanceNamed(one, named) || isInstanceNamed(one, names));
  const isIll = ill.list;
  said.all(hosts).all(said.list.flatMap((one) => PROVIDERS.get(one) ?? []));
  const needed = said.list.filter((one) => !isIll.includes(one) && !isInstance(one));
  const waitsFor = new Collected()
    .all(WAITING.test(words) ? inWords : NOTHING)
    .all(partners)
    .list.filter((one) => needed.includes(one));
  return isForeign
    ? { own, waitsFor, ill: isIll.flatMap((one) => [one, one + EVERYWHERE]), named: needed }
    : { own, waitsFor, ill: isIll, named: [...needed, ...isIll.map((one) => one + EVERYWHERE)] };
}

/** By which words texts call products that they do not name. */
function anyOf(products: readonly string[]): readonly string[] {
  const found: string[] = [];
  if (products.some((one) => DATABASES.has(one))) found.push(ANY_DATABASE);
  if (products.some((one) => CACHES.has(one))) found.push(ANY_CACHE);
  if (products.some((one) => CDNS.has(one))) found.push(ANY_CDN);
  return found;
}

function isNameOfDatabase(name: string): boolean {
  return isIdentifier(name) && /db|database|sql|pg|postgres/.test(name);
}

function plainWords(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, ' ');
}
