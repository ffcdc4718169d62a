import type { Labels } from '@gomon/contracts';
import { NO_TOPOLOGY, type Topology } from '../decide/about.js';
import { withoutScraped } from '../decide/exported.js';
import { DEFAULT_RULES } from '../decide/rules.js';
import { firing, TogetherStory } from '../decide/together.spec-support.js';
import { placesOf, type Places } from './places.js';
import { workloadOfPod } from './pod-names.js';
import { wordsOf } from './words.js';
import { TopologyGraph } from './topology-graph.js';

function placesIn(labels: Labels, text = '', topology: Topology = NO_TOPOLOGY): Places {
  const story = new TogetherStory(DEFAULT_RULES, topology);
  story.report('09:00', firing('09:00', labels, text));
  const { kind } = DEFAULT_RULES.pack.roleOf(labels, labels['alertname'] ?? '', wordsOf(text));
  return placesOf(story.alert, withoutScraped(labels), kind, text, topology);
}

describe('the workload of a pod', () => {
  it.each([
    ['cart-6d4cf56db6-x7k2p', 'cart'],
    ['cart-api-7f9c5d8b44-abcde', 'cart-api'],
    ['fluentd-x7k2p', 'fluentd'],
    ['web-0', 'web'],
    ['orders-db-12', 'orders-db'],
    ['cart', 'cart'],
    ['-0', '-0'],
    ['', ''],
    ['-1'.repeat(50_000), '-1'.repeat(49_999)],
  ])('is read from how its controllers name it (%#)', (pod, workload) => {
    expect(workloadOfPod(pod)).toBe(workload);
  });
});

