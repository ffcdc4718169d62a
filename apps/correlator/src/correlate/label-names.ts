import { LABELS } from '../decide/label-names.js';

/** Labels by what their values name, as senders of all kinds write them; beside those that `LABELS` has. */
export const ZONE = [
  'zone',
  'topology_kubernetes_io_zone',
  'topology.kubernetes.io/zone',
  'failure_domain',
  'availability_zone',
  'store',
  'branch',
  'plant',
  'AvailabilityZone',
  'az',
];
export const NODE = [...LABELS.node, 'nodename', 'hostname', 'host', 'InstanceId'];
export const INSTANCE = ['instance'];
export const APP = [
  ...LABELS.service,
  ...LABELS.workload,
  'services',
  'exported_service',
  'app_name',
  'application',
  'workload',
  'horizontalpodautoscaler',
  'hpa',
  'poddisruptionbudget',
  'scaledobject',
  'owner_name',
  'component',
  'FunctionName',
  'ServiceName',
  'servicio',
  'dienst',
  'servizio',
  'tjanst',
  'anwendung',
  'aplicacion',
  'consumer_group',
  'consumergroup',
  'group',
];
export const STORE = [
  'database',
  'db',
  'db_instance',
  'DBInstanceIdentifier',
  'DBClusterIdentifier',
  'ProxyName',
  'CacheClusterId',
  'ReplicationGroupId',
  'datname',
  'redis',
  'cache',
  'broker',
  'Broker',
  'queue',
  'QueueName',
  'topic',
  'TopicName',
  'TableName',
  'LoadBalancer',
  'TargetGroup',
  'bucket',
  'BucketName',
  'vhost',
  'keyspace',
  'shard',
  'StreamName',
  'stream',
  'table',
  'cdn',
  'strimzi_io_cluster',
  'load_balancer',
  'VpnId',
  'NatGatewayId',
  'TransitGateway',
  'UserPool',
  'ApiName',
  'dag_id',
  'pipeline',
  'workflow',
  'resourcequota',
];
export const PVC = ['persistentvolumeclaim', 'pvc', 'volume', 'volumeclaim', 'persistent_volume_claim'];
export const INGRESS = ['ingress', 'exported_ingress'];
export const TARGET = [
  'url',
  'target',
  'objetivo',
  'ziel',
  'cible',
  'probe_target',
  'http_url',
  'check_url',
  'endpoint_url',
  'host',
  'hostname',
  'domain',
  'fqdn',
  'dns_name',
  'instance',
  'ingress_host',
  'server_name',
  'cn',
  'common_name',
  'dnsnames',
];
export const DEPENDENCY = [
  'consumer',
  'upstream',
  'upstream_service',
  'dependency',
  'depends_on',
  'destination',
  'destination_service',
  'destination_workload',
  'destination_app',
  'peer',
  'peer_service',
  'remote_service',
  'callee',
  'target_service',
  'backend',
  'server_address',
  'db_host',
  'db_name',
  'provider',
  'external_service',
  'partner',
  'psp',
  'processor',
  'isp',
  'carrier',
  'downstream',
  'database',
  'db',
  'topic',
  'queue',
  'redis',
  'cache',
  'broker',
];
/** Who calls what the alert is about. */
export const CALLER = [
  'caller',
  'calling_service',
  'source_workload',
  'source_app',
  'source_service',
  'client_service',
];
export const IMAGE = ['image', 'container_image'];

/**
 * The name by which a label is known here: exporters of CloudWatch write `dimension_DBInstanceIdentifier` and
 * `dbinstance_identifier` for `DBInstanceIdentifier`.
 */
export function plainLabel(label: string): string {
  const known = plain.get(label);
  if (known !== undefined) return known;
  const found =
    DIMENSIONS.get(
      label
        .replace(/^dimension_/i, '')
        .replace(/[^a-z0-9]/gi, '')
        .toLowerCase(),
    ) ?? label;
  if (plain.size >= REMEMBERED) plain.clear();
  plain.set(label, found);
  return found;
}

/** Labels whose values tell nothing, or are known to be something. */
export const KNOWN = new Set([
  ...ZONE,
  ...NODE,
  ...INSTANCE,
  ...LABELS.namespace,
  ...LABELS.pod,
  ...APP,
  ...STORE,
  ...PVC,
  ...INGRESS,
  ...TARGET,
  ...DEPENDENCY,
  ...CALLER,
  ...LABELS.trace,
  ...IMAGE,
  ...`alertname AlarmName alarm_name rulename alert check check_name rule monitor severity priority level cluster cluster_name
  environment env stage region team owner kind reason code status le quantile prometheus receiver container endpoint metrics_path
  uid unit version source job job_name name device issuer secret resource channel slack_channel runbook metric_name metricname aws_region awsregion
  account account_id accountid awsaccountid tenant long short window phase condition type role mode direction method grafana_folder datasource datasource_uid
  ref_id alert_type noc tier criticality impact customer department language protocol threshold value`.split(
    /\s+/,
  ),
]);

/** Whether it is known what the values of a label mean, or that they mean nothing, however its name is written. */
export function isKnownLabel(label: string): boolean {
  return KNOWN.has(plainLabel(label)) || KNOWN.has(label.toLowerCase());
}

/** Dimensions of CloudWatch, by their letters. */
const DIMENSIONS = new Map(
  [...ZONE, ...NODE, ...APP, ...STORE]
    .filter((label) => /^[A-Z]/.test(label))
    .map((label) => [label.toLowerCase(), label] as const),
);
/** So many labels are remembered by the names by which they are known. */
const REMEMBERED = 1_000;
const plain = new Map<string, string>();
