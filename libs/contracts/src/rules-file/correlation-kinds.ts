import type { CorrelationInput } from './correlation.js';

/** Data stores and queues that run by themselves: a node, or the memory, of one is its own. */
const STORES =
  'redis|valkey|memcached|elasticache|mongo|mongodb|mongo db|postgres|postgresql|postgre sql|patroni|mysql|my sql|mariadb|maria db|galera|cassandra|scylla|elasticsearch|elastic search|opensearch|clickhouse|click house|cockroach|kafka|rabbitmq|rabbit mq|nats|pulsar|zookeeper|zoo keeper|consul|vault|minio|min io';

const DOWN =
  'down|outage|unavailable|failure|failed|failing|unreachable|lost|offline|dead|disconnected|not responding|unresponsive|no answer';

/** The kinds of alerts in Kubernetes and around it, by the words of their names. The first that fits counts: what is more precise stands first. */
export const KINDS: NonNullable<CorrelationInput>['kinds'] = [
  {
    name: 'monitoring',
    depth: 5.9,
    about: 'cluster',
    says: ['watchdog', 'missing|absent|stopped|silent|lost|not received'],
  },
  { name: 'info', depth: 12, says: ['watchdog|info inhibitor'], about: 'name' },
  { name: 'info', depth: 12, says: ['vulnerability|vulnerabilities|cve'], about: 'name' },
  { name: 'deprecation', depth: 12, says: ['deprecated|deprecation|end of life'], about: 'name' },
  { name: 'cost', depth: 12, says: ['cost anomaly|cost anomalies|unit cost|daily cost'], about: 'name' },
  {
    name: 'on-call-schedule',
    depth: 12,
    says: ['on call schedule|oncall schedule|schedule gap'],
    about: 'name',
  },
  { name: 'monitoring', depth: 5.9, about: 'cluster', says: ['dead mans switch|deadmansswitch'] },
  { name: 'target-down', depth: 9.8, says: ['exporter', `${DOWN}|missing|absent|scrape`] },
  {
    name: 'facility',
    depth: 0.6,
    about: 'name',
    says: ['datacenter|data center', 'unreachable|isolated|not reachable'],
  },
  {
    name: 'facility',
    depth: 0.5,
    about: 'name',
    says: [
      'switch|router|firewall|uplink|rack|generator|utility feed|utility power|grid power|transfer switch|chiller|crac|crah|power supply|power loss|power outage|power feed|power cut|power lost|mains|pdu|ups|cooling|datacenter|data center|fiber|fibre|backbone|network link|wan link|zone link|site link|inter site link|transit link|peering link|isp|carrier|dci',
      `${DOWN}|flapping|overheating|cut|on battery|missing|no input|bypass|output off|trip|tripped|fault`,
    ],
  },
  {
    name: 'disk-full',
    depth: 5.5,
    about: 'pvc',
    says: ['flood stage|flood watermark|disk flood|disk watermark|disk high watermark|disk low watermark'],
  },
  {
    name: 'facility',
    depth: 0.5,
    about: 'name',
    says: [
      'chilled water|room temperature|datacenter temperature|data center temperature|inlet temperature|fire|smoke|water leak|leak detected|flood',
    ],
  },
  {
    name: 'facility',
    depth: 1.95,
    about: 'name',
    says: ['tunnel|ipsec|vpn', `${DOWN}|flapping`],
  },
  {
    name: 'zone-down',
    depth: 0,
    about: 'zone',
    says: ['zone|az|availability zone', `${DOWN}|impaired|degraded`],
  },
  {
    name: 'unready',
    depth: 9,
    about: 'app',
    says: ['deployment|statefulset|stateful set|daemonset|daemon set', 'absent|disappeared'],
  },
  {
    name: 'no-data',
    depth: 11,
    says: ['datasource no data|no data|datasource error|absent|missing metrics|metrics missing'],
  },
  {
    name: 'kubelet-certificate',
    depth: 0.9,
    about: 'cluster',
    says: [
      'kubelet|apiserver|api server|front proxy|kubernetes|kubeadm|kube client',
      'certificate|cert|certs|x509',
      'expired|expiring|expires|expiration|expiry|invalid|renewal',
    ],
  },
  {
    name: 'expires-soon',
    depth: 9.9,
    says: ['certificate|cert|certs|tls|x509|ssl|mtls|domain|token', 'soon|will expire|days'],
  },
  {
    name: 'expires-soon',
    depth: 9.9,
    says: ['cert manager|certmanager|acme|certificate|lets encrypt', 'order|challenge|issuance|renewal late'],
  },
  {
    name: 'errors',
    depth: 10,
    about: 'app',
    says: ['issuer|cluster issuer|clusterissuer', `${DOWN}|not ready|error|errors`],
  },
  {
    name: 'certificate',
    depth: 3,
    says: [
      'certificate|cert|certs|tls|x509|ssl|mtls|ca bundle|trust store|root ca|ca root|trust anchor|trust roots',
      'expired|expiring|expires|expiry|expiration|invalid|not yet valid|not ready|not issued|renewal|not renewed|verify|verification',
    ],
    named: [
      'certificate|cert|x509|tls',
      'expired|not yet valid|verify failed|verify|unknown authority|handshakes|handshake failed|handshake failure|handshake failures|handshake fails|handshake error|handshake errors|in tls handshake',
    ],
  },
  {
    name: 'license',
    depth: 3.1,
    about: 'name',
    says: ['product has expired|evaluation has expired|trial has expired'],
  },
  {
    name: 'license',
    depth: 3.1,
    about: 'name',
    says: ['license|licence|licenses|licences|licensing', 'expired|invalid|exceeded|rejected|missing|error'],
    named: [
      'license expired|licence expired|license has expired|licence has expired|license is invalid|product has expired|no valid license|no valid licence',
    ],
  },
  {
    name: 'credentials',
    depth: 3.2,
    about: 'name',
    says: [
      'credentials|credential|password|passwords|secret|secrets',
      'failure|failures|failed|failing|errors|rejected|denied|rejects|rotated|rotation|wrong|invalid',
    ],
    named: [
      'no credential providers|locate credentials|no valid credentials|password authentication failed|authentication failed|access denied for user|invalid credentials|invalid password|wrong password|wrongpass|noauth|login failed for user',
    ],
  },
  {
    name: 'credentials',
    depth: 3.2,
    about: 'name',
    says: ['jwks|signing key|signing keys', 'missing|removed|expired|rotated|rotation|gone|mismatch'],
  },
  {
    name: 'credentials',
    depth: 3.2,
    about: 'name',
    says: ['auth|authentication', 'rejected|denied|rejects|rotated|rotation|wrong|invalid'],
  },
  {
    name: 'credentials',
    depth: 3.2,
    about: 'name',
    says: [`${STORES}|database|db`, 'auth|authentication', 'failure|failures|failed|failing|errors'],
  },
  {
    name: 'time-server',
    depth: 2.9,
    about: 'cluster',
    says: ['ntp server|ntpserver|time server|timeserver|stratum'],
  },
  {
    name: 'clock-skew',
    depth: 3,
    about: 'node',
    says: [
      'clock|ntp|time drift|time sync|system time|host time',
      'skew|drift|offset|difference|not synchronising|not synchronizing|unsynchronized|out of sync',
    ],
    named: ['clock|token used before issued|not valid yet|in the future|signature expired'],
  },
  { name: 'job', depth: 10.1, about: 'app', says: ['job|jobs|cronjob|cron job', 'failed to complete'] },
  { name: 'job', depth: 10.1, about: 'app', says: ['kube job|kube cronjob|kube cron job', 'failed|failing'] },
  { name: 'backup', depth: 9.9, says: ['backup|backups|snapshot|velero|retention'] },
  {
    name: 'etcd',
    depth: 0.95,
    about: 'cluster',
    says: ['etcd', 'fsync|disk|backend commit|wal|db size|database space|quota'],
  },
  { name: 'etcd', depth: 1, about: 'cluster', says: ['etcd'], named: ['etcd|etcdserver'] },
  {
    name: 'stale',
    depth: 9,
    says: [
      'stale|generation mismatch|lease expired|watcher blind|client errors|aggregated api',
      'generation|lease|watcher|kube client|endpoints|status|aggregated api',
    ],
  },
  {
    name: 'api-server',
    depth: 2,
    about: 'cluster',
    says: ['api server|apiserver|kube api|kubeapi|control plane|kubernetes api'],
    named: [
      'apiserver|api server|kube api|leaderelection lost|leader election lost|failed to watch|failed to list|kubernetes default svc|10 96 0 1|kubernetes api|server was unable to return a response|server is currently unable to handle',
    ],
  },
  {
    name: 'no-endpoints',
    depth: 9.7,
    about: 'app',
    says: [
      'haproxy|ha proxy|nginx|envoy|load balancer|traefik',
      'backend|backends|server down|server health|healthcheck',
    ],
  },
  {
    name: 'ingress-down',
    depth: 3.5,
    about: 'cluster',
    parts: [
      'ingress nginx|ingress controller|nginx ingress|ingressgateway|traefik|haproxy ingress|envoy gateway',
    ],
    says: [
      'ingress controller|ingress nginx|nginx ingress|ingress|nginx config|load balancer|loadbalancer|lb|elb|alb|nlb|haproxy|ha proxy|traefik|envoy gateway|edge proxy',
      `${DOWN}|crash|crash looping|not ready|absent|reload|degraded|refused`,
    ],
  },
  {
    name: 'ingress-down',
    depth: 3.5,
    about: 'cluster',
    says: [
      'ingress nginx|nginx ingress|ingress controller|ingress|nginx',
      'connections|overload|overloaded|latency|saturated|too many|5xx|500s|4 xx|5 xx|error rate',
    ],
  },
  { name: 'unschedulable', depth: 8, says: ['nomad', 'scheduler|scheduling|placement|place'] },
  {
    name: 'controllers',
    depth: 2.5,
    about: 'cluster',
    says: [
      'controller manager|kube scheduler|scheduler|controller stalled|controllers stalled',
      `${DOWN}|stalled|absent|crash looping|not leading`,
    ],
  },
  { name: 'errors', depth: 10, about: 'app', says: ['external dns'] },
  {
    name: 'errors',
    depth: 10,
    about: 'app',
    says: ['dns lookup|name lookup|host lookup', 'error|errors|failure|failures|failing|timeout|timeouts'],
  },
  {
    name: 'dns',
    depth: 2,
    about: 'cluster',
    parts: ['coredns|core dns|kube dns|nodelocaldns'],
    says: ['dns|coredns|core dns|kube dns|nodelocaldns|name resolution|resolver|nameserver'],
    named: [
      'no such host|nxdomain|servfail|name resolution|lookup|dns|could not resolve|cannot resolve|resolving|enotfound|eai again|unknown host|getaddrinfo|name or service not known',
    ],
  },
  {
    name: 'egress',
    depth: 3,
    about: 'name',
    says: ['nat gateway|nat gw|natgw', 'port|ports|allocation|drop|drops|error|errors|connections'],
  },
  {
    name: 'sandbox',
    depth: 8,
    says: [
      'pod sandbox|pod sand box|create sandbox|sandbox failed|sandbox creation|pod network|ip exhausted|failed create pod',
    ],
  },
  {
    name: 'node-network',
    depth: 3.8,
    about: 'node',
    says: ['node', 'network unavailable|network'],
  },
  {
    name: 'node-network',
    depth: 3.8,
    about: 'node',
    says: ['conntrack', 'full|limit|exhausted|dropping|drops'],
  },
  {
    name: 'mesh',
    depth: 3,
    about: 'cluster',
    says: ['namer|namerd|istiod|pilot', 'error|errors'],
  },
  {
    name: 'mesh',
    depth: 3,
    about: 'cluster',
    parts: ['linkerd|istiod|namerd'],
    says: [
      'linkerd|linkerd2|namerd|istiod|istio pilot|pilot|service mesh|mesh|sidecar injector|proxy injector|consul connect|traffic director|app mesh|xds',
      `${DOWN}|stale|rejected|invalid|nack|not ready|crash looping|stream|push|xds|sync`,
    ],
  },
  {
    name: 'datastore-down',
    depth: 5.8,
    about: 'name',
    says: [STORES, 'network partition|network partitions|split brain|splitbrain|cluster partition'],
  },
  {
    name: 'network',
    depth: 1.9,
    about: 'cluster',
    parts: ['calico|cilium|flannel|weave net|aws node|kube router'],
    says: [
      'cni|neutron|openvswitch|calico|cilium|flannel|weave|kube proxy|network plugin|network partition|partition between|packet loss|path loss|network unreachable|network unavailable|network down|nat gateway|vpc|bgp|interconnect|transit gateway|tgw|cross zone link|retransmit|retransmits|packet drop|packet drops|packets dropped',
    ],
  },
  {
    name: 'network',
    depth: 1.9,
    about: 'cluster',
    says: ['interface|interfaces|ethernet|lacp', 'flapping|flapped|flaps'],
  },
  {
    name: 'storage',
    depth: 3,
    about: 'cluster',
    says: [
      'ceph|rook|osd|gluster|glusterfs|longhorn|portworx|openebs|nfs|nas|filer|netapp|zfs|zpool|san|csi|iscsi|ebs|storage backend|storage cluster|storage array|storage account|storage unit',
      `${DOWN}|availability|error|errors|health|degraded|warn|full|slow|near full|crash looping|not ready|stuck`,
    ],
  },
  {
    name: 'capacity',
    depth: 3,
    about: 'cluster',
    says: [
      'autoscaler|scale up|scaleup|node pool|nodepool|node group|instance limit|capacity|spot',
      `${DOWN}|exhausted|gone|limit|reached|cannot|error|insufficient|out of|interrupted|reclaimed`,
    ],
    named: ['insufficient cpu|insufficient memory|insufficient capacity|instance limit|failed scheduling'],
  },
  { name: 'forecast', depth: 9.9, says: ['overcommit|overcommitted|version mismatch'] },
  {
    name: 'registry-down',
    depth: 3,
    about: 'name',
    says: ['registry', `${DOWN}|unhealthy|rate limit|rate limited`],
  },
  {
    name: 'registry-down',
    depth: 3,
    about: 'name',
    says: [
      'container registry|image registry|docker registry|harbor|artifactory|nexus|quay',
      `${DOWN}|unhealthy|error|errors|rate limit|rate limited|slow`,
    ],
  },
  {
    name: 'image-pull',
    depth: 6.2,
    about: 'app',
    says: [
      'image pull|err image|image pull back off|imagepull|pull failed|pulling image|pull image|image not found|manifest unknown',
    ],
  },
  // Those that a service sends to others, or takes from them.
  {
    name: 'errors',
    depth: 10,
    about: 'app',
    says: [
      'webhook|webhooks',
      'delivery|deliveries|delayed|delay|age|late|events|notifications|outgoing|outbound|payment|payments|psp|partner|lag',
    ],
  },
  {
    name: 'webhook',
    depth: 3.1,
    about: 'cluster',
    says: [
      'admission|validating webhook|mutating webhook|calling webhook|webhook unreachable|webhook timeout|webhook failing|gatekeeper|kyverno',
      `${DOWN}|timeout|timing out|errors|rejecting|rejection|latency|fails`,
    ],
    parts: ['gatekeeper|kyverno|admission controller'],
    named: ['calling webhook|admission'],
  },
  {
    name: 'namespace-gone',
    depth: 3.4,
    about: 'namespace',
    says: ['namespace|namespaces', 'terminating|deleted|gone|removed|disappeared'],
  },
  {
    name: 'quota',
    depth: 3,
    about: 'namespace',
    says: ['quota|limit range', 'exhausted|exceeded|full|reached|almost full|fully used|used up|over|usage'],
    named: ['exceeded quota|quota'],
  },
  {
    name: 'third-party',
    depth: 1.5,
    about: 'name',
    says: [
      'third party|thirdparty|provider|vendor|operational issue|partner',
      'issue|status|incident|event|down|degraded|outage|errors|disruption|operational issue|refuses|rejects|rate limited|rate limit|throttled|throttling',
    ],
  },
  {
    name: 'third-party',
    depth: 1.5,
    about: 'name',
    says: [
      'aws health|service health|health dashboard|health event|cloud status|provider status|status feed',
    ],
  },
  {
    name: 'third-party',
    depth: 1.5,
    about: 'name',
    says: ['statuspage|status page', 'issue|incident|event|down|degraded|outage|errors|disruption|reports'],
  },
  {
    name: 'impact',
    depth: 11.5,
    says: [
      'orders|order rate|searches|search volume|call volume|redirects|contracts|logouts|running jobs|sales|revenue|conversion|checkouts|sign ups|signups|logins|traffic|requests|pageviews|page views|players|users|visitors|sessions|bookings|payments per minute|transactions',
      'drop|dropped|dropping|low|lost|disconnected|zero|no|down by|declined|missing|below|forced',
    ],
  },
  {
    name: 'monitoring',
    depth: 5.9,
    about: 'cluster',
    parts: ['prometheus|alertmanager|thanos|mimir|victoriametrics'],
    says: [
      'prometheus|alertmanager|grafana|thanos|mimir|loki|monitoring|otel collector|metrics pipeline',
      `${DOWN}|missing|not ready|crash looping|crashlooping|crash|restarting|oom|not ingesting|rule failures|remote write|bad config|silent|stopped|no connection|disconnected`,
    ],
  },
  {
    name: 'monitoring',
    depth: 5.9,
    about: 'cluster',
    says: [
      'heartbeat missed|heartbeat missing|missed heartbeat|heartbeat stopped|dead mans switch|deadmansswitch',
    ],
  },
  {
    name: 'lag',
    depth: 10,
    says: [
      'consumer lag|no members|without consumers|no consumers|consumergroup lag|consumer group lag|consumers group|backlog|queue depth|queue length|queue growing|queue size|queue|messages visible|oldest message|unacked|unprocessed|messages behind|ready messages|offset lag|lag growing|kafka lag',
    ],
  },
  {
    name: 'datastore',
    depth: 6.2,
    about: 'name',
    says: ['pgbouncer|pg bouncer|pgpool|proxysql|twemproxy|connection pooler'],
  },
  {
    name: 'expires-soon',
    depth: 9.9,
    says: ['smart|disk|drive|ssd|nvme|battery|hardware', 'predicted|predictive|prefail|wear|wearout'],
  },
  {
    name: 'hardware',
    depth: 2.95,
    about: 'node',
    says: [
      'temperature sensor|host temperature|node temperature|server temperature|cpu temperature|gpu temperature|disk temperature|drive temperature|device temperature|chassis temperature',
      'above|high|limit|critical',
    ],
  },
  {
    name: 'hardware',
    depth: 2.95,
    about: 'node',
    says: [
      'raid|megaraid|disk array|storage array|hardware|ecc|edac|dimm|smart|disk controller|power supply|psu|fan',
      'fault|failed|failure|degraded|error|errors|offline|prefail|uncorrectable|lost',
    ],
  },
  {
    name: 'daemon',
    depth: 3.85,
    about: 'node',
    says: ['systemd|systemd unit|systemd service|host service'],
  },
  {
    name: 'datastore-down',
    depth: 5.8,
    about: 'name',
    parts: [`${STORES}|pg|db|database`],
    says: [STORES, 'node|instance|server|member', DOWN],
  },
  {
    name: 'node-down',
    depth: 4,
    about: 'node',
    says: [
      'icmp|icmp ping|zabbix agent|node agent',
      'unavailable|not available|unreachable|down|lost|no response',
    ],
  },
  {
    name: 'node-down',
    depth: 4,
    about: 'node',
    says: [
      'node|kubelet|host|instance|machine|server|vm|ec2|status check',
      `${DOWN}|not ready|notready|terminated|rebooted|vanished|status check failed|system check|kernel panic|hung|pleg|runtime`,
    ],
  },
  {
    name: 'drain',
    depth: 3.4,
    about: 'node',
    says: ['node', 'unschedulable|cordon|cordoned|drain|draining|drained|termination notice|upgrade'],
    named: [
      '1 unschedulable|2 unschedulable|3 unschedulable|were unschedulable|was unschedulable|cordoned|drained',
    ],
  },
  {
    name: 'drain',
    depth: 3.4,
    about: 'node',
    says: ['spot|preemptible', 'interruption|reclaim|reclaimed|preempted|preemption|termination'],
  },
  { name: 'node-pressure', depth: 3.9, about: 'node', says: ['system oom|systemoom'] },
  {
    name: 'node-pressure',
    depth: 3.9,
    about: 'node',
    says: [
      'node|host|kubelet',
      'memory pressure|disk pressure|pid pressure|pressure|out of memory|oom|memory',
    ],
  },
  {
    name: 'node-disk',
    depth: 3.9,
    about: 'node',
    says: ['node|host|kubelet', 'disk|filesystem|file system|inode|inodes|read only'],
  },
  {
    name: 'node-cpu',
    depth: 5,
    about: 'node',
    says: ['node|host', 'cpu|load|steal|saturation|saturated|noisy'],
  },
  {
    name: 'datastore',
    depth: 6,
    about: 'name',
    says: [STORES, 'out of memory|max memory|maxmemory|evictions|evicted keys|evicting'],
  },
  { name: 'evicted', depth: 8, says: ['evicted|eviction|evictions|preempted'] },
  {
    name: 'mount',
    depth: 8,
    says: ['volume|mount', 'attach|attachment|mount|failed mount|multi attach|detach'],
  },
  {
    name: 'claim-pending',
    depth: 7.5,
    about: 'pvc',
    says: [
      'persistent volume claim|persistentvolumeclaim|volume claim|pvc',
      'pending|unbound|not bound|lost|provisioning failed',
    ],
    named: ['unbound immediate persistent volume claims|unbound immediate persistentvolumeclaims|unbound'],
  },
  {
    name: 'disk-full',
    depth: 5.5,
    about: 'pvc',
    says: [
      'persistent volume|persistentvolume|pvc|volume|pv|disk|filesystem|file system|storage|disk space|free storage|wal|inode|inodes',
      'full|filling|fills|space|usage|used|low|filling up|almost|critical|will fill|exhausted|running out',
    ],
  },
  {
    name: 'migration',
    depth: 6.4,
    about: 'namespace',
    says: [
      'migration|migrate|schema change|schema migration|alter table',
      'failed|stuck|running|started|error|blocked|locked|applied',
    ],
  },
  {
    name: 'rollout-stuck',
    depth: 8.2,
    about: 'app',
    says: [
      'rollout|deployment|daemonset|daemon set|statefulset|stateful set|argo|helm',
      'stuck|progress deadline|deadline|not progressing|stalled',
    ],
  },
  {
    name: 'rollout',
    depth: 3.3,
    about: 'cluster',
    says: ['mass prune|mass deletion|pruned|prune'],
  },
  {
    name: 'rollout',
    depth: 6.5,
    about: 'app',
    says: [
      'rollout|argocd|flux|deploy|deployment|release|ruleset|config push|feature flag|flag|migration|config change|config drift|config reload|argo|helm|statefulset update',
      'stuck|failed|failing|bad|progress deadline|deadline|not progressing|changed|drift|aborted|rolled out|stalled|applied|rollout|progress|switched|toggled|pushed|released|deployed|changed recently|deleted|not synced|out of sync|sync failed',
    ],
  },
  {
    name: 'rollout',
    depth: 6.5,
    about: 'app',
    says: [
      'new version|new release|went live|deployed|new build|canary',
      'live|deployed|version|released|rolled out|rollout|aborted|analysis|promoted',
    ],
  },
  {
    name: 'oom',
    depth: 7,
    about: 'app',
    says: ['oom|oomkilled|oom killed|oom killer|out of memory|memory killed|memory limit'],
  },
  {
    name: 'config-error',
    depth: 7,
    about: 'app',
    says: [
      'create container config|container config|config error|missing secret|missing configmap|config map|start error|invalid config|configuration error|create container',
    ],
    named: [
      'create container config error|createcontainerconfigerror|missing secret|secret not found|missing configmap|configmap not found|unknown directive|could not find key|couldn t find key',
    ],
  },
  { name: 'no-endpoints', depth: 9.7, about: 'app', says: ['panic mode'] },
  {
    name: 'crash',
    depth: 8,
    about: 'app',
    says: [
      'crash|crash looping|crashlooping|crash loop|crashloop|crashing|crashed|restarting|restarts|restart|restarted|panic|panicking|segfault|init failing|liveness',
    ],
  },
  {
    name: 'unschedulable',
    depth: 8,
    says: [
      'unschedulable|failed scheduling|scheduling failed|pod pending|pods pending|pending pods|insufficient cpu|insufficient memory',
    ],
  },
  {
    name: 'no-endpoints',
    depth: 9.7,
    about: 'app',
    says: [
      'panic mode|no endpoints|no ready endpoints|no active endpoints|no healthy upstream|no backends|healthy hosts|un healthy host|un healthy hosts|un healthy host count|healthy host count|unhealthy hosts|unhealthy host|unhealthy targets|unhealthy target',
    ],
  },
  {
    name: 'replication',
    depth: 6.3,
    about: 'name',
    says: [
      'replication lag|replica lag|replicas lag|slave lag|under replicated|underreplicated|topics replicas|insync replicas|in sync replicas|isr|replication broken|replication stopped',
    ],
    named: ['replica lag|replication lag'],
  },
  {
    name: 'errors',
    depth: 10,
    about: 'app',
    says: [
      STORES,
      'client|clients|producer|producers',
      'errors|error|error rate|exceptions|failures|failing|failed|timeouts|timeout',
    ],
  },
  {
    name: 'datastore-blocked',
    depth: 5.7,
    about: 'name',
    says: [
      'postgres|postgresql|pg|mysql|mariadb|mongo|mongodb|database|db|sql|innodb|aurora|rds',
      'lock|locks|locked|deadlock|deadlocks|long transaction|long running|long query|idle in transaction|wraparound|inactive replication slot|ddl',
    ],
  },
  {
    name: 'datastore-down',
    depth: 5.8,
    about: 'name',
    says: [
      'postgres|postgresql|postgre sql|patroni|orchestrator|pacemaker|sentinel|mysql|my sql|mariadb|maria db|mongo|mongodb|mongo db|redis|memcached|cassandra|elasticsearch|elastic search|opensearch|rds|aurora|dynamo|dynamodb|ddb|consul|database|db|elasticache|kafka|rabbitmq|nats|emqx|mosquitto|vernemq|hivemq|mqtt|broker|zookeeper|zoo keeper|clickhouse|click house|vault|s3|minio|min io',
      'down|outage|unavailable|unreachable|lost|offline|failover|stopped|leader|no primary|no master|red|not responding|quorum|split brain|partitioned',
    ],
  },
  {
    name: 'datastore',
    depth: 6,
    about: 'name',
    says: [
      'postgres|postgresql|postgre sql|pg|pgbouncer|patroni|orchestrator|pacemaker|sentinel|mysql|my sql|mariadb|maria db|mongo|mongodb|mongo db|redis|memcached|cassandra|scylla|elasticsearch|elastic search|opensearch|rds|aurora|dynamo|dynamodb|ddb|kinesis|consul|database|db|sql|elasticache|kafka|rabbitmq|rabbit mq|nats|broker|zookeeper|zoo keeper|pulsar|clickhouse|click house|cockroach|vault|s3|object storage|minio|min io',
    ],
  },
  {
    name: 'scaling',
    depth: 8.4,
    about: 'app',
    says: [
      'hpa|horizontal pod autoscaler|horizontalpodautoscaler|scaled object|max replicas',
      'max|maxed|maxed out|most|replicas|limit|mismatch',
    ],
  },
  {
    name: 'throttling',
    depth: 8.5,
    about: 'app',
    says: [
      'throttling|throttled|cpu high|high cpu|cpu usage|cpu utilization|cpu|throttles|memory high|high memory|memory usage|memory|heap|gc|thread pool|connection pool|pool exhausted|saturation|saturated|hpa|maxed|at max|max replicas',
    ],
  },
  {
    name: 'target-down',
    depth: 9.8,
    says: ['target down|targets down|target missing|scrape|scrapes|scrape failing|exporter down|exporter'],
  },
  {
    name: 'probe',
    depth: 11,
    says: [
      'probe|blackbox|health check|healthcheck|synthetic|smoke test|uptime check',
      `${DOWN}|fails|unhealthy|timeout|slow|error|errors|critical|flapping`,
    ],
  },
  {
    name: 'errors',
    depth: 10,
    about: 'app',
    says: [
      'error|errors|5xx|5 xx|http5xx|500|502|503|504|404|403|429|error rate|failures|failure rate|failed requests|exceptions|success rate|success|rejected|dropped|drop|unauthorized|refused|declined|failing|failed|error ratio|error budget|resets',
    ],
  },
  {
    name: 'latency',
    depth: 10,
    about: 'app',
    says: [
      'latency|slow|time out|time outs|p99|p95|p90|response time|request duration|duration|apdex|timeout|timeouts|timing out|timed out|slowness|delay|delayed',
    ],
  },
  {
    name: 'impact',
    depth: 11.5,
    says: [
      'per minute|per hour|per second|per min|conversion|support tickets|support ticket|tickets|abandon rate|abandonment|below forecast',
    ],
  },
  {
    name: 'unready',
    depth: 9,
    about: 'app',
    says: [
      'pod|pods|container|containers|deployment|statefulset|stateful set|daemonset|daemon set|replica|replicas|replicaset|job|workload|kube',
      `${DOWN}|not ready|notready|unready|not healthy|not available|mismatch|degraded|waiting|missing|not scheduled|misscheduled|not running|unhealthy|stuck|incomplete|terminating`,
    ],
  },
  {
    name: 'probe',
    depth: 11,
    says: [
      'probe|blackbox|health check|healthcheck|health|site|url|website|endpoint|synthetic|http check|check|ping|uptime|external check|smoke test|login flow|checkout flow',
      `${DOWN}|unhealthy|timeout|error|errors|slow|not healthy|flapping|critical|fails|probe|check|refused`,
    ],
  },
  { name: 'node-cpu', depth: 5, about: 'node', says: ['load average|swap space|too many processes'] },
  { name: 'probe', depth: 11, says: ['slo|burn rate|error budget burn|availability|budget burn'] },
  { name: 'lag', depth: 10, says: ['lag|late|overdue|freshness|unsent|waiting|not finished'] },
  {
    name: 'unready',
    depth: 9,
    about: 'app',
    says: ['not ready|down|unavailable|unhealthy|unreachable|offline|replicas|no answer|degraded'],
  },
];