describe('the places of an alert', () => {
  it.each<[Labels, Partial<Places>]>([
    [
      { alertname: 'NodeDown', kubernetes_node: 'Worker-3' },
      { node: ['worker-3'], isNodeNamed: true },
    ],
    [
      { alertname: 'NodeDown', instance: 'worker-3:9100' },
      { node: ['worker-3'], isNodeNamed: false },
    ],
    [
      { alertname: 'A', pod: 'cart-0', instance: '10.0.0.1:80' },
      { pod: ['cart-0'], node: [], app: ['cart'] },
    ],
    [{ alertname: 'A', 'topology.kubernetes.io/zone': 'eu-1a' }, { zone: ['eu-1a'] }],
    [{ alertname: 'A', cloud_zone: 'EU-1A', timezone: 'UTC' }, { zone: ['eu-1a'] }],
    [{ alertname: 'A', deployment: 'Cart', service: 'web' }, { app: ['web', 'cart'] }],
    [{ alertname: 'A', url: 'https://www.shop.example:8443/cart?x' }, { host: ['www.shop.example'] }],
    [{ alertname: 'A', url: 'not a host' }, { host: [] }],
    [
      { alertname: 'A', queue: 'Mails' },
      { stores: ['mails'], dependencies: ['mails'] },
    ],
    [
      { alertname: 'A', TargetGroup: 'net/ingest/8c1' },
      { stores: ['net/ingest/8c1', 'net', 'ingest', '8c1'] },
    ],
    [
      { alertname: 'A', namespace: 'ingress-nginx', exported_namespace: 'shop', exported_service: 'cart' },
      { namespace: ['shop'], app: ['cart'] },
    ],
    [{ alertname: 'A', job: 'calico-node' }, { app: ['calico-node'] }],
    [{ alertname: 'A', job: 'infra-node' }, { app: [] }],
    [{ alertname: 'A', job: 'coredns', service: 'kps-coredns' }, { app: ['kps-coredns', 'coredns'] }],
    [{ alertname: 'A', job: 'coredns', service: 'cart' }, { app: ['cart'] }],
    [
      {
        alertname: 'A',
        job: 'kafka-resources-metrics',
        consumergroup: 'orders',
        namespace: 'kafka',
        pod: 'x-0',
      },
      { namespace: [], pod: [] },
    ],
    [{ alertname: 'A', job: 'orders', consumergroup: 'orders', namespace: 'shop' }, { namespace: ['shop'] }],
    [{ alertname: 'A', image: 'registry.example.com/cart:1' }, { registry: ['registry.example.com'] }],
    [{ alertname: 'A', rack: 'R-7', severity: 'critical', shelf: '17' }, { others: ['r-7'] }],
    [{ alertname: 'A', namespace: ' ' }, { namespace: [] }],
    [{ alertname: 'A', rack: 'eu-west-1b' }, { zone: ['eu-west-1b'] }],
    [{ alertname: 'A', broker: 'europe-west1-b', build: 'cart-web1-a' }, { zone: ['europe-west1-b'] }],
    [{ alertname: 'A', url: 'https://blog.help.example' }, { domains: ['help-example'] }],
    [{ alertname: 'A', role: 'master' }, { others: [] }],
    [{ alertname: 'A', job: 'postgres' }, { app: [] }],
    [{ alertname: 'A', job: 'prod/ingester' }, { app: ['ingester'] }],
    [
      { alertname: 'A', instance: 'kafka-exporter:9308', consumergroup: 'orders' },
      { node: [], names: ['orders'] },
    ],
    [{ alertname: 'A', instance: 'es-exporter:9114' }, { node: ['es-exporter'] }],
    [{ alertname: 'PostgresDown', instance: 'a-1:9187', cluster: 'us1-prod' }, { things: ['a-1'] }],
    [
      { alertname: 'PostgresDown', instance: 'a-1:9187', cluster: 'orders-db' },
      { things: ['a-1', 'orders-db'] },
    ],
    [{ alertname: 'PostgresDown', cluster: 'us1-prod' }, { things: ['us1-prod'] }],
    [
      { alertname: 'PostgresDown', instance: 'orders-1:9187', cluster: 'orders-eu' },
      { things: ['orders-1', 'orders', 'orders-eu'] },
    ],
    [{ alertname: 'NodeDown', instance: 'metal-07:9100' }, { names: ['metal-07'] }],
    [{ alertname: 'PostgresDown', instance: 'orders-07:9187' }, { names: ['orders-07', 'orders'] }],
    [
      { alertname: 'A', datasource: 'zabbix', hostgroup: 'Linux_servers', noc: 'isp-north' },
      { dependencies: [], others: [] },
    ],
  ])('%j are %j', (labels, places) => {
    expect(placesIn(labels)).toMatchObject(places);
  });

  it('are named by its text where it waits for them', () => {
    expect(placesIn({ alertname: 'A' }, 'no answer from api.pay.example').textHosts).toEqual([
      'api.pay.example',
    ]);
  });

  it('are named by labels in other languages, by what KEDA makes for them, and by ids of a cloud', () => {
    expect(placesIn({ alertname: 'A', servicio: 'pagos' }).app).toEqual(['pagos']);
    expect(placesIn({ alertname: 'A', horizontalpodautoscaler: 'keda-hpa-printer' }).app).toContain(
      'printer',
    );
    expect(placesIn({ alertname: 'A', objetivo: 'https://pagos.example/salud' }).host).toEqual([
      'pagos.example',
    ]);
    expect(placesIn({ alertname: 'A', NatGatewayId: 'nat-0b71c2' }).stores).toEqual(['nat-0b71c2']);
  });

  it('may be called by any word in a namespace', () => {
    expect(placesIn({ alertname: 'A', service: 'core' }).app).toEqual([]);
    expect(placesIn({ alertname: 'A', service: 'core', namespace: 'shop' }).app).toEqual(['core']);
  });

  it('are completed by what runs on what', () => {
    const topology = new TopologyGraph();
    topology.add({
      nodes: [{ name: 'worker-3', zone: 'eu-1a' }],
      pods: [
        {
          namespace: 'shop',
          name: 'cart-x',
          node: 'worker-3',
          workload: 'deployment/cart',
          services: ['front'],
        },
      ],
      ingresses: [
        { namespace: 'shop', name: 'way-in', services: ['front'] },
        { namespace: 'edge', name: 'all', services: ['shop/front', 'blog/pages', 'own'] },
      ],
      pvcs: [{ namespace: 'shop', name: 'data', pods: ['cart-x'] }],
    });
    const of = (labels: Labels) => placesIn({ alertname: 'A', namespace: 'shop', ...labels }, '', topology);
    expect(of({ pod: 'cart-x' })).toMatchObject({
      node: ['worker-3'],
      zone: ['eu-1a'],
      app: ['cart', 'front'],
      underClaims: ['data'],
    });
    expect(of({ service: 'front' })).toMatchObject({
      underNodes: ['worker-3'],
      underClaims: ['data'],
      node: [],
    });
    expect(of({ ingress: 'way-in' })).toMatchObject({ app: ['front'], underNodes: ['worker-3'] });
    expect(of({ ingress: 'all', namespace: 'edge' })).toMatchObject({
      app: ['front', 'pages', 'own'],
      underNodes: ['worker-3'],
      reaches: ['shop', 'blog'],
    });
    expect(of({ persistentvolumeclaim: 'data' })).toMatchObject({ app: ['cart', 'front'] });
  });

  it('are those of no single node for what runs on very many', () => {
    const topology = new TopologyGraph();
    const numbers = Array.from({ length: 26 }, (_, index) => index);
    topology.add({
      nodes: [],
      pods: numbers.map((n) => ({
        namespace: 'shop',
        name: `agent-${n}`,
        node: `worker-${n}`,
        services: ['agent'],
      })),
      ingresses: [],
      pvcs: [],
    });
    expect(
      placesIn({ alertname: 'A', namespace: 'shop', service: 'agent' }, '', topology).underNodes,
    ).toEqual([]);
  });

  it.each(['a-'.repeat(50_000), 'a.'.repeat(50_000), '/'.repeat(100_000), ':1'.repeat(50_000)])(
    'are none in hostile text (%#)',
    (text) => {
      const places = placesIn({ alertname: 'A', url: text, image: text }, text);
      expect(places).toMatchObject({ host: [], registry: [], textHosts: [], node: [], app: [] });
    },
  );
});
