import { healthyPod, node, smallCluster } from '@gomon/testing';
import { EMPTY_CLUSTER, type ClusterView } from './cluster.js';
import { healthOf } from './health.js';
import {
  deployment,
  endpointSlice,
  ingress,
  node as nodeSchema,
  persistentVolumeClaim,
  pod,
  service,
  workload,
} from './objects.js';
import { quantityOf } from './quantity.js';
import { topologyOf } from './topology.js';

const noon = new Date('2026-11-20T10:00:00Z');

function small(): ClusterView {
  const of = (kind: string) => smallCluster(noon).filter((each) => 'kind' in each && each.kind === kind);
  return {
    ...EMPTY_CLUSTER,
    pods: of('Pod').map((each) => pod.parse(each)),
    nodes: of('Node').map((each) => nodeSchema.parse(each)),
    deployments: of('Deployment').map((each) => deployment.parse(each)),
    replicaSets: of('ReplicaSet').map((each) => workload.parse(each)),
    services: of('Service').map((each) => service.parse(each)),
  };
}

it('the topology says what runs on what, by owner, service, ingress and claim', () => {
  const claim = {
    volumes: [{ persistentVolumeClaim: { claimName: 'data' } }],
    nodeName: 'node-a',
    containers: [],
  };
  const view: ClusterView = {
    ...small(),
    pods: [
      ...small().pods,
      pod.parse({ ...healthyPod(noon, { namespace: 'shop', deployment: 'db' }), spec: claim }),
    ],
    endpointSlices: [
      endpointSlice.parse({
        metadata: { name: 's', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'database' } },
        endpoints: [{ targetRef: { kind: 'Pod', name: 'db-7d9f8c6b5-abcde' } }],
      }),
      endpointSlice.parse({ metadata: { name: 't', namespace: 'shop' }, endpoints: null }),
    ],
    ingresses: [
      ingress.parse({
        metadata: { name: 'shop', namespace: 'shop' },
        spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'web' } } }] } }, {}] },
      }),
    ],
    persistentVolumeClaims: [persistentVolumeClaim.parse({ metadata: { name: 'data', namespace: 'shop' } })],
  };
  const { nodes, pods, ingresses, pvcs } = topologyOf(view);
  expect(nodes).toContainEqual({ name: 'node-a', zone: 'eu-1a' });
  expect(pods).toContainEqual({
    namespace: 'monitoring',
    name: 'prometheus-7d9f8c6b5-abcde',
    node: 'node-b',
    workload: 'deployment/prometheus',
    services: ['prometheus'],
  });
  expect(pods.find(({ namespace }) => namespace === 'shop')?.services).toEqual(['database']);
  expect(ingresses).toEqual([{ namespace: 'shop', name: 'shop', services: ['shop/web'] }]);
  expect(pvcs).toEqual([{ namespace: 'shop', name: 'data', pods: ['db-7d9f8c6b5-abcde'] }]);
});

it('the health counts nodes and pods, and what they use', () => {
  const view = { ...small(), nodes: [...small().nodes, nodeSchema.parse(node(noon, 'node-d', 'False'))] };
  const metrics = {
    items: [{ usage: { cpu: '250m', memory: '1Gi' } }, { usage: { cpu: '1500000000n', memory: '1024Mi' } }],
  };
  expect(healthOf(view, metrics)).toMatchObject({
    nodeCount: 4,
    readyNodes: 3,
    podCount: 4,
    runningPods: 4,
    failedPods: 0,
    namespaceData: { monitoring: { pods: 2, running: 2, failed: 0 } },
    resourceMetrics: { cpuUsed: 1.75, cpuAllocatable: 16, memoryUsed: 2 * 2 ** 30 },
  });
  expect(healthOf(EMPTY_CLUSTER, undefined)).not.toHaveProperty('resourceMetrics');
});

it.each([
  ['0.5', 0.5],
  ['4', 4],
  ['3920m', 3.92],
  ['12345678n', 0.012345678],
  ['1E', 1e18],
  ['1E3', 1_000],
  ['1e-2', 0.01],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['.5', 0.5],
  ['K', undefined],
  ['1MB', undefined],
  ['', undefined],
])('the quantity %s is %s', (text, expected) => {
  expect(quantityOf(text)).toBe(expected);
});
