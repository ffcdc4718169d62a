import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { AlertView, Explanation, LabelsSeen, LedgerAnswer, ProblemView } from '@gomon/contracts';

const AT = '2026-03-05T09:40:10.000Z';
const ID = '019cbc8a-7c00-7000-8000-000000000001';
const PROBLEM_ID = '019cbc8a-7c00-7000-8000-000000000002';
const source = { kind: 'grafana', instance: 'default' };

interface PostedAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Record<string, string>;
}

/** Stands in for ingest, the correlator and the API: what is posted is in the API at the next look, and told at the one after. */
export class PlayedGomon {
  readonly secret = 'hmac-secret';
  readonly token = 'api-token';
  /** Paths and bodies, in order. */
  readonly received: { readonly path: string; readonly body: string }[] = [];
  /** What is served instead, by path without its query; `times` often. */
  readonly faults = new Map<string, { status: number; body: string; times: number }>();
  isReady = true;
  isTelling = true;
  ledger: LedgerAnswer = {
    reports: { accepted: 3, decided: 3, duplicates: 0, deadLettered: 0, inFlight: 0 },
    observations: {
      accepted: 4,
      ends: { told: 3, muted: 0, merged: 0, repeated: 1, late: 0, digested: 0, deadLettered: 0 },
      inFlight: { undecided: 0, waitingToBeTold: 0 },
    },
    balanced: true,
  };
  labels: LabelsSeen & { complete: boolean } = {
    names: ['alertname', 'severity', 'team'],
    alerts: 7,
    complete: true,
  };
  /** The pages of history: the cursor of each is its number. */
  readonly pages: unknown[] = [];
  /** What is read as it is, by route. */
  readonly readings = new Map<string, unknown>();
  /** The text of each version of the rules. */
  readonly rules: string[] = [];
  explanation: Explanation = {
    rules: { version: 2 },
    title: 'A',
    fingerprint: '0f',
    identity: { alertname: 'A' },
    severity: { severity: 'P1', why: 'label severity="page" means P1' },
    told: { channel: '#alert-critical', why: 'P1 (route urgent)' },
    owner: { name: 'shop', why: 'team="shop"' },
    mutedBy: [],
    heartbeats: [],
    unacknowledged: ['reminded of every 5 min, 2 times'],
    incident: 'P1 is urgent',
    endsAfterMs: 21_600_000,
  };
  private alert: AlertView | undefined;
  private looks = 0;
  private toldVersion = 0;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<PlayedGomon> {
    const server = createServer();
    const played = new PlayedGomon(server);
    server.on('request', (request, response) => void played.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return played;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** As `npm start` writes it. */
  runFile(natsUrl: string): string {
    const place = { pid: process.pid, url: this.url };
    return JSON.stringify({
      services: { ingest: place, 'api-gateway': place },
      simulators: {},
      nats: { url: natsUrl },
      postgres: { url: 'postgres://127.0.0.1/gomon' },
      credentials: {
        grafanaHmacSecret: this.secret,
        alertmanagerBearer: 'bearer',
        slackSigningSecret: 'signing',
        apiToken: this.token,
      },
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const path = request.url ?? '';
    this.received.push({ path, body });
    const [status, answer] = this.answerTo(
      `${request.method ?? ''} ${path.split('?')[0] ?? ''}`,
      request,
      body,
    );
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  }

  private answerTo(route: string, request: IncomingMessage, body: string): readonly [number, unknown] {
    const fault = this.faults.get(route);
    if (fault !== undefined && fault.times > 0) {
      fault.times -= 1;
      return [fault.status, fault.body];
    }
    if (route === 'GET /health/ready') return this.readiness();
    if (route === 'POST /webhooks/grafana') {
      if (!this.isSigned(request, body)) return [401, { detail: 'the signature does not fit' }];
      return this.take((JSON.parse(body) as { alerts: PostedAlert[] }).alerts[0]);
    }
    if (request.headers.authorization !== `Bearer ${this.token}`) return [401, { detail: 'wrong token' }];
    if (this.readings.has(route)) return [200, this.readings.get(route)];
    switch (route) {
      case 'GET /api/v1/history':
        return [
          200,
          this.pages[Number(new URL(request.url ?? '', this.url).searchParams.get('cursor') ?? 0)],
        ];
      case 'POST /api/v1/alerts':
        return this.take(JSON.parse(body) as PostedAlert);
      case 'GET /api/v1/alerts':
        this.looks += 1;
        return [200, { items: this.alert === undefined || this.looks < 2 ? [] : [this.alert] }];
      case `GET /api/v1/problems/${PROBLEM_ID}`:
        return [200, this.problem()];
      case 'GET /api/v1/ledger':
        return [200, this.ledger];
      case 'GET /api/v1/labels':
        return [200, { since: AT, ...this.labels }];
      case 'PUT /api/v1/rules':
        return [200, this.apply((JSON.parse(body) as { content: string }).content)];
      case 'POST /api/v1/rules/rollback':
        return [200, this.apply(this.rules[(JSON.parse(body) as { version: number }).version - 1] ?? '')];
      case 'GET /api/v1/rules':
        return [200, this.version(this.rules.length)];
      case 'GET /api/v1/rules/versions':
        return [200, { items: this.rules.map((_, index) => this.version(index + 1)).reverse() }];
      case 'POST /api/v1/rules/explain':
        return [200, this.explanation];
      default: {
        const version = /^GET \/api\/v1\/rules\/versions\/(\d+)$/.exec(route)?.[1];
        if (version !== undefined) return [200, this.version(Number(version))];
        return [404, { detail: route }];
      }
    }
  }

  private apply(content: string): unknown {
    const version = this.rules.push(content);
    return { version, hash: `hash${version}` };
  }

  private version(version: number): unknown {
    return {
      version,
      hash: `hash${version}`,
      origin: 'api',
      actor: { kind: 'api', id: 'ops' },
      appliedAt: AT,
      content: this.rules[version - 1],
    };
  }

  private readiness(): readonly [number, unknown] {
    const spool = this.isReady ? { ok: true } : { ok: false, detail: 'the spool is full \u001b[2J' };
    const indicators = { nats: { ok: true, detail: 'connected' }, spool };
    return [this.isReady ? 200 : 503, { status: this.isReady ? 'ready' : 'not-ready', indicators }];
  }

  /** As Grafana signs: the timestamp, a colon and the raw body. */
  private isSigned({ headers }: IncomingMessage, body: string): boolean {
    const seconds = String(headers['x-grafana-alerting-timestamp']);
    const wanted = createHmac('sha256', this.secret).update(`${seconds}:${body}`).digest('hex');
    return headers['x-grafana-alerting-signature'] === wanted;
  }

  private take(posted: PostedAlert | undefined): readonly [number, unknown] {
    if (posted === undefined) return [400, {}];
    this.looks = 0;
    this.alert = {
      id: ID,
      fingerprint: 'f',
      scope: 'default',
      source,
      status: posted.status,
      severity: 'P2',
      title: posted.labels['alertname'] ?? '',
      labels: posted.labels,
      annotations: {},
      episode: 1,
      observations: 1,
      firstSeenAt: AT,
      lastSeenAt: AT,
      updatedAt: AT,
      problemId: PROBLEM_ID,
      about: {},
    };
    return [202, { reportId: 'r', accepted: 1 }];
  }

  private problem(): ProblemView {
    const status = this.alert?.status ?? 'firing';
    const version = status === 'resolved' ? 2 : 1;
    const before = this.toldVersion;
    if (this.isTelling) this.toldVersion = version;
    const told = {
      receiver: 'slack' as const,
      channel: '#k8s-healthchecks',
      channelId: 'C1',
      ts: '1.0',
      at: AT,
    };
    return {
      id: PROBLEM_ID,
      scope: 'default',
      version,
      status,
      severity: 'P2',
      title: 'T',
      source,
      primary: { alertId: ID, labels: {}, annotations: {}, about: {} },
      startsAt: AT,
      openedAt: AT,
      updatedAt: AT,
      counts: { total: 1, firing: 1, resolved: 0 },
      members: [],
      timeline: [],
      told: before === 0 ? [] : [{ ...told, version: before }],
    };
  }
}
