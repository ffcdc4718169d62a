import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deadLetterEvent, observedEvent, type ObservedEvent } from '@gomon/contracts';
import { Nats } from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import { startNatsServer, type NatsServer } from '@gomon/testing';
import { grafanaSignature } from './credentials/sender.js';
import type { IngestEnv } from './ingest-env.js';
import { ingestService } from './ingest.js';

let server: NatsServer;
let service: RunningService<IngestEnv>;
let nats: Nats;
let spoolFolder: string;

beforeAll(async () => {
  server = await startNatsServer();
  spoolFolder = await mkdtemp(join(tmpdir(), 'gomon-ingest-'));
  service = await startService(ingestService, environment());
  nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
  await nats.whenConnected();
  await service.runtime.nats.whenConnected();
}, 60_000);

afterAll(async () => {
  await nats.drain();
  await service.close();
  await server.stop();
  await rm(spoolFolder, { recursive: true, force: true });
});

function environment(more: Record<string, string> = {}): Record<string, string> {
  return {
    PORT: '0',
    NATS_URL: server.url,
    LOG_LEVEL: 'fatal',
    SPOOL_DIR: join(spoolFolder, 'spool'),
    GRAFANA_HMAC_SECRETS: 'secret',
    ALERTMANAGER_BEARER_TOKENS: 'am-token',
    ...more,
  };
}

function webhook(...names: readonly string[]): string {
  return JSON.stringify({
    receiver: 'gomon',
    alerts: names.map((alertname) => ({ status: 'firing', labels: { alertname, severity: 'warning' } })),
  });
}

function post(body: string, headers: Record<string, string> = {}, url = service.url): Promise<Response> {
  return fetch(`${url}/webhooks/grafana`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-grafana-alerting-signature': grafanaSignature('secret', Buffer.from(body)),
      ...headers,
    },
    body,
  });
}

/** Every message of a stream. */
async function stored<T>(stream: string, parse: (json: unknown) => T): Promise<T[]> {
  const manager = await nats.jetstreamManager();
  const { state } = await manager.streams.info(stream);
  const all: T[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq && seq > 0; seq += 1) {
    const message = await manager.streams.getMessage(stream, { seq });
    if (message !== null) all.push(parse(message.json()));
  }
  return all;
}

function reports(): Promise<ObservedEvent[]> {
  return stored('OBSERVATIONS', (json) => observedEvent.parse(json));
}

async function namesStored(): Promise<string[]> {
  return (await reports()).flatMap(({ data }) =>
    data.observations.map(({ labels }) => labels['alertname'] ?? ''),
  );
}

describe('ingest', () => {
  it('answers 200 when the report is in the stream, as one message', async () => {
    const response = await post(webhook('A', 'B', 'C'));
    const { reportId, accepted } = (await response.json()) as { reportId: string; accepted: number };
    expect([response.status, accepted]).toEqual([200, 3]);
    const report = (await reports()).find(({ id }) => id === reportId);
    expect(report?.data).toMatchObject({
      kind: 'delta',
      scope: 'default',
      source: { kind: 'grafana', instance: 'default' },
    });
    expect(report?.data.observations.map(({ labels }) => labels['alertname'])).toEqual(['A', 'B', 'C']);
  });

  it('takes the same body twice as two reports: the second may be news', async () => {
    const before = (await reports()).length;
    await post(webhook('Twice'));
    await post(webhook('Twice'));
    expect((await reports()).length).toBe(before + 2);
  });

  it('sends what holds a critical alert by the urgent way', async () => {
    const body = JSON.stringify({
      alerts: [{ status: 'firing', labels: { alertname: 'Urgent', severity: 'critical' } }],
    });
    await post(body);
    const manager = await nats.jetstreamManager();
    const { state } = await manager.streams.info('OBSERVATIONS');
    const last = await manager.streams.getMessage('OBSERVATIONS', { seq: state.last_seq });
    expect(last?.subject).toBe('gomon.observed.v1.urgent.grafana');
    expect(last?.header.get('Gomon-Observations')).toBe('1');
  });

  it('splits a report that is too large for one message', async () => {
    const alerts = Array.from({ length: 40 }, (_, index) => ({
      status: 'firing',
      labels: { alertname: `Large${index}` },
      annotations: { text: 'x'.repeat(20_000) },
    }));
    const response = await post(JSON.stringify({ alerts }));
    const { reportId } = (await response.json()) as { reportId: string };
    const parts = (await reports()).filter(({ id }) => id.startsWith(reportId));
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.map(({ data }) => data.part?.index)).toEqual(parts.map((_, index) => index));
    expect(parts.flatMap(({ data }) => data.observations)).toHaveLength(40);
  });

  it('keeps a bad alert of a good group as a dead letter', async () => {
    const body = JSON.stringify({
      alerts: [
        { status: 'firing', labels: { alertname: 'Neighbour' } },
        { status: 'odd', labels: {} },
      ],
    });
    const response = await post(body);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      accepted: 1,
      refused: ['alerts[1].status is neither firing nor resolved'],
    });
    const letters = await stored('DEAD_LETTERS', (json) => deadLetterEvent.parse(json).data);
    expect(letters).toMatchObject([
      {
        origin: { kind: 'http', path: '/webhooks/grafana', index: 1 },
        payload: { text: '{"alerts":[{"status":"odd","labels":{}}]}' },
      },
    ]);
  });

  it.each([
    ['no JSON', '{"alerts":', {}, 400],
    ['no alerts', '{}', {}, 400],
    ['an empty body', '', {}, 400],
    ['a wrong signature', webhook('X'), { 'x-grafana-alerting-signature': 'ff' }, 401],
    ['another content type', webhook('X'), { 'content-type': 'text/xml' }, 415],
    ['too much', `{"alerts":[],"x":"${'x'.repeat(6_000_000)}"}`, {}, 413],
  ])('answers %s with problem details', async (_, body, headers, status) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status, type: 'about:blank' });
  });

  it('takes an Alertmanager by its token', async () => {
    const send = (authorization: string) =>
      fetch(`${service.url}/webhooks/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: webhook('FromAlertmanager'),
      });
    expect((await send('Bearer am-token')).status).toBe(200);
    expect((await send('Bearer other')).status).toBe(401);
    expect((await reports()).at(-1)?.data.source).toEqual({ kind: 'alertmanager', instance: 'default' });
  });

  it('answers a sender that has closed its side', async () => {
    const body = webhook('HalfClosed');
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (data) => (text += data.toString()));
      socket.on('end', () => {
        resolve(text);
      });
      socket.on('error', reject);
      socket.end(
        `POST /webhooks/grafana HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n` +
          `X-Grafana-Alerting-Signature: ${grafanaSignature('secret', Buffer.from(body))}\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    });
    expect(answer).toContain('HTTP/1.1 200');
    expect(await namesStored()).toContain('HalfClosed');
  });

  it('takes 64 senders at once', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `Storm${index}`);
    const statuses = await Promise.all(names.map(async (name) => (await post(webhook(name))).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await namesStored()).filter((name) => name.startsWith('Storm')).sort()).toEqual(names.sort());
  });
});

