import { randomUUID } from 'node:crypto';
import {
  eventOf,
  OBSERVATIONS_HEADER,
  problemEvent,
  queries,
  subjects,
  type CommandAnswer,
  type CommandEvent,
  type Labels,
  type ProblemEvent,
  type ProblemView,
} from '@gomon/contracts';
import { CommandSender, Nats, Publisher, queryClientOptions, sendQuery } from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import { startNatsServer, startPostgres, type NatsServer, type Postgres } from '@gomon/testing';
import { ClientNats } from '@nestjs/microservices';
import type { CorrelatorEnv } from '../correlator-env.js';
import { correlatorService } from '../correlator.js';
import { Database } from '../database/database.js';
import { firing } from '../database/test-database.spec-support.js';

let server: NatsServer;
let postgres: Postgres;
let database: Database;
let service: RunningService<CorrelatorEnv>;
let nats: Nats;
let publisher: Publisher;
let client: ClientNats;
let databaseUrl: string;
const facts: ProblemEvent[] = [];
const waiting = new Set<() => void>();

beforeAll(async () => {
  [server, postgres] = await Promise.all([startNatsServer(), startPostgres()]);
  databaseUrl = await postgres.createDatabase();
  await startCorrelator();
  database = new Database(databaseUrl, () => undefined);
  await database.start();
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
  await database.stop();
  await postgres.stop('immediate');
  await server.stop();
});

/** A process that knows nothing but what is stored. */
async function startCorrelator(): Promise<void> {
  service = await startService(correlatorService, {
    PORT: '0',
    NATS_URL: server.url,
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'fatal',
  });
}

async function report(scope: string, ...all: readonly Labels[]): Promise<void> {
  const now = new Date();
  const startsAt = now.toISOString();
  const data = {
    kind: 'delta' as const,
    scope,
    source: { kind: 'grafana', instance: 'default' },
    acceptedAt: startsAt,
    observations: all.map((labels) => firing('', { labels, startsAt })),
  };
  const event = eventOf('gomon.observed.v1', data, { id: randomUUID(), source: 'gomon/ingest', time: now });
  await publisher.publish({
    subject: subjects.observed('normal', 'grafana'),
    id: event.id,
    event,
    headers: { [OBSERVATIONS_HEADER]: String(all.length) },
    timeoutMs: 5_000,
  });
}

/** The newest problem view for which something holds, as soon as it was published. */
async function told(holds: (problem: ProblemView) => boolean): Promise<ProblemView> {
  const find = () => facts.find(({ data }) => holds(data.problem))?.data.problem;
  for (let found = find(); ; found = find()) {
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => {
      const check = () => {
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
    });
  }
}

