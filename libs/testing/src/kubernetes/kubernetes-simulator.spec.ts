import { startKubernetesSimulator, type KubernetesSimulator } from './server.js';
import { crashLoopingPod, healthyPod, node, smallCluster } from './small-cluster.js';

let cluster: KubernetesSimulator;
const now = new Date('2026-03-01T10:00:00Z');

beforeEach(async () => {
  cluster = await startKubernetesSimulator({ token: 'token' });
  for (const object of smallCluster(now)) cluster.objects.apply(object);
});

afterEach(() => cluster.stop());

const authorization = 'Bearer token';

interface List {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly { readonly kind?: string; readonly metadata: { readonly name: string } }[];
}

async function get(path: string, token = authorization): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${cluster.url}${path}`, { headers: { authorization: token } });
  return { status: response.status, body: await response.json() };
}

async function list(path: string): Promise<List> {
  return (await get(path)).body as List;
}

async function names(path: string): Promise<readonly string[]> {
  return (await list(path)).items.map(({ metadata }) => metadata.name);
}

interface Event {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly code?: number;
    readonly metadata: { readonly name?: string; readonly resourceVersion?: string };
  };
}

/** The events of a watch, one after another. */
async function* watch(path: string): AsyncGenerator<Event, undefined> {
  const response = await fetch(`${cluster.url}${path}`, { headers: { authorization } });
  let rest = '';
  for await (const chunk of response.body ?? []) {
    rest += Buffer.from(chunk as Uint8Array).toString();
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Event;
  }
  return undefined;
}

async function eventOf(events: AsyncGenerator<Event, undefined>): Promise<Event> {
  const { value } = await events.next();
  if (value === undefined) throw new Error('the watch has ended');
  return value;
}

async function next(events: AsyncGenerator<Event, undefined>): Promise<string> {
  const { value } = await events.next();
  if (value === undefined) return 'end';
  const { type, object } = value;
  return `${type} ${object.metadata.name ?? object.code ?? ''}`.trim();
}

const PODS = '/api/v1/namespaces/monitoring/pods';
const pod = (suffix: string) => healthyPod(now, { namespace: 'monitoring', deployment: 'grafana', suffix });

describe('a list', () => {
  it('needs the token', async () => {
    expect((await get(PODS, 'Bearer other')).status).toBe(401);
  });

  it('holds the objects of a namespace, without kind, in order', async () => {
    const { items } = await list(PODS);
    expect(items.map(({ metadata }) => metadata.name)).toEqual([
      'log-collector-7d9f8c6b5-abcde',
      'prometheus-7d9f8c6b5-abcde',
    ]);
    expect(items[0]?.kind).toBeUndefined();
    expect(await names('/api/v1/pods')).toHaveLength(4);
    expect(await names('/apis/apps/v1/namespaces/monitoring/deployments')).toHaveLength(2);
  });

  it('comes in chunks of one moment, until its token dies', async () => {
    const first = await list('/api/v1/pods?limit=3');
    expect(first.metadata.remainingItemCount).toBe(1);
    cluster.objects.apply(pod('late'));
    const second = await list(`/api/v1/pods?limit=3&continue=${first.metadata.continue ?? ''}`);
    expect([second.items.length, second.metadata.continue]).toEqual([1, undefined]);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    const third = await list('/api/v1/pods?limit=1');
    cluster.compact();
    expect((await get(`/api/v1/pods?limit=1&continue=${third.metadata.continue ?? ''}`)).status).toBe(410);
  });

  it.each([
    ['labelSelector=app%3Dprometheus', ['prometheus-7d9f8c6b5-abcde']],
    ['labelSelector=app%20in%20(prometheus,x),!gone', ['prometheus-7d9f8c6b5-abcde']],
    ['labelSelector=app!%3Dprometheus', ['log-collector-7d9f8c6b5-abcde']],
    ['fieldSelector=spec.nodeName%3Dnode-c', ['log-collector-7d9f8c6b5-abcde']],
    ['fieldSelector=status.phase%3DFailed', []],
  ])('with %s selects', async (query, expected) => {
    expect(await names(`${PODS}?${query}`)).toEqual(expected);
  });

  it('by a field that there is not is 400, and of a version to come 504', async () => {
    expect((await get(`${PODS}?fieldSelector=spec.image%3Da`)).status).toBe(400);
    expect((await get(`${PODS}?resourceVersion=999999`)).status).toBe(504);
    expect((await get('/api/v1/widgets')).status).toBe(404);
  });
});

describe('a watch', () => {
  it('begins with everything, or with what came after a version', async () => {
    const all = watch(`${PODS}?watch=true`);
    expect(await next(all)).toBe('ADDED log-collector-7d9f8c6b5-abcde');
    const { metadata } = await list(PODS);
    cluster.objects.apply(pod('one'));
    const since = watch(`${PODS}?watch=1&resourceVersion=${metadata.resourceVersion}`);
    expect(await next(since)).toBe('ADDED grafana-7d9f8c6b5-one');
    cluster.objects.apply({ ...pod('one'), spec: { nodeName: 'node-b' } });
    expect(await next(since)).toBe('MODIFIED grafana-7d9f8c6b5-one');
    cluster.objects.apply(healthyPod(now, { namespace: 'kube-system', deployment: 'other' }));
    await fetch(`${cluster.url}/__objects`, {
      method: 'POST',
      body: JSON.stringify({
        delete: [{ kind: 'Pod', namespace: 'monitoring', name: 'grafana-7d9f8c6b5-one' }],
      }),
    });
    expect(await next(since)).toBe('DELETED grafana-7d9f8c6b5-one');
  });

  it('with a selector sees what leaves the selection as deleted', async () => {
    const events = watch(
      `/api/v1/nodes?watch=true&resourceVersion=${cluster.objects.version}&fieldSelector=metadata.name%3Dnode-a&allowWatchBookmarks=true`,
    );
    cluster.objects.apply(node(now, 'node-b', 'False'));
    cluster.objects.apply(node(now, 'node-a', 'False'));
    expect(await next(events)).toBe('MODIFIED node-a');
  });

  it('ends with a bookmark when its time is over', async () => {
    const events = watch(
      `${PODS}?watch=true&resourceVersion=${cluster.objects.version}&timeoutSeconds=0.05&allowWatchBookmarks=true`,
    );
    const bookmark = await eventOf(events);
    expect([bookmark.type, bookmark.object.kind]).toEqual(['BOOKMARK', 'Pod']);
    expect(await next(events)).toBe('end');
  });

  it('of a version that is forgotten is told so in the stream', async () => {
    cluster.compact();
    const events = watch(`${PODS}?watch=true&resourceVersion=1`);
    expect([await next(events), await next(events)]).toEqual(['ERROR 410', 'end']);
  });

  it('with initial events says where they end', async () => {
    const path = `${PODS}?watch=true&sendInitialEvents=true&allowWatchBookmarks=true`;
    expect((await get(path)).status).toBe(422);
    const events = watch(`${path}&resourceVersionMatch=NotOlderThan`);
    await next(events);
    await next(events);
    expect((await eventOf(events)).object.metadata).toMatchObject({
      annotations: { 'k8s.io/initial-events-end': 'true' },
    });
  });

  it('is stalled, cut, closed and expired on command', async () => {
    const path = `${PODS}?watch=true&resourceVersion=${cluster.objects.version}`;
    const [stalled, closed, expired] = [watch(path), watch(path), watch(path)];
    const first = [stalled, closed, expired].map(next);
    await cluster.until(() => cluster.watches.length === 3);
    cluster.act('stall');
    cluster.objects.apply(pod('unseen'));
    cluster.act('resume');
    cluster.objects.apply(pod('seen'));
    expect(await Promise.all(first)).toEqual(Array(3).fill('ADDED grafana-7d9f8c6b5-seen'));
    cluster.act('expire');
    expect(await next(expired)).toBe('ERROR 410');
    expect(cluster.watches).toEqual([]);
    const cut = watch(path);
    const broken = next(cut)
      .then(() => next(cut))
      .then(() => next(cut));
    await cluster.until(() => cluster.watches.length === 1);
    cluster.act('cut');
    await expect(broken).rejects.toThrow();
  });
});

describe('a fault', () => {
  it('hits the requests that it is for', async () => {
    cluster.faults.add({ resource: 'pods', verb: 'list', kind: '429', retryAfter: 3 });
    const limited = await fetch(`${cluster.url}${PODS}`, { headers: { authorization } });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3']);
    expect((await get(PODS)).status).toBe(200);
    cluster.faults.add({ kind: 'cut-line', verb: 'watch' });
    await expect(next(watch(`${PODS}?watch=true`))).rejects.toThrow();
  });

  it('of the whole server: it is away, and back', async () => {
    cluster.away(true);
    await expect(get(PODS)).rejects.toThrow();
    cluster.away(false);
    expect((await get(PODS)).status).toBe(200);
  });
});

it('edits are merged as kubectl does, and bad ones are refused', async () => {
  const edit = (body: unknown) =>
    fetch(`${cluster.url}/__objects`, { method: 'POST', body: JSON.stringify(body) });
  cluster.objects.apply(crashLoopingPod(now, { namespace: 'monitoring', deployment: 'grafana' }));
  const patch = { metadata: { labels: { app: null, team: 'shop' } } };
  await edit({ kind: 'Pod', namespace: 'monitoring', name: 'grafana-7d9f8c6b5-abcde', patch });
  expect(await names(`${PODS}?labelSelector=team%3Dshop,!app`)).toHaveLength(1);
  expect((await edit({ kind: 'Pod' })).status).toBe(400);
  expect((await edit({ apiVersion: 'v1', kind: 'Widget', metadata: { name: 'a' } })).status).toBe(400);
});