describe('while nats-server is away', () => {
  it('answers 202 from the spool, is ready, and everything is in the stream once it is back', async () => {
    await server.kill();
    const answers: [string, number][] = [];
    for (let index = 0; index < 30; index += 1) {
      const name = `Away${index}`;
      answers.push([name, (await post(webhook(name))).status]);
    }
    expect(answers.every(([, status]) => status === 202)).toBe(true);
    const ready = await fetch(`${service.url}/health/ready`);
    expect([ready.status, JSON.stringify(await ready.json())]).toEqual([
      200,
      expect.stringContaining('30 messages undrained'),
    ]);
    await server.restart();
    await drained();
    expect((await namesStored()).filter((name) => name.startsWith('Away'))).toEqual(
      answers.map(([name]) => name),
    );
  });

  it('starts, accepts, and hands over what an earlier process left', async () => {
    await server.kill();
    const folder = join(spoolFolder, 'other');
    const first = await startService(ingestService, environment({ SPOOL_DIR: folder }));
    expect((await post(webhook('Left'), {}, first.url)).status).toBe(202);
    await first.close();
    await server.restart();
    const second = await startService(ingestService, environment({ SPOOL_DIR: folder }));
    await drained(second);
    expect(await namesStored()).toContain('Left');
    await second.close();
  });

  it('answers 503 and never 4xx when the spool is full as well', async () => {
    const tiny = environment({ SPOOL_DIR: join(spoolFolder, 'tiny'), SPOOL_MAX_BYTES: '1500' });
    const full = await startService(ingestService, tiny);
    await server.kill();
    const statuses: number[] = [];
    for (let index = 0; index < 5; index += 1)
      statuses.push((await post(webhook(`Full${index}`), {}, full.url)).status);
    expect(statuses.slice(0, 1)).toEqual([202]);
    expect(statuses.at(-1)).toBe(503);
    await server.restart();
    await drained(full);
    expect((await namesStored()).filter((name) => name.startsWith('Full'))).toHaveLength(
      statuses.filter((status) => status === 202).length,
    );
    await full.close();
  });
});

describe('a shutdown', () => {
  it('answers what is on its way, says that the connection closes, and frees the port', async () => {
    const other = await startService(ingestService, environment({ SPOOL_DIR: join(spoolFolder, 'closing') }));
    const body = webhook('Last');
    const { port } = new URL(other.url);
    const answered = new Promise<{ status: number | undefined; connection: string | undefined }>(
      (resolve, reject) => {
        const sending = request(
          {
            port,
            method: 'POST',
            path: '/webhooks/grafana',
            headers: {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(body),
              'x-grafana-alerting-signature': grafanaSignature('secret', Buffer.from(body)),
            },
          },
          (response) => {
            response.resume();
            resolve({ status: response.statusCode, connection: response.headers.connection });
          },
        );
        sending.on('error', reject);
        other.app.getHttpServer().once('request', () => {
          void other.close();
          setImmediate(() => sending.end(body.slice(10)));
        });
        sending.write(body.slice(0, 10));
      },
    );
    expect(await answered).toEqual({ status: 200, connection: 'close' });
    expect(await namesStored()).toContain('Last');
  });

  it('refuses to start without credentials, naming the variables', async () => {
    const { GRAFANA_HMAC_SECRETS: _, ...without } = environment();
    await expect(startService(ingestService, without)).rejects.toThrow(/GRAFANA_HMAC_SECRETS: set this/);
  });
});

/** Resolves when nothing waits in the spool any more. */
async function drained(of: RunningService<IngestEnv> = service): Promise<void> {
  for (;;) {
    const ready = await fetch(`${of.url}/health/ready`);
    const { indicators } = (await ready.json()) as { indicators: Record<string, { detail?: string }> };
    if (indicators['spool']?.detail?.startsWith('0 messages') === true && nats.isConnected()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
