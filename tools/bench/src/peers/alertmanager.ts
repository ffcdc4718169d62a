import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cached, freePort, spawnTied, unpackDebianPackage } from '@gomon/testing';
import { distinctAlerts } from '../load/deliveries.js';
import { Sender } from '../load/sender.js';
import { CONNECTIONS } from '../measure/throughput.js';

/** Prometheus Alertmanager on the same machine, with a webhook that counts what it is told. */
export interface Alertmanager {
  readonly version: string;
  /** Alerts a second, from the first POST until its webhook has had all of them. */
  run(name: string, alerts: number, reportSize: number): Promise<number>;
  stop(): Promise<void>;
}

/** Debian's build reads its templates from /usr/share: they are laid over it, for this process alone. */
const WITH_TEMPLATES = 'mount -t overlay overlay -o "lowerdir=$0:/usr/share" /usr/share && exec "$@"';

const PATIENCE_MS = 180_000;

/** Each alert is a group of its own and waits for nothing, so that it does what it can. */
const configOf = (webhookUrl: string): string => `
route:
  receiver: bench
  group_by: ['...']
  group_wait: 0s
  group_interval: 1m
  repeat_interval: 4h
receivers:
  - name: bench
    webhook_configs:
      - url: ${webhookUrl}
        send_resolved: false
`;

/** @throws Error when there is none to be had */
export async function startAlertmanager(): Promise<Alertmanager> {
  const unpacked = await cached('alertmanager-debian-sid', unpack);
  const folder = await mkdtemp(join(tmpdir(), 'gomon-alertmanager-'));
  const told = await countingWebhook();
  const config = join(folder, 'alertmanager.yml');
  await writeFile(config, configOf(told.url));
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = spawnTied(
    'unshare',
    [
      ...(process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount']),
      ...['sh', '-c', WITH_TEMPLATES, join(unpacked, 'apt', 'package', 'usr', 'share')],
      join(unpacked, 'prometheus-alertmanager'),
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdout: 'ignore', stderr: 'ignore' },
  );
  const version = await whenReady(url);
  return {
    version,
    run: async (name, count, reportSize) => {
      const alerts = distinctAlerts(name, count, 'warning').map(({ name: each, labels }) => ({
        labels,
        annotations: { summary: `p99 latency of ${each} is 1.9 s` },
        startsAt: new Date().toISOString(),
      }));
      const deliveries = [];
      for (let from = 0; from < count; from += reportSize) {
        const body = Buffer.from(JSON.stringify(alerts.slice(from, from + reportSize)));
        deliveries.push({ body, headers: { 'content-type': 'application/json' }, alerts: reportSize });
      }
      const sender = new Sender(`${url}/api/v2/alerts`, CONNECTIONS);
      const before = told.alerts();
      const beganAt = performance.now();
      await sender.sendAll(deliveries);
      while (told.alerts() < before + count) {
        if (performance.now() - beganAt > PATIENCE_MS)
          throw new Error('Alertmanager does not come to its end');
        await pause(25);
      }
      const perS = Math.round(count / ((performance.now() - beganAt) / 1_000));
      await sender.close();
      return perS;
    },
    stop: async () => {
      server.signal('SIGTERM');
      await server.exited;
      await told.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function unpack(folder: string): Promise<void> {
  return unpackDebianPackage(folder, {
    package: 'prometheus-alertmanager',
    suite: 'sid',
    file: 'usr/bin/prometheus-alertmanager',
  });
}

async function whenReady(url: string): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const response = await fetch(`${url}/api/v2/status`).catch(() => undefined);
    if (response?.ok === true) {
      const { versionInfo } = (await response.json()) as { versionInfo: { version: string } };
      return versionInfo.version;
    }
    await pause(50);
  }
  throw new Error('Alertmanager does not start');
}

async function countingWebhook() {
  let alerts = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { alerts: readonly unknown[] };
      alerts += body.alerts.length;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    alerts: () => alerts,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
