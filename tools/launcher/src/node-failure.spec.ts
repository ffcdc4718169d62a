import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Stage } from './demonstration.js';
import { demonstrateNodeFailure, demonstrateRecovery } from './node-failure.js';

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}
type Labels = Readonly<Record<string, string>>;
interface Webhook {
  readonly alerts: readonly { readonly status: string; readonly labels: Labels }[];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

/** GoMon, its surroundings and a cluster, as far as the demonstration looks at them. */
class World {
  readonly objects = new Map<string, KubernetesObject>();
  /** What fires, by its name. */
  readonly firing = new Map<string, Labels>();
  readonly authorizations: (string | undefined)[] = [];
  /** Alerts that become problems of their own. */
  apart = new Set<string>();
  /** Alerts that nobody hears of. */
  unheard = new Set<string>();
  hasIncident = true;
  ends = true;

  problemOf(alertname: string): string {
    return this.apart.has(alertname) ? `of ${alertname}` : 'one';
  }

  edit(edits: unknown): void {
    if (!Array.isArray(edits)) {
      for (const { kind, name } of (edits as { delete: { kind: string; name: string }[] }).delete) {
        this.objects.delete(`${kind}/${name}`);
      }
      return;
    }
    for (const object of edits as KubernetesObject[]) {
      const { kind, metadata } = object;
      this.objects.set(`${kind}/${metadata.name}`, object);
      const alertname = { Node: 'NodeNotReady', Pod: 'PodNotReady' }[kind];
      if (alertname === undefined) continue;
      const name = kind === 'Pod' ? metadata.name.slice(0, 'portal-01234567'.length) : metadata.name;
      if (JSON.stringify(object).includes('"type":"Ready","status":"False"')) this.fire({ alertname, name });
      else this.end(alertname);
    }
  }

  hook({ alerts }: Webhook): void {
    for (const { status, labels } of alerts) {
      if (status === 'firing') this.fire(labels);
      else this.end(labels['alertname'] ?? '');
    }
  }

  private fire(labels: Labels): void {
    const alertname = labels['alertname'] ?? '';
    if (!this.unheard.has(alertname)) this.firing.set(alertname, labels);
  }

  private end(alertname: string): void {
    if (this.ends) this.firing.delete(alertname);
  }

  get alerts() {
    return [...this.firing].map(([alertname, labels]) => ({
      problemId: this.problemOf(alertname),
      severity: 'P1',
      labels,
    }));
  }

  /** Of a problem: the names of all that ever were part of it. */
  readonly told = new Map<string, string[]>();

