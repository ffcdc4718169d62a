import { randomUUID } from 'node:crypto';
import {
  eventOf,
  OBSERVATIONS_HEADER,
  problemEvent,
  queries,
  REPORTS_HEADER,
  subjects,
  type CommandEvent,
  type Observation,
  type ProblemEvent,
} from '@gomon/contracts';
import { CommandSender, Nats, Publisher, queryClientOptions, sendQuery, type Query } from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import { startNatsServer, startPostgres, type NatsServer, type Postgres } from '@gomon/testing';
import { ClientNats } from '@nestjs/microservices';
import type { z } from 'zod';
import type { CorrelatorEnv } from './correlator-env.js';
import { correlatorService } from './correlator.js';
import { Database } from './database/database.js';
import { decideNow, delivered, firing, resolved } from './database/test-database.spec-support.js';

let server: NatsServer;
let postgres: Postgres;
let databaseUrl: string;
let service: RunningService<CorrelatorEnv>;
let nats: Nats;
let publisher: Publisher;
let client: ClientNats;
const facts: ProblemEvent[] = [];
const waiting = new Set<() => void>();

beforeAll(async () => {
  [server, postgres] = await Promise.all([startNatsServer(), startPostgres()]);
  databaseUrl = await postgres.createDatabase();
  const env = {
    PORT: '0',
    NATS_URL: server.url,
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'fatal',
  };
  service = await startService(correlatorService, env);
  const address = { url: server.url, name: 'spec', log: () => undefined };
  nats = await Nats.connect(address);
  publisher = new Publisher(nats);
  client = new ClientNats(queryClientOptions(address));
  nats.connection.subscribe('gomon.problem.v1.>', {
    callback: (_error, message) => {
      const json: unknown = message.json();
      facts.push(...(Array.isArray(json) ? json : [json]).map((event) => problemEvent.parse(event)));
      for (const check of waiting) check();
    },
  });
}, 60_000);

afterAll(async () => {
  await client.close();
  await nats.drain();
  await service.close();
  await postgres.stop('immediate');
  await server.stop();
});

function reportOf(...observations: readonly Observation[]) {
  const now = new Date();
  const data = {
    kind: 'delta' as const,
    scope: 'default',
    source: { kind: 'grafana', instance: 'default' },
    acceptedAt: now.toISOString(),
    observations: [...observations],
  };
  return eventOf('gomon.observed.v1', data, { id: randomUUID(), source: 'gomon/ingest', time: now });
}

async function report(...observations: readonly Observation[]): Promise<string> {
  const event = reportOf(...observations);
  await publisher.publish({
    subject: subjects.observed('normal', 'grafana'),
    id: event.id,
    event,
    headers: { [OBSERVATIONS_HEADER]: String(observations.length) },
    timeoutMs: 5_000,
  });
  return event.id;
}

/** The fact of a problem by title and status, as soon as it was published. */
async function fact(title: string, status: string): Promise<ProblemEvent> {
  const find = () =>
    facts.find(({ data: { problem } }) => problem.title === title && problem.status === status);
  await new Promise<void>((resolve) => {
    const check = () => {
      if (find() === undefined) return;
      waiting.delete(check);
      resolve();
    };
    waiting.add(check);
    check();
  });
  const found = find();
  if (found === undefined) throw new Error('it was there a moment ago');
  return found;
}

function ask<Question extends z.ZodType, Answer extends z.ZodType>(
  query: Query<Question, Answer>,
  question: z.input<Question>,
): Promise<z.output<Answer>> {
  return sendQuery(client, query, question, { timeoutMs: 5_000 });
}

function command(body: Pick<CommandEvent, 'type' | 'data'>): CommandEvent {
  return {
    ...eventOf(body.type, body.data, { id: randomUUID(), source: 'gomon/api-gateway', time: new Date() }),
  } as CommandEvent;
}

