import { labelOf, type Labels } from '@gomon/contracts';
import { LABELS } from '../decide/label-names.js';
import type { Meaning } from './label-meanings.js';
import { NODE, PVC } from './label-names.js';
import { appOf } from './topology-graph.js';

/** Of whom a metrics exporter speaks; what the labels say of itself is left out. */
export function withoutExporter(labels: Labels): Labels {
  const job = labelOf(labels, 'job').toLowerCase();
  if (/kafka|exporter/.test(job) && GROUP.some((name) => labelOf(labels, name) !== ''))
    return Object.fromEntries(Object.entries(labels).filter(([name]) => !OF_BROKER.has(name)));
  if (!EXPORTER.test(job) || !SUBJECTS.some((name) => labelOf(labels, name) !== '')) return labels;
  const isOwn = (name: string, value: string) =>
    name === 'endpoint' ||
    name === 'prometheus' ||
    (name === 'instance' && /^(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?$/.test(value)) ||
    ((name === 'service' || name === 'container' || name === 'pod') && value.toLowerCase().includes(job));
  return Object.fromEntries(Object.entries(labels).filter(([name, value]) => !isOwn(name, value)));
}

/** Whether a service is that of an exporter. */
export function isExporter(service: string, said: Labels, kept: Labels): boolean {
  return labelOf(said, 'service') === service && labelOf(kept, 'service') === '';
}

/** Exporters that speak of others: https://github.com/kubernetes/kube-state-metrics and its like. */
const EXPORTER = /^(?:kube-state-metrics|kubelet|cadvisor|node-exporter|blackbox.*)$/;
/** A broker's exporter speaks of those who read, wherever they run. */
const GROUP = ['consumergroup', 'consumer_group'];
const OF_BROKER = new Set(['namespace', 'pod', 'container', 'service', 'instance', 'endpoint']);
const SUBJECTS = [
  ...LABELS.pod,
  ...LABELS.workload,
  ...PVC,
  ...NODE,
  'horizontalpodautoscaler',
  'resourcequota',
];

/** What was scraped; an exporter that speaks of one of several others is none of them. */
export function instancesIn(values: (meaning: Meaning) => readonly string[]): readonly string[] {
  const isOfOthers = values('app').length + values('store').length > 0;
  return values('instance')
    .map(withoutPort)
    .filter((one) => !isOfOthers || !one.includes('exporter'));
}

/** A job is called by what it scrapes, `cortex-prod/ingester`, where it does not scrape what speaks of others. */
export function jobsIn(jobs: readonly string[]): readonly string[] {
  return jobs.filter((one) => !SPEAKS_OF_OTHERS.test(one) && !OF_ALL_ALIKE.has(one)).map(appOf);
}

const SPEAKS_OF_OTHERS =
  /exporter|blackbox|kube-state-metrics|kubelet|cadvisor|prometheus|(?<!calico-|aws-)node$|statsd|cloudwatch|gateway|metrics$/;

/** Jobs that scrape all of one kind, each another one. */
const OF_ALL_ALIKE = new Set(
  `postgres postgresql mysql mysqld mariadb mssql oracle mongodb mongo redis memcached elasticsearch kafka rabbitmq rabbit node nodes
  windows ipmi snmp icmp ping haproxy nginx php-fpm jmx cassandra zookeeper ssl tls backup batch cron app apps`.split(
    /\s+/,
  ),
);

export function withoutPort(name: string): string {
  return name.replace(/:\d+$/, '');
}