  get state() {
    for (const [alertname, labels] of this.firing) {
      const problem = this.problemOf(alertname);
      const node = alertname === 'NodeNotReady' ? `(node ${labels['name'] ?? ''})` : '';
      const text = `${alertname} ${Object.values(labels).join(' ')} (portal) is not ready ${node}`;
      this.told.set(problem, [...(this.told.get(problem) ?? []), text]);
    }
    const messages = [...this.told].map(([problem, texts]) => ({
      ts: problem,
      text: texts.join(),
      blocks: [{ type: this.firing.size === 0 ? 'section' : 'actions' }],
    }));
    const isUrgent = [...this.told.values()].flat().some((text) => text.startsWith('ProbeFailed'));
    const [first] = this.told;
    const incident = {
      status: this.firing.size === 0 ? 'resolved' : 'open',
      details: { problem: 'one', name: first?.[1][0] ?? '' },
    };
    return {
      channels: [
        {
          name: 'k8s-healthchecks',
          messages: [...messages, { ...messages[0], ts: 'reply', thread_ts: 'one' }],
        },
      ],
      incidents: isUrgent && this.hasIncident ? [incident] : [],
    };
  }
}

describe('the failure of a node, demonstrated', () => {
  let world: World;
  let server: Server;
  let stage: Stage;
  const said: string[] = [];

  const answerTo = (path: string, body: string): unknown => {
    if (path.startsWith('/webhooks/')) {
      world.hook(JSON.parse(body) as Webhook);
      return {};
    }
    if (path === '/__objects') {
      if (body !== '') world.edit(JSON.parse(body));
      return [...world.objects.values()];
    }
    if (path === '/__state') return world.state;
    if (path === '/api/v1/cluster/topology') {
      const nodes = [...world.objects.values()].filter(({ kind }) => kind === 'Node');
      return { topology: { nodes: nodes.map(({ metadata }) => ({ name: metadata.name })) } };
    }
    if (path.startsWith('/api/v1/problems/'))
      return { status: world.firing.size === 0 ? 'resolved' : 'firing' };
    return { items: world.alerts };
  };

  beforeEach(async () => {
    said.length = 0;
    world = new World();
    server = createServer((request, response) => {
      void (async () => {
        const path = request.url ?? '';
        if (path === '/webhooks/alertmanager') world.authorizations.push(request.headers.authorization);
        response.end(JSON.stringify(answerTo(path, await bodyOf(request))));
      })();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    stage = {
      ingestUrl: url,
      grafanaHmacSecret: 'secret',
      alertmanagerBearer: 'bearer',
      apiUrl: url,
      apiToken: 'token',
      slackSimulatorUrl: url,
      opsgenieSimulatorUrl: url,
      kubernetesSimulatorUrl: url,
      say: (line) => said.push(line),
    };
  });
  afterEach(() => server.close());

  const fail = async (withinMs: number, on = stage) => {
    const failure = await demonstrateNodeFailure(on, withinMs);
    if (failure === undefined) throw new Error('no node fails');
    return failure;
  };

  it('says each symptom, the node last, where to look, and its end', async () => {
    const failure = await fail(30_000);
    expect(failure.missing).toEqual([]);
    expect(said.map((line) => line.trim().split(' ')[0])).toEqual([
      'node',
      'PodNotReady',
      'ServiceNoReadyEndpoints',
      'ProbeFailed',
      'NodeNotReady',
      'one',
      'one',
      'one',
    ]);
    expect(said[1]).toMatch(
      /^ {3}PodNotReady +its pods are not ready: a message in #k8s-healthchecks after \d+ ms$/,
    );
    expect(said[3]).toMatch(/503: the same message after \d+ ms$/);
    expect(said[4]).toMatch(/not ready: the same message, an incident in Opsgenie after \d+ ms$/);
    expect(world.authorizations).toEqual(['Bearer bearer']);
    expect(await demonstrateRecovery(stage, failure, 30_000)).toEqual([]);
    expect(said.at(-1)).toMatch(
      /^node worker-[0-9a-f]{8} is back: the message and the incident resolved together after \d+ ms$/,
    );
  });

  it('is not content with a second message', async () => {
    world.apart.add('ProbeFailed');
    expect((await fail(100)).missing).toEqual([
      'ProbeFailed was a problem of its own within 0.1 s',
      'there were 2 messages in Slack instead of one within 0.1 s',
    ]);
  });

  it('is not content without an incident', async () => {
    world.hasIncident = false;
    expect((await fail(100)).missing).toEqual(['NodeNotReady was no incident in Opsgenie within 0.1 s']);
  });

  it('says which symptom was not seen, and causes no further one', async () => {
    world.unheard.add('ServiceNoReadyEndpoints');
    expect((await fail(100)).missing).toEqual(['ServiceNoReadyEndpoints was not in the API within 0.1 s']);
    expect([...world.firing.keys()]).toEqual(['PodNotReady']);
  });

  it('says what did not end', async () => {
    const failure = await fail(30_000);
    world.ends = false;
    const { node } = failure.failing;
    expect(await demonstrateRecovery(stage, failure, 100)).toEqual([
      `the failure of ${node} was not resolved in the API within 0.1 s`,
      `the failure of ${node} was not shown as resolved in Slack within 0.1 s`,
      `the incident of ${node} was not resolved in Opsgenie within 0.1 s`,
    ]);
  });

  it('ends what an earlier one left failing, and takes its node away', async () => {
    const earlier = await fail(30_000);
    world.told.clear();
    const { failing, missing } = await fail(30_000);
    expect(missing).toEqual([]);
    const names = [...world.objects.values()].map(({ metadata }) => metadata.name);
    expect(names).toContain(failing.node);
    expect(names.filter((name) => name.includes(earlier.failing.workload))).toEqual([]);
    expect(names).not.toContain(earlier.failing.node);
  });

  it('reports the API alone where Slack and Opsgenie are real ones, and fails nothing in a real cluster', async () => {
    const real = { ...stage, slackSimulatorUrl: undefined, opsgenieSimulatorUrl: undefined };
    expect((await fail(30_000, real)).missing).toEqual([]);
    expect(said.filter((line) => line.includes('one message'))).toEqual([]);
    expect(
      await demonstrateNodeFailure({ ...stage, kubernetesSimulatorUrl: undefined }, 100),
    ).toBeUndefined();
  });
});
