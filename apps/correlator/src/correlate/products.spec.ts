import type { Labels } from '@gomon/contracts';
import { NO_TOPOLOGY } from '../decide/about.js';
import { firing, rulesAtOnce, TogetherStory } from '../decide/together.spec-support.js';
import { traitsOf } from './traits-of.js';

const rules = rulesAtOnce();

function productsOf(labels: Labels, text = '') {
  const story = new TogetherStory(rules);
  story.report('09:00', firing('09:00', labels, text));
  const { offers, needs } = traitsOf(story.alert, rules.pack, NO_TOPOLOGY);
  const within = (keys: readonly string[]) =>
    keys.flatMap((key) => (key.startsWith('product:') ? [key.slice('product:'.length)] : []));
  return { ill: within(offers), named: within(needs) };
}

describe('the products that are ill', () => {
  it.each<[Labels, string[]]>([
    [{ alertname: 'RedisDown' }, ['redis', 'cache']],
    [{ alertname: 'VolumeFillingUp', namespace: 'harbor' }, ['harbor']],
    [{ alertname: 'FastlyErrors' }, ['fastly', 'fastly everywhere', 'cdn', 'cdn everywhere']],
    [{ alertname: 'ArgocdOutOfSync' }, ['argocd']],
    [{ alertname: 'RabbitMQDown' }, ['rabbitmq']],
    [{ alertname: 'PostgresqlTooManyConnections' }, ['postgres', 'database']],
    [{ alertname: 'BrokerDown', job: 'kafka' }, ['kafka']],
    [{ AlarmName: 'orders-prod-dynamodb-down', namespace: 'AWS/DynamoDB' }, ['dynamodb']],
    [{ alertname: 'AWS_S3_OPERATIONAL_ISSUE', awsService: 'S3' }, ['s3', 's3 everywhere']],
    [{ alertname: 'KafkaConsumerLag' }, []],
    [{ alertname: 'HighErrorRate', service: 'redis' }, []],
  ])('by %j: %j', (labels, ill) => {
    expect(productsOf(labels).ill).toEqual(ill);
  });

  it('are not all databases, where only a replica lags', () => {
    expect(productsOf({ alertname: 'MySQLReplicationLag' }).ill).toEqual(['mysql']);
  });

  it('are those of its text where the name of a data store does not say of which it is', () => {
    expect(productsOf({ alertname: 'DatabaseDown' }, 'the Postgres master has failed').ill).toEqual([
      'postgres',
      'database',
    ]);
  });

  it('are those too of which a notice of somebody else says that they are', () => {
    const notice = productsOf({ alertname: 'StatusPageIncident' }, 'Kinesis fails; Cognito is affected');
    expect(notice.ill).toEqual(['kinesis', 'kinesis everywhere', 'cognito', 'cognito everywhere']);
  });
});

describe('the products that an alert names', () => {
  const named = (text: string, labels: Labels = {}) =>
    productsOf({ alertname: 'HighErrorRate', service: 'cart', ...labels }, text).named;

  it.each([
    ['RedisTimeoutException', ['redis']],
    ['AmazonS3Exception: internal error', ['s3']],
    ['PG::ConnectionBad', ['postgres']],
    ['cannot reach api.stripe.com', ['stripe']],
    ['no database connection is free', ['database']],
    ['timeouts of redis-sessions', []],
    // A name with a digit, and no instance.
    ['push to s3://wal failed: 503', ['s3']],
    ['deleted by argocd-application-controller', ['argocd']],
    ['cannot resolve for want of a cache', ['cache']],
    ['pages are not delivered by the CDN', ['cdn']],
    ['BigQuery answers 503', ['bigquery', 'gcp']],
    ['all is well', []],
  ])('%j: %j', (text, products) => {
    expect(named(text)).toEqual(products);
  });

  it('are those of labels that say on whom it depends', () => {
    expect(named('', { cdn: 'fastly' })).toEqual(['fastly']);
  });

  it('are for what is one itself only those that are ill for everybody', () => {
    expect(productsOf({ alertname: 'RedisDown' }).named).toEqual(['redis everywhere', 'cache everywhere']);
  });
});
