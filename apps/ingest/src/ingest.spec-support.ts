import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { observedEvent, type ObservedEvent } from '@gomon/contracts';
import { Nats, reconcileStreams } from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import { startNatsServer, type NatsServer } from '@gomon/testing';
import { grafanaSignature } from './credentials/sender.js';
import type { IngestEnv } from './ingest-env.js';
import { ingestService } from './ingest.js';

export type Ingest = RunningService<IngestEnv>;

/** An ingest on a nats-server of its own, and a look into its streams. */
export class Line {
  private readonly more: Ingest[] = [];
  private isCut = false;

  private constructor(
    readonly server: NatsServer,
    readonly folder: string,
    readonly nats: Nats,
    readonly ingest: Ingest,
  ) {}

  static async start(): Promise<Line> {
    const server = await startNatsServer();
    const folder = await mkdtemp(join(tmpdir(), 'gomon-ingest-'));
    const nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
    // An ingest makes them in the background: until then it accepts into its spool.
    await reconcileStreams(nats);
    const ingest = await startService(ingestService, environment(server, join(folder, 'spool')));
    await ingest.runtime.nats.whenConnected();
    return new Line(server, folder, nats, ingest);
  }

  /** Another ingest, with a spool of its own. */
  async startAnother(spool: string, more: Record<string, string> = {}): Promise<Ingest> {
    const ingest = await startService(ingestService, this.environment(spool, more));
    this.more.push(ingest);
    return ingest;
  }

  environment(spool: string, more: Record<string, string> = {}): Record<string, string> {
    return { ...environment(this.server, join(this.folder, spool)), ...more };
  }

  /** nats-server dies. */
  async cut(): Promise<void> {
    this.isCut = true;
    await this.server.kill();
  }

  /** It is there again, whatever became of it. */
  async restore(): Promise<void> {
    if (this.isCut) await this.server.restart();
    this.isCut = false;
  }

  async stop(): Promise<void> {
    await this.restore();
    await this.nats.drain();
    for (const ingest of [...this.more, this.ingest]) await ingest.close();
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Every event of a stream, of messages with several as well. */
  async stored<T>(stream: string, parse: (json: unknown) => T): Promise<T[]> {
    return (await this.messages(stream, parse)).flat();
  }

  /** The events of each message. */
  async messages<T>(stream: string, parse: (json: unknown) => T): Promise<T[][]> {
    const manager = await this.nats.jetstreamManager();
    const { state } = await manager.streams.info(stream);
    const all: T[][] = [];
    for (let seq = state.first_seq; seq <= state.last_seq && seq > 0; seq += 1) {
      const message = await manager.streams.getMessage(stream, { seq });
      if (message === null) continue;
      const json: unknown = message.json();
      all.push((Array.isArray(json) ? json : [json]).map(parse));
    }
    return all;
  }

  reports(): Promise<ObservedEvent[]> {
    return this.stored('OBSERVATIONS', (json) => observedEvent.parse(json));
  }

  async namesStored(): Promise<string[]> {
    const reports = await this.reports();
    return reports.flatMap(({ data }) => data.observations.map(({ labels }) => labels['alertname'] ?? ''));
  }

  /** Resolves when nothing waits in the spool any more. */
  async drained(of: Ingest = this.ingest): Promise<void> {
    await this.nats.whenConnected(PATIENCE_MS);
    await until(async () => (await spoolOf(of)).detail?.startsWith('0 messages') === true);
  }
}

const PATIENCE_MS = 30_000;

/** Resolves once it is so; gives up after a time in which it ought to be so even on a very busy machine. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo());) {
    if (Date.now() > end) throw new Error('it did not become so');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function environment(server: NatsServer, spool: string): Record<string, string> {
  return {
    PORT: '0',
    NATS_URL: server.url,
    LOG_LEVEL: 'fatal',
    SPOOL_DIR: spool,
    GRAFANA_HMAC_SECRETS: 'secret,next:another',
    ALERTMANAGER_BEARER_TOKENS: 'am-token',
  };
}

/** What the spool says of itself. */
export async function spoolOf(ingest: Ingest): Promise<{ status: number; ok?: boolean; detail?: string }> {
  const ready = await fetch(`${ingest.url}/health/ready`);
  const { indicators } = (await ready.json()) as {
    indicators: { spool?: { ok: boolean; detail?: string } };
  };
  return { status: ready.status, ...indicators.spool };
}

/** A Grafana webhook of firing alerts with these names. */
export function webhook(...names: readonly string[]): string {
  return JSON.stringify({
    receiver: 'gomon',
    alerts: names.map((alertname) => ({ status: 'firing', labels: { alertname, severity: 'warning' } })),
  });
}

/** Posts a body as Grafana does. */
export function post(ingest: Ingest, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${ingest.url}/webhooks/grafana`, {
    method: 'POST',
    headers: { ...signed(body), ...headers },
    body,
  });
}

export function signed(body: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-grafana-alerting-signature': grafanaSignature('secret', Buffer.from(body)),
  };
}