async function command(body: Pick<CommandEvent, 'type' | 'data'>): Promise<CommandAnswer> {
  const event = eventOf(body.type, body.data, { id: randomUUID(), source: 'gomon/test', time: new Date() });
  const { answer } = await new CommandSender(nats, publisher).send(event as CommandEvent, { waitMs: 10_000 });
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

const actor = { kind: 'slack' as const, id: 'U1', name: 'Alice' };
const about = ({ id }: { readonly id: string }) => ({ actor, target: { kind: 'problem' as const, id } });

async function problemBy(id: string): Promise<ProblemView | undefined> {
  return (await sendQuery(client, queries.getProblem, { id }, { timeoutMs: 5_000 })).found?.problem;
}

/** Which alerts of a scope are one problem, by their names. */
async function groupsIn(scope: string): Promise<readonly string[]> {
  const rows = await database.query<{ title: string; correlation_id: string }>(
    `select title, correlation_id from alerts_active where scope = $1 and resolved_at is null order by title`,
    [scope],
  );
  const groups = Map.groupBy(rows, ({ correlation_id: id }) => id);
  return [...groups.values()].map((of) => of.map(({ title }) => title).join(' + ')).sort();
}

const memberOf = ({ members }: ProblemView, title: string): string => {
  const member = members.find((one) => one.title === title);
  if (member === undefined) throw new Error(`no ${title}`);
  return member.alertId;
};
const node: Labels = { alertname: 'KubeNodeNotReady', node: 'worker-3', severity: 'critical' };
const on = (alertname: string, service_: string): Labels => ({
  alertname,
  service: service_,
  node: 'worker-3',
  severity: 'warning',
});

it('what people split, move and merge stays so, also for a process that has just started', async () => {
  const scope = 'people';
  await report(scope, node, on('HighLatency', 'cart'), on('KubePodNotReady', 'pay'));
  const whole = await told((problem) => problem.scope === scope && problem.counts.total === 3);
  const alertIds = [memberOf(whole, 'HighLatency')];
  const split = await command({
    type: 'gomon.command.v1.split-problem',
    data: { ...about(whole), alertIds, reason: 'another story' },
  });
  expect(split).toMatchObject({ outcome: 'done', problem: { title: 'HighLatency', counts: { total: 1 } } });

  await service.close();
  await startCorrelator();
  await report(scope, on('SlowRequests', 'cart'), on('KubePodCrashLooping', 'mail'));
  await told(({ id, counts }) => id === whole.id && counts.total === 4);
  expect(await groupsIn(scope)).toEqual([
    'HighLatency',
    'KubeNodeNotReady + KubePodCrashLooping + KubePodNotReady + SlowRequests',
  ]);

  const own = split.problem?.id ?? '';
  const present = await problemBy(whole.id);
  const moved = await command({
    type: 'gomon.command.v1.move-alerts',
    data: { ...about(whole), alertIds: [memberOf(present ?? whole, 'SlowRequests')], to: own },
  });
  expect(moved).toMatchObject({ outcome: 'done', problem: { id: own, counts: { total: 2, firing: 2 } } });

  await service.close();
  await startCorrelator();
  await report(scope, on('KubeContainerWaiting', 'stock'));
  await told(
    ({ id, members }) => id === whole.id && members.some(({ title }) => title === 'KubeContainerWaiting'),
  );
  expect(await groupsIn(scope)).toEqual([
    'HighLatency + SlowRequests',
    'KubeContainerWaiting + KubeNodeNotReady + KubePodCrashLooping + KubePodNotReady',
  ]);

  const merged = await command({
    type: 'gomon.command.v1.merge-problems',
    data: { ...about(whole), into: own },
  });
  expect(merged).toMatchObject({
    outcome: 'done',
    problem: { id: own, severity: 'P1', counts: { total: 6, firing: 6 }, incident: { status: 'open' } },
  });
  expect(await problemBy(whole.id)).toMatchObject({
    status: 'resolved',
    resolved: { by: 'merge', actor },
    mergedInto: { problemId: own },
    incident: { status: 'resolved' },
    counts: { total: 0 },
  });
  await service.close();
  await startCorrelator();
  await report(scope, on('KubePodEvicted', 'news'));
  await told(({ id, counts }) => id === own && counts.total === 7);
  expect(await groupsIn(scope)).toHaveLength(1);
  const audit = await database.query<{ action: string; actor: unknown }>(
    `select distinct action, actor from alert_actions where actor ->> 'id' = 'U1' order by action`,
  );
  expect(audit).toEqual(['merged', 'moved', 'placed', 'split'].map((action) => ({ action, actor })));
}, 60_000);

it('a command of a person has one effect, and one about another scope is refused', async () => {
  await report('north', { alertname: 'AlphaOdd' }, { alertname: 'BetaOdd' });
  await report('south', { alertname: 'GammaOdd' });
  const [alpha, beta, gamma] = await Promise.all(
    ['AlphaOdd', 'BetaOdd', 'GammaOdd'].map((title) => told((problem) => problem.title === title)),
  );
  if (alpha === undefined || beta === undefined || gamma === undefined) throw new Error('three were told');
  const merge = {
    type: 'gomon.command.v1.merge-problems',
    data: { ...about(alpha), into: beta.id },
  } as const;
  const event = eventOf(merge.type, merge.data, { id: 'once', source: 'gomon/test', time: new Date() });
  const send = () => new CommandSender(nats, publisher).send(event, { waitMs: 10_000 });
  expect((await send()).answer).toMatchObject({ outcome: 'done', problem: { id: beta.id } });
  expect(await command(merge)).toMatchObject({
    outcome: 'without-effect',
    message: expect.stringMatching(/^it ended at /) as string,
  });
  expect(await command({ ...merge, data: { ...about(beta), into: gamma.id } })).toMatchObject({
    outcome: 'refused',
    message: 'into: it is of another scope, south',
  });
  expect(await groupsIn('north')).toEqual(['AlphaOdd + BetaOdd']);
}, 60_000);
