import type { Labels, RulesFileInput } from '@gomon/contracts';
import { aboutOf, NO_TOPOLOGY, type Topology } from './about.js';
import { rulesBy } from './story.spec-support.js';

const where = { source: { kind: 'grafana', instance: 'default' }, scope: 'default' };
const about = (
  labels: Labels,
  annotations: Labels = {},
  { file = {}, topology = NO_TOPOLOGY }: { file?: RulesFileInput; topology?: Topology } = {},
) => aboutOf({ labels, annotations }, where, rulesBy(file), topology);

describe('what an alert is about', () => {
  it.each([
    [
      { namespace: 'shop', deployment: 'cart' },
      { namespace: 'shop', workload: 'deployment/cart' },
    ],
    [
      { exported_namespace: 'shop', job_name: 'backup' },
      { namespace: 'shop', workload: 'job/backup' },
    ],
    [
      { namespace: 'ingress-nginx', exported_namespace: 'shop', exported_service: 'cart', pod: 'nginx-0' },
      { namespace: 'shop', service: 'cart' },
    ],
    [{ kind: 'StatefulSet', name: 'db' }, { workload: 'statefulset/db' }],
    [{ kind: 'Node', name: 'worker-3', node: 'worker-3' }, { node: 'worker-3' }],
    [{ workload: 'cart', workload_type: 'Deployment' }, { workload: 'deployment/cart' }],
    [{ pod: 'cart-1', node: '' }, { pod: 'cart-1' }],
    [{ service: 'kube-state-metrics', app: 'cart' }, { service: 'cart' }],
    [{ constructor: 'x', toString: 'y' }, {}],
  ])('is read from its labels: %j', (labels, expected) => {
    expect(about(labels as unknown as Labels)).toEqual(expected);
  });

  it('is read from its annotations: runbook, dashboard, panel and trace', () => {
    expect(
      about(
        {},
        {
          runbook_url: 'https://wiki.example/disk',
          dashboard: 'https://grafana.example/d/1',
          panel_url: 'https://grafana.example/d/1?viewPanel=2',
          traceparent: '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
        },
      ),
    ).toEqual({
      runbookUrl: 'https://wiki.example/disk',
      dashboardUrl: 'https://grafana.example/d/1',
      panelUrl: 'https://grafana.example/d/1?viewPanel=2',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
  });

  it.each(['not-a-trace', '0'.repeat(32), '4bf92f3577b34da6a3ce929d0e0e47361', ''])(
    'has no trace where there is none: "%s"',
    (id) => {
      expect(about({ trace_id: id })).toEqual({});
    },
  );

  it('is completed by what runs where', () => {
    const topology: Topology = {
      ...NO_TOPOLOGY,
      podOf: (scope, namespace, name) =>
        `${scope}/${namespace}/${name}` === 'default/shop/cart-7d9f-abcde'
          ? { node: 'worker-3', workload: 'deployment/cart', services: ['cart', 'cart-admin'] }
          : undefined,
    };
    const labels = {
      namespace: 'shop',
      pod: 'cart-7d9f-abcde',
      service: 'kube-state-metrics',
      node: 'mon-1',
    };
    expect(about(labels, {}, { topology })).toEqual({
      namespace: 'shop',
      pod: 'cart-7d9f-abcde',
      node: 'worker-3',
      workload: 'deployment/cart',
      service: 'cart',
    });
    expect(about({ ...labels, pod: 'other' }, {}, { topology })).toMatchObject({ node: 'mon-1' });
  });

  it('is completed by the rules: owner, and the runbook where the alert names none', () => {
    const file: RulesFileInput = {
      owners: [
        { name: 'shop', matchers: ['namespace="shop"'] },
        { name: 'platform', matchers: [] },
      ],
      runbooks: [{ matchers: ['alertname=~"Disk.*"'], url: 'https://wiki.example/disks' }],
    };
    expect(about({ alertname: 'DiskFull', namespace: 'shop' }, {}, { file })).toMatchObject({
      owner: 'shop',
      runbookUrl: 'https://wiki.example/disks',
    });
    expect(about({ alertname: 'DiskFull' }, { runbook: 'https://own.example' }, { file })).toMatchObject({
      owner: 'platform',
      runbookUrl: 'https://own.example',
    });
    expect(about({ alertname: 'CpuHigh' }, {}, { file }).runbookUrl).toBeUndefined();
  });
});
