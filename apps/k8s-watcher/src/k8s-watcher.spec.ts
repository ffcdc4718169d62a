import { crashLoopingPod, healthyPod, node } from '@gomon/testing';
import { Story } from './story.spec-support.js';

let story: Story;

beforeEach(async () => {
  story = await Story.begin();
});

afterEach(() => story.end());

const collector = { namespace: 'monitoring', deployment: 'log-collector', node: 'node-c' };
const breakPod = () => story.cluster.objects.apply(crashLoopingPod(new Date(), collector));
const firing = 'firing PodCrashLooping log-collector';
const over = 'resolved PodCrashLooping log-collector';

/** Its Deployment replaces the pod. */
function replacePod(): void {
  const { objects } = story.cluster;
  const [pods] = objects
    .everything()
    .filter(({ metadata }) => metadata.name === 'log-collector-7d9f8c6b5-abcde');
  if (pods === undefined) throw new Error('there is no such pod');
  remove('log-collector-7d9f8c6b5-abcde');
  objects.apply(healthyPod(new Date(), { ...collector, suffix: 'fghij', ageS: 30 }));
}

function remove(name: string): void {
  const found = story.cluster.objects.list(POD, 'monitoring').find(({ metadata }) => metadata.name === name);
  if (found !== undefined) story.cluster.objects.delete(POD, 'monitoring', name);
}

const POD = {
  base: '/api/v1',
  apiVersion: 'v1',
  kind: 'Pod',
  name: 'pods',
  namespaced: true,
  watchable: true,
};

describe('a pod that crash-loops', () => {
  it('is told at once with its owner, node and service, and over when it is replaced', async () => {
    await story.start();
    await story.looks(1);
    breakPod();
    await story.until(() => story.told.includes(firing));
    const report = story.reports.find(
      ({ kind, observations }) => kind === 'delta' && observations.length > 0,
    );
    expect(report).toMatchObject({
      source: { kind: 'kubernetes', instance: 'default' },
      observations: [
        {
          extent: 'pods/monitoring',
          labels: {
            kind: 'Deployment',
            name: 'log-collector',
            container: 'log-collector',
            namespace: 'monitoring',
            node: 'node-c',
            service: 'log-collector',
            severity: 'P2',
          },
          annotations: { summary: 'log-collector (monitoring) crash-loops: exit 1, 6 restarts' },
        },
      ],
    });
    replacePod();
    await story.until(() => story.told.includes(over));
    expect(story.told).toEqual([firing, over]);
  });

  it('is told once, however often everything is listed, watched and looked at again', async () => {
    breakPod();
    await story.start();
    await story.until(() => story.told.includes(firing));
    for (const harm of ['close', 'cut', 'expire'] as const) {
      story.cluster.act(harm);
      story.cluster.compact();
      await story.looks(2);
    }
    expect(story.told).toEqual([firing]);
    expect(story.held).toEqual(['PodCrashLooping log-collector']);
  });

  it('is held by a watcher that was restarted, and an end that it did not see is in its snapshots', async () => {
    breakPod();
    const first = await story.start();
    await story.until(() => story.told.includes(firing));
    await story.stop(first);
    const second = await story.start();
    await story.looks(2);
    expect(story.held).toEqual(['PodCrashLooping log-collector']);
    expect(new Set(story.told)).toEqual(new Set([firing]));
    await story.stop(second);
    replacePod();
    await story.start();
    await story.looks(2);
    expect(story.held).toEqual([]);
  });

  it('is told once, as what it is, although the lists that describe it come late', async () => {
    for (const resource of ['replicasets', 'deployments', 'services', 'endpointslices']) {
      story.cluster.faults.add({ resource, verb: 'list', kind: 'hang', times: 6 });
    }
    breakPod();
    await story.start();
    const services = () =>
      story.reports.flatMap(({ observations }) => observations.map(({ labels }) => labels['service']));
    await story.until(() => services().includes('log-collector'));
    expect(story.told).toEqual([firing]);
    expect(new Set(services())).toEqual(new Set(['log-collector']));
  });

  it('is judged by the clock of the server', async () => {
    const ahead = new Date(Date.now() + 10 * 60_000);
    for (const object of [crashLoopingPod(ahead, collector)]) story.cluster.objects.apply(object);
    story.cluster.objects.skewMs = 10 * 60_000;
    await story.start();
    await story.until(() => story.told.includes(firing));
  });
});

