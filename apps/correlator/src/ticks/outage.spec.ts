import { randomUUID } from 'node:crypto';
import { eventOf, problemEvent, subjects, type Observation, type ProblemEvent } from '@gomon/contracts';
import { Nats, Publisher } from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import { startNatsServer, startPostgres, type NatsServer, type Postgres } from '@gomon/testing';
import type { CorrelatorEnv } from '../correlator-env.js';
import { correlatorService } from '../correlator.js';
import { Database } from '../database/database.js';
import { applyRulesFile } from '../rules/rules-versions.js';
import { firing } from '../database/test-database.spec-support.js';

/** By these rules everything is overdue after six seconds. */
const RULES = `
sources: { grafana: { repeat_interval: 4s } }
heartbeats: [{ name: watchdog, matchers: ['alertname="Watchdog"'], every: 3s }]
unacknowledged: { remind: { every: 3s, times: 1 }, escalate: [] }
`;
const BEAT_MS = 200;
/** Ten seconds: longer than all of them together. */
const UNHEARD_BEATS = 50;

let server: NatsServer;
let postgres: Postgres;
let service: RunningService<CorrelatorEnv>;
let nats: Nats;
let ingest: NodeJS.Timeout;
/** By id: what was published as the server died is published again. */
const heard = new Map<string, ProblemEvent>();
let unheardBeats = 0;
let changed: () => void = () => undefined;

beforeAll(async () => {
  [server, postgres] = await Promise.all([startNatsServer(), startPostgres()]);
  const url = await postgres.createDatabase();
  const database = new Database(url, () => undefined);
  await database.start();
  await applyRulesFile(database, RULES);
  await database.stop();
  service = await startService(correlatorService, {
    PORT: '0',
    NATS_URL: server.url,
    DATABASE_URL: url,
    LOG_LEVEL: 'fatal',
  });
  nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
  nats.connection.subscribe('gomon.problem.v1.>', {
    callback: (_error, message) => {
      const json: unknown = message.json();
      for (const event of (Array.isArray(json) ? json : [json]).map((each) => problemEvent.parse(each)))
        heard.set(event.id, event);
      changed();
    },
  });
  // As ingest does: what it says does not matter while nobody hears it.
  ingest = setInterval(() => {
    if (nats.isConnected())
      nats.connection.publish(subjects.spoolState, JSON.stringify({ instance: 'a', undrained: 0 }));
    else unheardBeats++;
    changed();
  }, BEAT_MS);
}, 60_000);

afterAll(async () => {
  clearInterval(ingest);
  await nats.drain();
  await service.close();
  await postgres.stop('immediate');
  await server.stop();
});

async function report(...observations: readonly Observation[]): Promise<void> {
  const now = new Date();
  const data = {
    kind: 'delta' as const,
    scope: 'default',
    source: { kind: 'grafana', instance: 'default' },
    acceptedAt: now.toISOString(),
    observations: [...observations],
  };
  const event = eventOf('gomon.observed.v1', data, { id: randomUUID(), source: 'gomon/ingest', time: now });
  const subject = subjects.observed('normal', 'grafana');
  await new Publisher(nats).publish({ subject, id: event.id, event, timeoutMs: 20_000 });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => (changed = resolve));
}

const facts = () => [...heard.values()];
const told = () => facts().map(({ type, data }) => `${type.split('.').at(-1) ?? ''} ${data.problem.title}`);

it('while nothing could reach us nothing ends and nothing rings, however long that takes', async () => {
  const urgent = firing('Down', { labels: { alertname: 'Down', severity: 'critical' } });
  const watchdog = firing('Watchdog', { labels: { alertname: 'Watchdog' } });
  await report(urgent, watchdog);
  await until(() => told().includes('opened Down'));
  await server.kill();
  await until(() => unheardBeats >= UNHEARD_BEATS);
  await server.restart();
  // What its sources still hold, they repeat when they can.
  await report(urgent, watchdog, firing('After'));
  await until(() => told().includes('opened After'));
  expect(told()).toEqual(['opened Down', 'opened After']);
  // Time goes on from there: what is not repeated any more ends, and who does not answer is reminded.
  await until(() => told().includes('resolved After') && told().includes('opened HeartbeatMissing'));
  await report(firing('Unanswered', { labels: { alertname: 'Unanswered', severity: 'critical' } }));
  await until(() =>
    facts().some(({ data }) => data.problem.announced?.why.startsWith('nobody has') === true),
  );
}, 120_000);
