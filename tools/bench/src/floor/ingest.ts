import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { jetstream } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import type { FloorReport, GrafanaBody } from './shapes.js';

/** Takes a webhook, checks its HMAC, and answers once the stream has its report. */
const nats = await connect({ servers: process.env['NATS_URL'] ?? '' });
const stream = jetstream(nats);
const secret = process.env['HMAC_SECRET'] ?? '';

const MOST_REPORTS = 64;
const MOST_BYTES = 64_000;

interface Waiting {
  readonly id: string;
  readonly text: string;
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}
const waiting: Waiting[] = [];
let isBusy = false;

/** What arrives while a message is on its way goes together. */
async function send(): Promise<void> {
  isBusy = true;
  while (waiting.length > 0) {
    let bytes = 0;
    let count = 0;
    for (const { text } of waiting.slice(0, MOST_REPORTS)) {
      bytes += text.length;
      if (count > 0 && bytes > MOST_BYTES) break;
      count += 1;
    }
    const together = waiting.splice(0, count);
    const texts = together.map(({ text }) => text);
    const head = headers();
    head.set('Gomon-Reports', String(count));
    try {
      await stream.publish(
        'gomon.observed.v1.normal.grafana',
        count === 1 ? (texts[0] ?? '') : `[${texts.join(',')}]`,
        { msgID: together[0]?.id ?? '', headers: head },
      );
      for (const { stored } of together) stored();
    } catch (error) {
      for (const { failed } of together) failed(error);
    }
  }
  isBusy = false;
}

async function accept(body: Buffer, signature: string, timestamp: string): Promise<boolean> {
  const expected = createHmac('sha256', secret).update(`${timestamp}:`).update(body).digest();
  const given = Buffer.from(signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  const webhook = JSON.parse(body.toString('utf8')) as GrafanaBody;
  const id = randomUUID();
  const time = new Date().toISOString();
  const report: FloorReport = {
    specversion: '1.0',
    id,
    source: 'gomon/ingest',
    type: 'gomon.observed.v1',
    time,
    datacontenttype: 'application/json',
    data: {
      kind: 'delta',
      scope: 'default',
      source: { kind: 'grafana', instance: 'default' },
      acceptedAt: time,
      group: { receiver: webhook.receiver, groupKey: webhook.groupKey, title: webhook.title },
      observations: webhook.alerts.map((alert) => ({
        status: alert.status,
        labels: alert.labels,
        annotations: alert.annotations,
        startsAt: alert.startsAt,
        senderFingerprint: alert.fingerprint,
        generatorUrl: alert.generatorURL,
        silenceUrl: alert.silenceURL,
        dashboardUrl: alert.dashboardURL,
        panelUrl: alert.panelURL,
        values: alert.values,
        valueString: alert.valueString,
      })),
    },
  };
  await new Promise<void>((stored, failed) => {
    waiting.push({ id, text: JSON.stringify(report), stored, failed });
    if (!isBusy) void send();
  });
  return true;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { 'x-grafana-alerting-signature': signature, 'x-grafana-alerting-timestamp': timestamp } =
      request.headers;
    accept(Buffer.concat(chunks), String(signature), String(timestamp)).then(
      (taken) => response.writeHead(taken ? 200 : 401).end('{"accepted":true}'),
      (error: unknown) => response.writeHead(503).end(String(error)),
    );
  });
});
server.listen(Number(process.env['PORT']), '127.0.0.1', () => void process.stdout.write('ready\n'));
process.once('SIGTERM', () => process.exit(0));
