import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { demonstrate, mend, type Stage } from './demonstration.js';
import { grafanaSignature } from './grafana-webhook.js';

interface Sent {
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>> }[];
}

const channelOf = ({ severity, environment }: Readonly<Record<string, string>>): string => {
  if (environment !== 'production') return 'monitoring-dev';
  return severity === 'P0' ? 'alert-critical' : 'k8s-healthchecks';
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

describe('the demonstration', () => {
  const labels: Readonly<Record<string, string>>[] = [];
  const said: string[] = [];
  /** Names of the pods of the simulated cluster. */
  const cluster = new Set<string>();
  let channel = channelOf;
  let accept = true;
  let mends = true;
  let server: Server;
  let stage: Stage;

  /** What a watcher makes of the edits. */
  const edit = (edits: unknown): void => {
    if (!Array.isArray(edits)) {
      for (const { name } of (edits as { delete: { name: string }[] }).delete) cluster.delete(name);
      return;
    }
    for (const object of edits as { kind: string; metadata: { name: string; labels?: { app?: string } } }[]) {
      if (object.kind !== 'Pod') continue;
      if (JSON.stringify(object).includes('CrashLoopBackOff')) {
        labels.push({
          alertname: 'PodCrashLooping',
          severity: 'P2',
          environment: 'production',
          name: object.metadata.labels?.app ?? '',
        });
      }
      cluster.add(object.metadata.name);
    }
  };
  const isMended = (): boolean => mends && cluster.size === 1 && [...cluster][0]?.endsWith('bbbbb') === true;

  beforeEach(async () => {
    labels.length = said.length = 0;
    cluster.clear();
    mends = true;
    channel = channelOf;
    accept = true;
    server = createServer((request, response) => {
      void (async () => {
        const body = await bodyOf(request);
        if (request.url === '/webhooks/grafana') {
          const timestamp = String(request.headers['x-grafana-alerting-timestamp']);
          const signature = grafanaSignature('secret', body, timestamp);
          const authentic = request.headers['x-grafana-alerting-signature'] === signature;
          if (authentic && accept)
            labels.push(...(JSON.parse(body) as Sent).alerts.map((alert) => alert.labels));
          response.writeHead(authentic && accept ? 200 : 401).end('no entry');
          return;
        }
        if (request.url === '/__objects') {
          if (body !== '') edit(JSON.parse(body));
          response.end(JSON.stringify([...cluster].map((name) => ({ kind: 'Pod', metadata: { name } }))));
          return;
        }
        if (request.url?.startsWith('/api/v1/problems/') === true) {
          response.end(JSON.stringify({ status: isMended() ? 'resolved' : 'firing' }));
          return;
        }
        const items = labels.map((each) => ({
          problemId: `of ${each['alertname']}`,
          severity: each['severity'],
          labels: each,
        }));
        const channels = labels.map((each) => ({
          name: channel(each),
          messages: [
            {
              id: `of ${each['alertname']}`,
              ts: '1',
              blocks: [
                { type: each['alertname'] === 'PodCrashLooping' && isMended() ? 'section' : 'actions' },
              ],
            },
          ],
        }));
        const incidents = labels.map((each) => ({
          status: 'open',
          details: { problem: `of ${each['alertname']}` },
        }));
        response.end(JSON.stringify(request.url === '/__state' ? { channels, incidents } : { items }));
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

  it('sends signed P0, P2 and P4 alerts and says where each was seen after which time', async () => {
    const { outcome } = await demonstrate(stage, 30_000);
    expect(outcome).toMatchObject({ ok: true, missing: [] });
    expect(new Set(outcome.alerts.map(({ severity }) => severity))).toEqual(new Set(['P0', 'P2', 'P4']));
    const critical = said.find((line) => line.startsWith('P0'));
    expect(critical).toMatch(
      /^P0 CheckoutUnavailable +in the API after \d+ ms, in #alert-critical after \d+ ms, in Opsgenie after \d+ ms$/,
    );
    expect(said).toHaveLength(outcome.alerts.length);
  });

  it('lets a pod crash-loop, and says when its end was seen once it was replaced', async () => {
    const { outcome, crashLoop } = await demonstrate(stage, 30_000);
    expect(outcome.alerts).toContainEqual(
      expect.objectContaining({ alert: 'PodCrashLooping', severity: 'P2', channel: '#k8s-healthchecks' }),
    );
    if (crashLoop === undefined) throw new Error('nothing crash-loops');
    expect(await mend(stage, crashLoop, 30_000)).toEqual([]);
    expect(said.at(-1)).toMatch(
      /^P2 PodCrashLooping +its pod was replaced: resolved in the API after \d+ ms, in Slack after \d+ ms$/,
    );
  });

  it('says when its end was not seen', async () => {
    const { crashLoop } = await demonstrate(stage, 30_000);
    if (crashLoop === undefined) throw new Error('nothing crash-loops');
    mends = false;
    expect(await mend(stage, crashLoop, 100)).toEqual([
      'PodCrashLooping was not resolved in the API within 0.1 s',
      'PodCrashLooping was not shown as resolved in #k8s-healthchecks within 0.1 s',
    ]);
  });

  it('removes what an earlier one left broken, and leaves all else alone', async () => {
    cluster.add('log-shipper-before-7d9f8c6b5-aaaaa').add('prometheus-0');
    await demonstrate(stage, 30_000);
    expect([...cluster]).toEqual(['prometheus-0', expect.stringMatching(/^log-shipper-(?!before)/)]);
  });

  it('mends a crash loop that was never seen', async () => {
    const { crashLoop } = await demonstrate(stage, 30_000);
    if (crashLoop === undefined) throw new Error('nothing crash-loops');
    expect(await mend(stage, { ...crashLoop, problemId: undefined }, 100)).toEqual([]);
    expect([...cluster]).toEqual([expect.stringMatching(/bbbbb$/)]);
  });

  it('breaks nothing in a real cluster', async () => {
    const { outcome, crashLoop } = await demonstrate({ ...stage, kubernetesSimulatorUrl: undefined }, 30_000);
    expect(outcome.ok).toBe(true);
    expect(outcome.alerts.map(({ alert }) => alert)).not.toContain('PodCrashLooping');
    expect(crashLoop).toBeUndefined();
    expect(cluster.size).toBe(0);
  });

  it('is not content with the wrong channel', async () => {
    channel = () => 'general';
    const { outcome } = await demonstrate(stage, 30_000);
    expect(outcome.ok).toBe(false);
    expect(outcome.missing).toContain('CheckoutUnavailable: it is in #general, not P0 in #alert-critical');
  });

  it('says what was refused and what did not arrive', async () => {
    accept = false;
    const { outcome } = await demonstrate(stage, 100);
    expect(outcome.ok).toBe(false);
    expect(outcome.missing).toContain(
      `the webhook with CheckoutUnavailable was not accepted: Error: ${stage.ingestUrl}/webhooks/grafana answered 401: no entry`,
    );
    expect(outcome.missing).toContain('CheckoutUnavailable was not in the API within 0.1 s');
    expect(said.find((line) => line.startsWith('P0'))).toContain('not in the API, not in #alert-critical');
  });

  it('reports the API alone when Slack is a real one', async () => {
    const { outcome } = await demonstrate({ ...stage, slackSimulatorUrl: undefined }, 30_000);
    expect(outcome.ok).toBe(true);
    expect(outcome.alerts[0]?.slackMs).toBeNull();
    expect(said[0]).toContain('of your Slack is not looked at');
  });
});
