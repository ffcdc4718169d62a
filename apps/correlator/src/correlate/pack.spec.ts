import { CORRELATION_PACK, rulesFile, type Labels } from '@gomon/contracts';
import { firing, TogetherStory } from '../decide/together.spec-support.js';
import { packOf } from './kinds.js';

/** When it began, its labels, and its summary. */
type Told = readonly [since: string, labels: Labels, summary?: string];

interface Row {
  readonly cause: Told;
  /** It follows from the cause by the pattern. */
  readonly effect: Told;
  /** It is nearly the same, and does not follow from the cause. */
  readonly nearMiss: Told;
}

const PATTERNS: Readonly<Record<string, Row>> = {
  'a zone and what is in it': {
    cause: ['09:00', { alertname: 'ZoneOutage', zone: 'eu-1a' }],
    effect: ['09:02', { alertname: 'QueueBacklog', queue: 'mails', zone: 'eu-1a' }],
    nearMiss: ['09:02', { alertname: 'QueueBacklog', queue: 'mails', zone: 'eu-1b' }],
  },
  'a namespace and what was in it': {
    cause: ['09:00', { alertname: 'NamespaceTerminating', namespace: 'shop' }],
    effect: ['09:02', { alertname: 'TargetDown', job: 'cart', namespace: 'shop' }],
    nearMiss: ['09:02', { alertname: 'TargetDown', job: 'cart', namespace: 'mail' }],
  },
  'what all stands on': {
    cause: ['09:00', { alertname: 'RackPowerFailure', name: 'rack-7' }],
    effect: ['09:02', { alertname: 'ImportOdd', rack: 'rack-7' }],
    nearMiss: ['09:02', { alertname: 'ImportOdd', rack: 'rack-8' }],
  },
  'a node and what runs on it': {
    cause: ['09:00', { alertname: 'KubeNodeNotReady', node: 'worker-3' }],
    effect: ['09:50', { alertname: 'KubePodNotReady', pod: 'cart-0', node: 'worker-3' }],
    nearMiss: ['10:16', { alertname: 'PodNotReady', pod: 'cart-0', node: 'worker-3' }],
  },
  'a node and the daemons on it': {
    cause: ['09:00', { alertname: 'KubeNodeNotReady', node: 'worker-3' }],
    effect: ['09:10', { alertname: 'TargetDown', job: 'kubelet', namespace: 'kube-system' }],
    nearMiss: ['09:10', { alertname: 'TargetDown', job: 'carts', namespace: 'kube-system' }],
  },
  'a daemon and its node': {
    cause: ['09:00', { alertname: 'NodeSystemdServiceFailed', node: 'worker-3', name: 'containerd.service' }],
    effect: ['09:05', { alertname: 'KubeNodeNotReady', node: 'worker-3' }],
    nearMiss: ['09:05', { alertname: 'KubeNodeNotReady', node: 'worker-4' }],
  },
  'a clock and the daemon that sets it': {
    cause: ['09:00', { alertname: 'NodeClockSkew', node: 'worker-3' }],
    effect: ['09:05', { alertname: 'NodeSystemdServiceFailed', node: 'worker-3', name: 'chronyd.service' }],
    nearMiss: ['09:05', { alertname: 'NodeSystemdServiceFailed', node: 'worker-4', name: 'chronyd.service' }],
  },
  'the disk of a node and what runs on it': {
    cause: ['09:00', { alertname: 'HostOutOfInodes', node: 'worker-3' }],
    effect: ['09:04', { alertname: 'PodEvicted', pod: 'cart-0', node: 'worker-3' }],
    nearMiss: ['09:04', { alertname: 'PodOOMKilled', pod: 'cart-0', node: 'worker-3' }],
  },
  'one pod': {
    cause: ['09:00', { alertname: 'ImagePullBackOff', namespace: 'shop', pod: 'cart-0' }],
    effect: ['09:02', { alertname: 'PodEvicted', namespace: 'shop', pod: 'cart-0' }],
    nearMiss: ['09:02', { alertname: 'PodEvicted', namespace: 'shop', pod: 'pay-0' }],
  },
  'a certificate that was about to expire': {
    cause: ['12:00', { alertname: 'CertificateExpired', host: 'shop.example.com' }],
    effect: ['09:00', { alertname: 'CertificateExpiresSoon', host: 'shop.example.com' }],
    nearMiss: ['09:00', { alertname: 'CertificateExpiresSoon', host: 'docs.other.org' }],
  },
  'pressure on a node and what runs on it': {
    cause: ['09:00', { alertname: 'NodeMemoryPressure', node: 'worker-3' }],
    effect: ['09:04', { alertname: 'PodEvicted', pod: 'cart-0', node: 'worker-3' }],
    nearMiss: ['09:04', { alertname: 'PodEvicted', pod: 'cart-0', node: 'worker-4' }],
  },
  'storage and who names it': {
    cause: ['09:10', { alertname: 'NFSServerNotResponding', instance: 'nfs01.storage.example:2049' }],
    effect: [
      '09:00',
      { alertname: 'NodeHighLoad', node: 'worker-3' },
      'tasks wait for nfs01.storage.example',
    ],
    nearMiss: [
      '09:00',
      { alertname: 'NodeHighLoad', node: 'worker-3' },
      'tasks wait for nfs02.files.example',
    ],
  },
  'a claim and the pod that waits for it': {
    cause: [
      '09:02',
      {
        alertname: 'KubePersistentVolumeClaimPending',
        namespace: 'ml',
        persistentvolumeclaim: 'data-features-0',
      },
    ],
    effect: ['09:00', { alertname: 'KubePodNotScheduled', namespace: 'ml', pod: 'features-0' }],
    nearMiss: ['09:00', { alertname: 'KubePodNotScheduled', namespace: 'ml', pod: 'vectors-0' }],
  },
  'a busy node and what runs on it': {
    cause: ['09:00', { alertname: 'NodeCpuSaturated', node: 'worker-3' }],
    effect: ['09:04', { alertname: 'HighLatency', service: 'cart', node: 'worker-3' }],
    nearMiss: ['09:04', { alertname: 'PodEvicted', pod: 'cart-0', node: 'worker-3' }],
  },
  'a wrong clock': {
    cause: ['09:00', { alertname: 'NodeClockSkew', node: 'worker-3' }],
    effect: ['09:04', { alertname: 'HighErrorRate', service: 'login', node: 'worker-3' }],
    nearMiss: ['09:04', { alertname: 'HighErrorRate', service: 'login', node: 'worker-4' }],
  },
  'a full disk': {
    cause: ['09:00', { alertname: 'VolumeFull', namespace: 'shop', persistentvolumeclaim: 'data-orders-0' }],
    effect: [
      '09:40',
      { alertname: 'PostgresDown', namespace: 'shop', persistentvolumeclaim: 'data-orders-0' },
    ],
    nearMiss: [
      '09:40',
      { alertname: 'PostgresDown', namespace: 'shop', persistentvolumeclaim: 'data-pay-0' },
    ],
  },
  'etcd and the control plane': {
    cause: ['09:00', { alertname: 'EtcdNoLeader' }],
    effect: ['09:01', { alertname: 'KubeAPIServerLatency' }],
    nearMiss: ['09:01', { alertname: 'HighErrorRate', service: 'cart' }],
  },
  'what breaks and what it is a part of': {
    cause: ['09:00', { alertname: 'KubePodOOMKilled', namespace: 'kube-system', pod: 'coredns-6b-x7k2p' }],
    effect: ['09:02', { alertname: 'CoreDNSErrorsHigh', namespace: 'kube-system', service: 'coredns' }],
    nearMiss: ['09:02', { alertname: 'PrometheusDown', namespace: 'monitoring', service: 'prometheus' }],
  },
  'etcd and the disk that it writes to': {
    cause: ['09:00', { alertname: 'etcdHighFsyncDurations', instance: 'cp-2:2381' }],
    effect: ['09:01', { alertname: 'NodeDiskIOSaturation', instance: 'cp-2:9100' }],
    nearMiss: ['09:01', { alertname: 'NodeDiskIOSaturation', instance: 'web-2:9100' }],
  },
  'certificates of the control plane': {
    cause: ['09:00', { alertname: 'KubeletCertificateExpired' }],
    effect: ['09:03', { alertname: 'KubeNodeNotReady', node: 'worker-3' }],
    nearMiss: ['09:03', { alertname: 'NodeMemoryPressure', node: 'worker-3' }],
  },
  'the API server and what asks it': {
    cause: ['09:00', { alertname: 'KubeAPIDown' }],
    effect: ['09:01', { alertname: 'KubeSchedulerDown' }],
    nearMiss: ['09:01', { alertname: 'HighErrorRate', service: 'cart' }],
  },
  'controllers and what they look after': {
    cause: ['09:00', { alertname: 'KubeControllerManagerDown' }],
    effect: ['09:05', { alertname: 'KubePodNotReady', pod: 'cart-0' }],
    nearMiss: ['09:05', { alertname: 'HighErrorRate', service: 'cart' }],
  },
  'DNS and what resolves names': {
    cause: ['09:00', { alertname: 'CoreDNSDown' }],
    effect: ['09:14', { alertname: 'HighErrorRate', service: 'cart' }],
    nearMiss: ['09:16', { alertname: 'HighErrorRate', service: 'cart' }],
  },
  'the network of a place': {
    cause: ['09:00', { alertname: 'CalicoNodeDown', node: 'worker-3' }],
    effect: ['09:02', { alertname: 'KubePodNotReady', pod: 'cart-0', node: 'worker-3' }],
    nearMiss: ['09:02', { alertname: 'KubePodNotReady', pod: 'cart-0', node: 'worker-4' }],
  },
  'the network and what uses it': {
    cause: ['09:00', { alertname: 'NetworkPartition' }],
    effect: ['09:14', { alertname: 'HighLatency', service: 'cart' }],
    nearMiss: ['09:16', { alertname: 'HighLatency', service: 'cart' }],
  },
  'storage and what stands on it': {
    cause: ['09:00', { alertname: 'CephHealthError' }],
    effect: ['09:03', { alertname: 'PostgresDown', service: 'orders-db' }],
    nearMiss: ['09:03', { alertname: 'TargetDown', job: 'orders' }],
  },
  'capacity and what waits for it': {
    cause: ['09:00', { alertname: 'NodePoolExhausted' }],
    effect: ['09:10', { alertname: 'KubePodPending', pod: 'cart-0' }],
    nearMiss: ['09:10', { alertname: 'HighErrorRate', service: 'cart' }],
  },
  'a registry and what pulls from it': {
    cause: ['09:00', { alertname: 'RegistryDown', target: 'https://registry.example.com/v2/' }],
    effect: [
      '09:02',
      { alertname: 'ImagePullBackOff', pod: 'cart-0', image: 'registry.example.com/shop/cart:1.2' },
    ],
    nearMiss: [
      '09:02',
      { alertname: 'ImagePullBackOff', pod: 'cart-0', image: 'images.example.org/shop/cart:1.2' },
    ],
  },
  'a certificate and what trusts it': {
    cause: ['09:00', { alertname: 'CertificateExpired', host: 'www.shop.example' }],
    effect: ['09:02', { alertname: 'WebsiteDown', target: 'https://www.shop.example/' }],
    nearMiss: ['09:02', { alertname: 'WebsiteDown', target: 'https://pay.bank.example/' }],
  },
  'a certificate and its service': {
    cause: ['09:00', { alertname: 'CertificateExpired', namespace: 'shop', service: 'cart' }],
    effect: ['09:02', { alertname: 'HighErrorRate', namespace: 'shop', service: 'cart' }],
    nearMiss: ['09:02', { alertname: 'HighErrorRate', namespace: 'bank', service: 'cart' }],
  },
  'the way in and what is behind it': {
    cause: ['09:00', { alertname: 'IngressControllerDown' }],
    effect: ['09:14', { alertname: 'HighErrorRate', service: 'cart' }],
    nearMiss: ['09:16', { alertname: 'HighErrorRate', service: 'cart' }],
  },
  'the way in and its name': {
    cause: ['09:00', { alertname: 'LoadBalancerUnavailable', LoadBalancer: 'lb-shop-1' }],
    effect: ['09:20', { alertname: 'CheckoutOdd' }, 'nothing comes through lb-shop-1'],
    nearMiss: ['09:20', { alertname: 'CheckoutOdd' }, 'nothing comes through lb-shop-2'],
  },
  'a webhook and what it lets in': {
    cause: ['09:00', { alertname: 'AdmissionWebhookFails' }],
    effect: ['09:02', { alertname: 'RolloutStuck', deployment: 'cart' }],
    nearMiss: ['09:02', { alertname: 'HighErrorRate', service: 'cart' }],
  },
  'a quota and what it stops': {
    cause: ['09:00', { alertname: 'KubeQuotaExceeded', namespace: 'shop' }],
    effect: ['09:02', { alertname: 'RolloutStuck', namespace: 'shop', deployment: 'cart' }],
    nearMiss: ['09:02', { alertname: 'RolloutStuck', namespace: 'bank', deployment: 'cart' }],
  },
  'a data store and who uses it': {
    cause: ['09:00', { alertname: 'PostgresTooManyConnections', service: 'orders-db' }],
    effect: ['09:01', { alertname: 'HighErrorRate', service: 'cart' }, 'timeouts calling orders-db'],
    nearMiss: ['09:01', { alertname: 'HighErrorRate', service: 'cart' }, 'timeouts calling stock-db'],
  },
  'an image and its rollout': {
    cause: ['09:00', { alertname: 'ImagePullBackOff', namespace: 'shop', deployment: 'cart' }],
    effect: ['08:46', { alertname: 'RolloutStuck', namespace: 'shop', deployment: 'cart' }],
    nearMiss: ['08:39', { alertname: 'RolloutStuck', namespace: 'shop', deployment: 'cart' }],
  },
  'a rollout and what is rolled out': {
    cause: ['09:00', { alertname: 'RolloutFailed', namespace: 'shop', deployment: 'cart' }],
    effect: ['09:01', { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'cart' }],
    nearMiss: ['09:01', { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'pay' }],
  },
  'a container that does not start': {
    cause: ['09:00', { alertname: 'CreateContainerConfigError', namespace: 'shop', pod: 'cart-0' }],
    effect: ['09:01', { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'cart-0' }],
    nearMiss: ['09:01', { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'pay-0' }],
  },
  'a container without memory': {
    cause: ['09:00', { alertname: 'PodOOMKilled', namespace: 'shop', pod: 'cart-0' }],
    effect: ['09:01', { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-0' }],
    nearMiss: ['09:01', { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'pay-0' }],
  },
  'a container that dies': {
    cause: ['09:00', { alertname: 'KubePodCrashLooping', namespace: 'shop', service: 'cart' }],
    effect: ['09:01', { alertname: 'HighErrorRate', namespace: 'shop', service: 'cart' }],
    nearMiss: ['09:01', { alertname: 'HighErrorRate', namespace: 'shop', service: 'pay' }],
  },
  'a pod that is not there': {
    cause: ['09:00', { alertname: 'KubePodNotReady', namespace: 'shop', service: 'cart' }],
    effect: ['09:01', { alertname: 'HighErrorRate', namespace: 'shop', service: 'cart' }],
    nearMiss: ['09:01', { alertname: 'HighErrorRate', namespace: 'shop', service: 'pay' }],
  },
  'a service out of breath': {
    cause: ['09:00', { alertname: 'CPUThrottlingHigh', namespace: 'shop', service: 'cart' }],
    effect: ['09:01', { alertname: 'HighLatency', namespace: 'shop', service: 'cart' }],
    nearMiss: ['09:01', { alertname: 'HighLatency', namespace: 'shop', service: 'pay' }],
  },
  'a service and who calls it': {
    cause: ['09:00', { alertname: 'HighErrorRate', namespace: 'shop', service: 'cart' }],
    effect: ['09:01', { alertname: 'HighLatency', namespace: 'web', service: 'front' }, 'waiting for cart'],
    nearMiss: [
      '09:01',
      { alertname: 'HighLatency', namespace: 'web', service: 'front' },
      'waiting for stock',
    ],
  },
  'monitoring and what it sees': {
    cause: ['09:00', { alertname: 'PrometheusDown' }],
    effect: ['09:01', { alertname: 'TargetDown', job: 'cart' }],
    nearMiss: ['09:01', { alertname: 'HighErrorRate', service: 'cart' }],
  },
  'monitoring and its own parts': {
    cause: ['09:00', { alertname: 'PrometheusNotIngesting', namespace: 'watch', service: 'prometheus-main' }],
    effect: ['09:01', { alertname: 'PodOOMKilled', namespace: 'watch', service: 'prometheus-main' }],
    nearMiss: ['09:01', { alertname: 'PodOOMKilled', namespace: 'edge', service: 'prometheus-edge' }],
  },
  'a component and its parts': {
    cause: ['09:00', { alertname: 'WebhookFailing', namespace: 'gatekeeper' }],
    effect: ['09:01', { alertname: 'KubePodCrashLooping', namespace: 'gatekeeper', pod: 'audit-0' }],
    nearMiss: ['09:01', { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'audit-0' }],
  },
  'the network of a node and what runs on it': {
    cause: ['09:00', { alertname: 'NodeNetworkUnavailable', node: 'worker-3' }],
    effect: ['09:01', { alertname: 'KubePodNotReady', pod: 'cart-0', node: 'worker-3' }],
    nearMiss: ['09:01', { alertname: 'KubePodNotReady', pod: 'cart-0', node: 'worker-4' }],
  },
  'a queue and who waits for it': {
    cause: ['09:00', { alertname: 'QueueBacklog', namespace: 'shop', service: 'mailer' }],
    effect: ['09:01', { alertname: 'HighLatency', namespace: 'shop', service: 'mailer' }],
    nearMiss: ['09:01', { alertname: 'HighLatency', namespace: 'shop', service: 'cart' }],
  },
  'one is named by the other': {
    cause: ['09:00', { alertname: 'GreylistOdd', service: 'geo-index' }],
    effect: ['09:01', { alertname: 'RolloutStuck', deployment: 'cart' }, 'geo-index did not answer'],
    nearMiss: ['09:01', { alertname: 'RolloutStuck', deployment: 'cart' }, 'text-index did not answer'],
  },
  'one says what the other is': {
    cause: ['09:00', { alertname: 'CoreDNSDown' }],
    effect: ['09:20', { alertname: 'ImportOdd', job: 'import' }, 'dial tcp: no such host'],
    nearMiss: ['09:20', { alertname: 'ImportOdd', job: 'import' }, 'dial tcp: refused'],
  },
  'a wrong time server and the clocks that follow it': {
    cause: ['09:00', { alertname: 'NtpServerOffset', instance: 'ntp1.corp.example:123' }],
    effect: ['08:50', { alertname: 'NodeClockSkew', node: 'worker-3' }],
    nearMiss: ['08:40', { alertname: 'NodeClockSkew', node: 'worker-3' }],
  },
  'a node that is emptied and what ran on it': {
    cause: ['09:00', { alertname: 'NodeDraining', node: 'worker-3' }],
    effect: ['09:01', { alertname: 'KubePodNotReady', pod: 'cart-0', node: 'worker-3' }],
    nearMiss: ['09:01', { alertname: 'KubePodNotReady', pod: 'cart-0', node: 'worker-4' }],
  },
  'a migration and what reads what it changes': {
    cause: ['09:00', { alertname: 'MigrationFailed', namespace: 'shop', job_name: 'migrate-41' }],
    effect: ['09:01', { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-0' }],
    nearMiss: ['09:01', { alertname: 'KubePodCrashLooping', namespace: 'bank', pod: 'cart-0' }],
  },
  'a product and who names it': {
    cause: ['09:00', { alertname: 'RedisDown', job: 'redis' }],
    effect: ['09:01', { alertname: 'HighErrorRate', service: 'cart' }, 'RedisTimeoutException'],
    nearMiss: ['09:01', { alertname: 'HighErrorRate', service: 'cart' }, 'timeouts of redis-sessions'],
  },
  'somebody else and who uses it': {
    cause: ['09:00', { alertname: 'StatusPageIncident', dependency: 'stripe' }],
    effect: ['08:20', { alertname: 'HighErrorRate', service: 'billing' }, 'StripeAPIConnectionError'],
    nearMiss: ['08:20', { alertname: 'HighErrorRate', service: 'billing' }, 'PaypalConnectionError'],
  },
  'one label says one thing': {
    cause: ['09:00', { alertname: 'ImportOdd', circuit: 'line-7' }, 'odd figures on line-7'],
    effect: ['09:01', { alertname: 'ExportOdd', circuit: 'line-7' }, 'line-7 sends nothing'],
    nearMiss: ['09:01', { alertname: 'ExportOdd', circuit: 'line-8' }, 'line-8 sends nothing'],
  },
  'the only thing that explains it': {
    cause: ['09:00', { alertname: 'CephHealthError', severity: 'critical' }],
    effect: ['09:14', { alertname: 'WebsiteDown', target: 'https://www.shop.example/' }],
    nearMiss: ['09:16', { alertname: 'WebsiteDown', target: 'https://www.shop.example/' }],
  },
  'the only thing that explains what is bad': {
    cause: ['09:00', { alertname: 'CephHealthError', severity: 'critical' }],
    effect: ['09:10', { alertname: 'RequestsThrottled', service: 'cart', severity: 'critical' }],
    nearMiss: ['09:10', { alertname: 'RequestsThrottled', service: 'cart', severity: 'warning' }],
  },
  'the only thing below that explains it': {
    cause: ['09:00', { alertname: 'SiteLinkDown', device: 'hub-1', severity: 'critical' }],
    effect: ['09:05', { alertname: 'PostgresDown', service: 'orders-db', severity: 'critical' }],
    nearMiss: ['09:05', { alertname: 'PostgresqlCacheMisses', service: 'orders-db', severity: 'critical' }],
  },
  'one condition at two severities': {
    cause: ['08:00', { alertname: 'MailsOdd', rulename: 'QueueBacklog', service: 'mails' }],
    effect: [
      '09:50',
      { alertname: 'MailsWorse', rulename: 'QueueBacklog', service: 'mails', severity: 'critical' },
    ],
    nearMiss: ['09:50', { alertname: 'MailsWorse', rulename: 'QueueBacklog', service: 'mails' }],
  },
  'one trace': {
    cause: ['09:00', { alertname: 'PaymentOdd', trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' }],
    effect: ['09:01', { alertname: 'CartOdd', trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' }],
    nearMiss: ['09:01', { alertname: 'CartOdd', trace_id: '0af7651916cd43dd8448eb211c80319c' }],
  },
};

/** Told one after another, in this order, when both have begun. */
function told(...alerts: readonly Told[]): TogetherStory {
  const story = new TogetherStory();
  for (const [index, [since, labels, summary]] of alerts.entries())
    story.report(`10:0${index + 2}`, firing(since, { severity: 'warning', ...labels }, summary));
  return story;
}

function causeOf(story: TogetherStory, [, labels]: Told) {
  const { id } = story.alertOf(labels['alertname'] ?? '');
  return story.graph.get(id)?.cause;
}

describe('the patterns that GoMon knows', () => {
  it('have names of their own, and each a row here', () => {
    const names = CORRELATION_PACK.patterns.map(({ name }) => name);
    expect(Object.keys(PATTERNS).sort()).toEqual(names.sort());
  });

  describe.each(Object.entries(PATTERNS))('%s', (name, { cause, effect, nearMiss }) => {
    it('puts the effect together with its cause', () => {
      const story = told(cause, effect);
      expect(story.groups).toHaveLength(1);
      expect(causeOf(story, effect)).toMatchObject({
        id: story.alertOf(cause[1]['alertname'] ?? '').id,
        pattern: name,
      });
    });

    it('does so when the cause is reported last', () => {
      const story = told(effect, cause);
      expect(story.groups).toHaveLength(1);
      expect(causeOf(story, effect)).toMatchObject({ pattern: name });
    });

    it('leaves alone what only looks like it', () => {
      for (const story of [told(cause, nearMiss), told(nearMiss, cause)])
        expect(story.groups).toHaveLength(2);
    });
  });
});

interface Names {
  readonly are: readonly string[];
  readonly areNot: readonly string[];
}

const KINDS: Readonly<Record<string, Names>> = {
  info: { are: ['Watchdog', 'InfoInhibitor', 'DependencyVulnerabilityCritical'], areNot: ['InfoService'] },
  deprecation: { are: ['DeprecatedAPIUsage', 'Node 18 end of life'], areNot: ['DepreciationJobFailed'] },
  cost: { are: ['CostAnomaly', 'Checkout unit cost'], areNot: ['CostcoFeedErrors', 'costs import'] },
  'on-call-schedule': { are: ['OnCallScheduleGap'], areNot: ['ScheduleMissed'] },
  facility: {
    are: [
      'RackPowerFailure',
      'CracUnitFailed',
      'ChilledWaterSupplyTempHigh',
      'SwitchDown',
      'ups on battery',
      'TransitLinkDown',
      'DatacenterUnreachable',
      'GeneratorTrip',
      'UtilityFeedLost',
      'UPS_ON_BYPASS',
    ],
    areNot: ['SwitchUser', 'GroupsDown'],
  },
  'zone-down': {
    are: ['ZoneOutage', 'availability_zone_impaired'],
    areNot: ['TimezoneDown', 'ZoneTransfer'],
  },
  'no-data': { are: ['DatasourceNoData', 'MetricsMissing'], areNot: ['DataLost'] },
  'kubelet-certificate': {
    are: ['KubeletClientCertificateExpiration', 'KubeAPIServerCertExpiring'],
    areNot: ['CertificateExpired'],
  },
  certificate: {
    are: ['CertificateExpired', 'tls-cert-not-ready', 'TrustAnchorExpired'],
    areNot: ['CertifiedOrders', 'TrustLevelLow'],
  },
  'clock-skew': { are: ['NodeClockSkew', 'NTP offset'], areNot: ['ClockSpeed'] },
  etcd: { are: ['EtcdNoLeader', 'etcd members down', 'etcdHighFsyncDurations'], areNot: ['FetcdDown'] },
  stale: {
    are: ['KubeStatefulSetGenerationMismatch', 'StaleEndpoints', 'KubeAggregatedAPIDown'],
    areNot: ['Stalemate'],
  },
  'api-server': { are: ['KubeAPIDown', 'apiserver latency'], areNot: ['CartAPIDown'] },
  'ingress-down': {
    are: ['IngressControllerDown', 'HaproxyDown', 'nginx ingress reload'],
    areNot: ['IngressAdded'],
  },
  controllers: { are: ['KubeSchedulerDown', 'KubeControllerManagerDown'], areNot: ['SchedulerAdded'] },
  dns: { are: ['CoreDNSDown', 'dns_latency', 'NodelocaldnsCrash'], areNot: ['SudnsDown'] },
  sandbox: { are: ['FailedCreatePodSandBox', 'FailedCreatePodSandbox'], areNot: ['CreateSandcastle'] },
  network: {
    are: ['CalicoDown', 'NetworkPartition', 'PacketLoss', 'InterfaceFlapping'],
    areNot: ['NetworkTrafficOdd'],
  },
  storage: { are: ['CephHealthError', 'LonghornDegraded', 'CSINotReady'], areNot: ['StorageUsage'] },
  capacity: { are: ['NodePoolExhausted', 'AutoscalerCannotScale'], areNot: ['NodePoolAdded'] },
  'registry-down': {
    are: ['RegistryDown', 'HarborCoreDown', 'registry rate limit'],
    areNot: ['RegistryAdded'],
  },
  'image-pull': { are: ['ImagePullBackOff', 'ErrImagePull', 'ErrImage'], areNot: ['ImageResized'] },
  webhook: {
    are: ['AdmissionWebhookFails', 'WebhookTimeout', 'WebhookUnreachable'],
    areNot: ['WebhookAdded', 'webhook-intake latency', 'WebhookDeliveryErrors'],
  },
  quota: { are: ['KubeQuotaExceeded', 'QuotaAlmostFull'], areNot: ['QuotaChanged'] },
  monitoring: {
    are: ['PrometheusDown', 'ThanosSidecarNoConnection', 'HeartbeatMissed'],
    areNot: ['PrometheusAdded'],
  },
  lag: { are: ['KafkaConsumerLag', 'QueueBacklog', 'queue_depth'], areNot: ['FlagChanged'] },
  'node-down': {
    are: ['KubeNodeNotReady', 'node_not_ready', 'Node not ready', 'EC2 StatusCheckFailed'],
    areNot: ['NodeAdded', 'RabbitmqNodeDown'],
  },
  'node-pressure': {
    are: ['NodeMemoryPressure', 'HostOutOfMemory', 'NodeDiskPressure'],
    areNot: ['PodMemoryHigh'],
  },
  'node-disk': { are: ['NodeDiskFull', 'HostOutOfInodes', 'NodeFilesystemReadOnly'], areNot: ['DiskFull'] },
  daemon: { are: ['NodeSystemdServiceFailed', 'HostSystemdServiceCrashed'], areNot: ['SystemdocAdded'] },
  credentials: {
    are: [
      'DatabaseAuthFailures',
      'AuthRejectsHigh',
      'orders-db password rejected',
      'SecretRotationIncomplete',
      'JWKSKeyMissing',
    ],
    areNot: ['AuthorAdded', 'AuthFailureRate', 'PasswordChanged', 'SecretChanged'],
  },
  egress: { are: ['nat-gateway-ErrorPortAllocation', 'NatGatewayPacketDrops'], areNot: ['NatWest'] },
  'node-cpu': { are: ['NodeCPUHigh', 'HostLoad'], areNot: ['PodCPUHigh'] },
  evicted: { are: ['PodEvicted', 'pod preempted'], areNot: ['PodVictorious'] },
  mount: { are: ['FailedMountVolume', 'VolumeAttachment'], areNot: ['AmountWrong'] },
  'claim-pending': {
    are: ['KubePersistentVolumeClaimPending', 'PVC unbound'],
    areNot: ['KubePersistentVolumeFillingUp'],
  },
  'disk-full': {
    are: ['KubePersistentVolumeFillingUp', 'DiskFull', 'pvc usage', 'ElasticsearchDiskFloodStage'],
    areNot: ['DiskAdded', 'FloodInCellar'],
  },
  rollout: {
    are: ['RolloutFailed', 'ArgoSyncFailed', 'BadDeploy', 'FeatureFlagSwitched', 'CanaryAborted'],
    areNot: ['DeploymentAdded', 'RolloutStuck', 'RemoteWriteCanaryFailing'],
  },
  'rollout-stuck': {
    are: ['KubeDeploymentRolloutStuck', 'ArgoSyncStuck', 'DeploymentProgressDeadline'],
    areNot: ['RolloutFailed'],
  },
  migration: { are: ['MigrationJobFailed', 'SchemaMigrationRunning'], areNot: ['ImmigrationFailed'] },
  drain: { are: ['KubeNodeUnschedulable', 'NodeDraining', 'SpotInterruption'], areNot: ['NodeAdded'] },
  mesh: { are: ['LinkerdDestinationNotReady', 'IstiodDown'], areNot: ['SmeshDown', 'LinkerdHighErrorRate'] },
  hardware: {
    are: ['MegaRaidControllerFault', 'DimmErrors', 'NodeEDACUncorrectableErrors', 'HostTemperatureHigh'],
    areNot: ['SmartCityAdded'],
  },
  'third-party': {
    are: ['StatusPageIncident', 'AWS_S3_OPERATIONAL_ISSUE', 'AWSHealthEvent'],
    areNot: ['PartyAdded'],
  },
  'time-server': { are: ['NtpServerOffset'], areNot: ['NTP offset'] },
  job: { are: ['KubeJobFailed', 'Job failed to complete'], areNot: ['PodFailed'] },
  backup: { are: ['BackupTooOld', 'VeleroBackupFailure'], areNot: ['BackedUp'] },
  'expires-soon': {
    are: ['CertificateExpiresSoon', 'CertManagerOrderFailed'],
    areNot: ['CertificateExpired'],
  },
  impact: {
    are: ['OrdersDropped', 'TrafficDrop', 'LoginsLow', 'Bookings per minute'],
    areNot: ['OrdersShipped', 'Errors per minute'],
  },
  license: { are: ['EsxLicenseExpired', 'LicenceInvalid'], areNot: ['LicensePlatesRead'] },
  scaling: { are: ['HPAMaxed', 'KubeHpaReplicasMismatch'], areNot: ['MaxHeap'] },
  oom: { are: ['PodOOMKilled', 'OutOfMemory'], areNot: ['RoomKilled', 'RedisOutOfMemory'] },
  'config-error': { are: ['CreateContainerConfigError', 'MissingSecret'], areNot: ['ConfigSeen'] },
  crash: { are: ['KubePodCrashLooping', 'ContainerRestarts', 'GoPanic'], areNot: ['CrashlyticsSeen'] },
  unschedulable: {
    are: ['PodUnschedulable', 'FailedScheduling', 'KubePodPending', 'NomadSchedulerStalled'],
    areNot: ['ScheduleAdded'],
  },
  'no-endpoints': { are: ['ServiceNoEndpoints', 'UnhealthyHosts'], areNot: ['EndpointsAdded'] },
  datastore: {
    are: ['PostgresqlTooManyConnections', 'RDSConnections', 'RedisFragmentation', 'RedisOutOfMemory'],
    areNot: ['DatabricksJob', 'PostgresDown'],
  },
  'datastore-blocked': {
    are: ['PostgresqlLocksWaiting', 'MysqlLongRunningQueries', 'DatabaseDeadlocks'],
    areNot: ['DoorLocks', 'PostgresDown'],
  },
  'datastore-down': {
    are: [
      'PostgresDown',
      'MongoDBDown',
      'KafkaBrokerDown',
      'RabbitmqNodeDown',
      'MinIODown',
      'prod-rds-orders-failover',
    ],
    areNot: ['PostgresqlTooManyConnections', 'CartDown'],
  },
  replication: {
    are: ['RedisReplicaLag', 'MysqlReplicationLag', 'KafkaTopicsReplicas'],
    areNot: ['ReplicaSetReady'],
  },
  'node-network': {
    are: ['NodeNetworkUnavailable', 'NodeConntrackTableFull'],
    areNot: ['NetworkUnavailable', 'CalicoDown', 'ConntrackEntries'],
  },
  throttling: { are: ['CPUThrottlingHigh', 'HeapHigh'], areNot: ['BottlesHigh'] },
  forecast: { are: ['KubeCPUOvercommit', 'KubeVersionMismatch'], areNot: ['VersionDeployed'] },
  'target-down': { are: ['TargetDown', 'ScrapeFailing'], areNot: ['TargetReached'] },
  errors: {
    are: [
      'HighErrorRate',
      'CertIssuerNotReady',
      'HTTP 5xx',
      'Too many 500',
      'AuthFailureRate',
      'KafkaClientErrors',
    ],
    areNot: ['TerrorsSeen'],
  },
  latency: { are: ['HighLatency', 'SlowRequests', 'p99 high'], areNot: ['SlowakiaOdd'] },
  'namespace-gone': {
    are: ['KubeNamespaceTerminating', 'namespace deleted'],
    areNot: ['NamespaceAdded', 'PodTerminating'],
  },
  unready: {
    are: ['KubePodNotReady', 'KubeDeploymentReplicasMismatch', 'KubeDeploymentAbsent', 'CartDown'],
    areNot: ['CartReady'],
  },
  probe: { are: ['ProbeCheck', 'HealthCheckUnhealthy', 'SLOBurnRate'], areNot: ['ProbesAdded'] },
  other: { are: ['CartReady', 'Überlauf', ''], areNot: ['CartDown'] },
};

const { roleOf } = packOf(rulesFile.parse({}).correlation);

describe('the kinds that GoMon knows', () => {
  it('have names here that are of them', () => {
    const kinds = new Set(CORRELATION_PACK.kinds.map(({ name }) => name));
    expect(Object.keys(KINDS).sort()).toEqual([...kinds, 'other'].sort());
  });

  it.each(Object.entries(KINDS))('%s is known by its names', (kind, { are, areNot }) => {
    const kindOf = (name: string) => roleOf({}, name, '').kind.name;
    expect(are.map((name) => [name, kindOf(name)])).toEqual(are.map((name) => [name, kind]));
    expect(areNot.filter((name) => kindOf(name) === kind)).toEqual([]);
  });
});