describe('the correlator', () => {
  it('turns a report into a fact that holds the whole problem', async () => {
    await report(firing('Whole', { annotations: { summary: 'all of it' } }));
    const { data, type } = await fact('Whole', 'firing');
    expect(type).toBe('gomon.problem.v1.opened');
    expect(data.tell).toEqual({
      receiver: 'slack',
      channel: '#k8s-healthchecks',
      announce: true,
      why: ['first report'],
    });
    expect(data.problem).toMatchObject({ version: 1, primary: { annotations: { summary: 'all of it' } } });
  });

  it('answers a command after its commit', async () => {
    await report(firing('Commanded'));
    const { data } = await fact('Commanded', 'firing');
    const { answer } = await new CommandSender(nats, publisher).send(
      command({
        type: 'gomon.command.v1.acknowledge-problem',
        data: { actor: { kind: 'api', id: 'ops' }, target: { kind: 'problem', id: data.problem.id } },
      }),
      { waitMs: 10_000 },
    );
    expect(answer).toMatchObject({ outcome: 'done', problem: { version: 2, status: 'acknowledged' } });
    await fact('Commanded', 'acknowledged');
  });

  it('answers queries', async () => {
    await report(firing('Asked'), resolved('Asked'));
    const { data } = await fact('Asked', 'resolved');
    const filter = [{ name: 'alertname', operator: '=' as const, value: 'Asked' }];
    const alerts = await ask(queries.listAlerts, { limit: 10, filter });
    expect(alerts).toMatchObject({ items: [{ title: 'Asked', status: 'resolved', observations: 2 }] });
    expect(await ask(queries.getProblem, { id: data.problem.id })).toMatchObject({
      found: { problem: { title: 'Asked' } },
    });
    expect(await ask(queries.getAlert, { id: data.problem.id })).toEqual({ alert: null });
    expect(await ask(queries.listProblems, { limit: 1 })).toMatchObject({
      items: [{ problem: { title: 'Asked' } }],
    });
  });

  it('balances its ledger, counted by stream and by database', async () => {
    const id = await report(firing('Counted'), firing('Counted'));
    await fact('Counted', 'firing');
    expect(await ask(queries.ledger, { reportId: id })).toMatchObject({
      balanced: true,
      reports: { inFlight: 0, duplicates: 0 },
      report: { observations: [{ end: 'waiting-to-be-told' }, { end: 'repeated' }] },
    });
  });

  it('balances its ledger also while a message of several waits for one of them', async () => {
    const before = await ask(queries.ledger, {});
    const poison = reportOf(firing('Poison', { annotations: { summary: 'a\u0000b' } }));
    const unreadable = { ...reportOf(), data: { observations: [1, 2, 3] } };
    await publisher.publish({
      subject: subjects.observed('normal', 'grafana'),
      id: randomUUID(),
      event: [unreadable, reportOf(firing('Beside')), poison, reportOf(firing('Behind'))],
      headers: { [OBSERVATIONS_HEADER]: '6', [REPORTS_HEADER]: '4' },
      timeoutMs: 5_000,
    });
    await publisher.publish({
      subject: subjects.observed('normal', 'grafana'),
      id: randomUUID(),
      body: Buffer.from('[{'),
      headers: { [OBSERVATIONS_HEADER]: '5', [REPORTS_HEADER]: '2' },
      timeoutMs: 5_000,
    });
    await Promise.all([fact('Beside', 'firing'), fact('Behind', 'firing')]);
    let now = before;
    while (now.reports.deadLettered < before.reports.deadLettered + 3) now = await ask(queries.ledger, {});
    expect(before).toMatchObject({ balanced: true, reports: { inFlight: 0 } });
    expect(now).toMatchObject({
      balanced: true,
      reports: {
        accepted: before.reports.accepted + 4 + 2,
        decided: before.reports.decided + 2,
        deadLettered: before.reports.deadLettered + 1 + 2,
        inFlight: 1,
      },
      observations: {
        ends: { deadLettered: before.observations.ends.deadLettered + 3 + 5 },
        inFlight: { undecided: 1 },
      },
    });
  });

  it.each([1, 20])('publishes what a process committed before it died: %i facts', async (count) => {
    const died = new Database(databaseUrl, () => undefined);
    await died.start();
    const titles = Array.from({ length: count }, (_, index) => `Left ${index} of ${count}`);
    await decideNow(died, [delivered(titles.map((title) => firing(title)))]);
    await died.stop();
    for (const title of titles) await fact(title, 'firing');
  });

  it('goes on when PostgreSQL was killed, and decides what came meanwhile', async () => {
    await postgres.kill();
    await report(firing('Meanwhile'));
    await postgres.restart();
    await fact('Meanwhile', 'firing');
  });

  it('goes on when nats-server was killed', async () => {
    await server.kill();
    await server.restart();
    await report(firing('Afterwards'));
    await fact('Afterwards', 'firing');
  });

  it('is ready only with its database', async () => {
    const ready = await fetch(`${service.url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(await (await fetch(`${service.url}/metrics`)).text()).toContain(
      'gomon_observations_decided_total',
    );
  });
});