describe('whatever happens to watches and lists', () => {
  it.each(['stall', 'close', 'cut-line', 'drop', '429', '500', '403', 'html', 'malformed'] as const)(
    'a change is seen although watches meet %s',
    async (kind) => {
      story.cluster.faults.add({ resource: 'pods', verb: 'watch', kind, times: 6, retryAfter: 1 });
      await story.start();
      await story.looks(1);
      breakPod();
      await story.until(() => story.told.includes(firing));
      replacePod();
      await story.until(() => story.told.includes(over));
      expect(story.told).toEqual([firing, over]);
    },
    60_000,
  );

  it.each(['hang', '429', '500', 'drop', 'malformed', '410'] as const)(
    'a change is seen although lists meet %s',
    async (kind) => {
      story.cluster.faults.add({ resource: 'pods', verb: 'list', kind, times: 4 });
      await story.start();
      breakPod();
      await story.until(() => story.told.includes(firing));
    },
    60_000,
  );

  it('watches that stall later are noticed', async () => {
    await story.start({ K8S_RECONCILE_S: '300', K8S_BLIND_AFTER_S: '600', K8S_SILENCE_S: '0.5' });
    await story.until(() => story.looksAt('pods/monitoring') > 0);
    story.cluster.act('stall');
    breakPod();
    await story.until(() => story.told.includes(firing));
  });

  it('a cluster with more than a page of pods is seen whole', async () => {
    for (let index = 0; index < 1_200; index += 1) {
      story.cluster.objects.apply(
        healthyPod(new Date(), { namespace: 'monitoring', deployment: 'many', suffix: `p${index}` }),
      );
    }
    await story.start({ K8S_RECONCILE_S: '5', K8S_LIST_TIMEOUT_S: '10' });
    await story.until(() => story.health.some(({ podCount }) => podCount === 1_204));
  });

  it('there is one watch of each resource in the end, and few requests while the server is away', async () => {
    await story.start();
    await story.looks(1);
    const watched = () =>
      story.cluster.watches.map(({ resource, namespace }) => `${resource}/${namespace ?? ''}`);
    await story.cluster.until(() => watched().length === 31);
    story.cluster.away(true);
    const before = story.cluster.received.length;
    await story.cluster.until(() => story.cluster.received.length >= before + 31 * 3);
    story.cluster.away(false);
    await story.cluster.until(() => new Set(watched()).size === 31 && watched().length === 31);
  }, 60_000);

  it('where nothing happens, everything is listed again and again after the server was away as before', async () => {
    await story.start();
    await story.looks(1);
    const lists = () =>
      story.cluster.received.filter(
        ({ path, query, status }) =>
          path === '/api/v1/nodes' && query['watch'] === undefined && status === 200,
      ).length;
    story.cluster.away(true);
    const before = story.cluster.received.length;
    await story.cluster.until(() => story.cluster.received.length >= before + 31);
    story.cluster.away(false);
    const isWatched = () => story.cluster.watches.some(({ resource }) => resource === 'nodes');
    await story.cluster.until(isWatched);
    const listed = lists();
    await story.cluster.until(() => lists() >= listed + 3);
  }, 60_000);
});

describe('a cluster that cannot be seen', () => {
  it('ends nothing, is said to be unseen, and goes on when it is seen again', async () => {
    breakPod();
    await story.start({ K8S_BLIND_AFTER_S: '1.5' });
    await story.until(() => story.told.includes(firing));
    story.cluster.away(true);
    await story.until(() => story.told.includes('firing WatcherBlind default'));
    const looks = story.looksAt('pods/monitoring');
    await story.until(() => (story.health.at(-1)?.blindSince ?? '') !== '');
    expect(story.told).not.toContain(over);
    expect(story.looksAt('pods/monitoring')).toBe(looks);
    replacePod();
    story.cluster.away(false);
    await story.until(
      () => story.told.includes('resolved WatcherBlind default') && story.told.includes(over),
    );
  }, 60_000);

  it('because we may not read a part of it, says which and why', async () => {
    story.cluster.faults.add({ resource: 'deployments', kind: '403', times: 0 });
    const watcher = await story.start({ K8S_BLIND_AFTER_S: '1.5' });
    await story.until(() => story.told.includes('firing WatcherBlind default'));
    const blind = story.reports.flatMap(({ observations }) => observations)[0];
    expect(blind?.annotations['description']).toContain('deployments is forbidden: User "gomon" cannot list');
    expect((await watcher.runtime.health.readiness()).indicators['kubernetes']).toMatchObject({
      ok: true,
      detail: expect.stringContaining('deployments/kube-system') as string,
    });
    // Pods are seen all the same.
    breakPod();
    await story.until(() => story.told.includes(firing));
  }, 60_000);
});

it('a node that is not ready is urgent, and its pods are not told as well', async () => {
  const urgent: unknown[] = [];
  story.nats.connection.subscribe('gomon.observed.v1.urgent.kubernetes', {
    callback: (_error, message) => {
      urgent.push(message.json());
    },
  });
  await story.start();
  await story.looks(1);
  story.cluster.objects.apply(node(new Date(), 'node-c', 'False', 61));
  await story.until(() => story.told.includes('firing NodeNotReady node-c'));
  expect(urgent).toHaveLength(1);
  story.cluster.objects.apply(node(new Date(), 'node-c', 'True', 200));
  await story.until(() => story.told.includes('resolved NodeNotReady node-c'));
});

it('what could not be told while NATS was away is told when it is back', async () => {
  await story.start();
  await story.looks(1);
  await story.server.kill();
  breakPod();
  await story.cluster.until(() => story.cluster.watches.length > 0);
  await story.server.restart();
  await story.until(() => story.told.includes(firing) || story.held.length > 0);
}, 60_000);

it('health and topology are told, the topology when it has changed', async () => {
  await story.start();
  await story.until(() => story.health.length > 2 && story.topologies.length > 0);
  const whole = { cluster: 'default', nodeCount: 3, readyNodes: 3, podCount: 4 };
  // From the first one on.
  expect(story.health.slice(0, 3)).toEqual(
    Array.from({ length: 3 }, (): unknown => expect.objectContaining(whole)),
  );
  const before = story.topologies.length;
  const { length } = story.health;
  await story.until(() => story.health.length > length + 1);
  expect(story.topologies).toHaveLength(before);
  story.cluster.objects.apply(healthyPod(new Date(), { ...collector, suffix: 'more' }));
  await story.until(() => story.topologies.at(-1)?.pods.length === 5);
});
