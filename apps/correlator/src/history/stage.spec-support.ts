import { randomUUID } from 'node:crypto';
import {
  eventOf,
  OBSERVATIONS_HEADER,
  queries,
  subjects,
  type AlertCommand,
  type AlertView,
  type Board,
  type DecidesBy,
  type HistoryItem,
  type Labels,
  type Observation,
  type ProblemView,
  type TaskOf,
} from '@gomon/contracts';
import {
  CommandSender,
  Nats,
  Publisher,
  queryClientOptions,
  sendQuery,
  STREAMS,
  type Query,
} from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import { eventually, startNatsServer, startPostgres, type NatsServer, type Postgres } from '@gomon/testing';
import { ClientNats } from '@nestjs/microservices';
import type { z } from 'zod';
import type { CorrelatorEnv } from '../correlator-env.js';
import { correlatorService } from '../correlator.js';
import { Database } from '../database/database.js';

const actor = { kind: 'api', id: 'ops' } as const;

/** The correlator as a service, its stream and its database, and whoever asks it. */
export class Stage {
  private constructor(
    private readonly server: NatsServer,
    private readonly postgres: Postgres,
    private readonly service: RunningService<CorrelatorEnv>,
    readonly nats: Nats,
    private readonly publisher: Publisher,
    private readonly client: ClientNats,
    readonly database: Database,
  ) {}

  static async open(): Promise<Stage> {
    const [server, postgres] = await Promise.all([startNatsServer(), startPostgres()]);
    const databaseUrl = await postgres.createDatabase();
    const service = await startService(correlatorService, {
      PORT: '0',
      NATS_URL: server.url,
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: 'fatal',
      GOMON_CONFIG: '/nowhere/gomon.yaml',
    });
    const address = { url: server.url, name: 'spec', log: () => undefined };
    const nats = await Nats.connect(address);
    const client = new ClientNats(queryClientOptions(address));
    const database = new Database(databaseUrl, () => undefined);
    await database.start();
    return new Stage(server, postgres, service, nats, new Publisher(nats), client, database);
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.database.stop();
    await this.nats.drain();
    await this.service.close();
    await this.postgres.stop('immediate');
    await this.server.stop();
  }

  ask<Question extends z.ZodType, Answer extends z.ZodType>(
    query: Query<Question, Answer>,
    question: z.input<Question>,
  ): Promise<z.output<Answer>> {
    return sendQuery(this.client, query, question, { timeoutMs: 10_000 });
  }

  /** Reports, and waits until it is decided. */
  async report(kind: string, ...observations: readonly Observation[]): Promise<void> {
    const now = new Date();
    const id = randomUUID();
    const data = {
      kind: 'delta' as const,
      scope: 'default',
      source: { kind, instance: 'default' },
      acceptedAt: now.toISOString(),
      observations: [...observations],
    };
    await this.publisher.publish({
      subject: subjects.observed('normal', kind),
      id,
      event: eventOf('gomon.observed.v1', data, { id, source: 'gomon/ingest', time: now }),
      headers: { [OBSERVATIONS_HEADER]: String(observations.length) },
      timeoutMs: 5_000,
    });
    await eventually(
      'the report is decided',
      async () => (await this.ask(queries.ledger, { reportId: id })).report?.id === id,
    );
  }

  async command(body: {
    type: AlertCommand['type'];
    data: Readonly<Record<string, unknown>>;
  }): Promise<void> {
    const event = eventOf(
      body.type,
      { actor, ...body.data },
      { id: randomUUID(), source: 'gomon/api-gateway', time: new Date() },
    ) as AlertCommand;
    const { answer } = await new CommandSender(this.nats, this.publisher).send(event, { waitMs: 10_000 });
    if (answer?.outcome !== 'done') throw new Error(JSON.stringify(answer));
  }

  /** All problems that are there, whatever became of them. */
  async problems(): Promise<readonly ProblemView[]> {
    return (await this.ask(queries.listProblems, { limit: 500 })).items.map(({ problem }) => problem);
  }

  async problem(title: string): Promise<ProblemView> {
    const found = (await this.problems()).find((one) => one.title === title && one.mergedInto === undefined);
    if (found === undefined) throw new Error(`there is no problem ${title}`);
    return found;
  }

  async alerts(problemId: string): Promise<readonly AlertView[]> {
    const status = ['firing', 'acknowledged', 'escalated', 'resolved', 'archived'] as const;
    return (await this.ask(queries.listAlerts, { limit: 500, problemId, status: [...status] })).items;
  }

  /** All pages, few items each. */
  async history(
    about: { readonly since?: string; readonly problemId?: string; readonly limit?: number } = {},
  ): Promise<{
    readonly items: readonly HistoryItem[];
    readonly gone: number;
    readonly decidesBy: DecidesBy;
  }> {
    const { since = new Date(0).toISOString(), limit = 3, ...more } = about;
    const until = new Date().toISOString();
    const items: HistoryItem[] = [];
    let gone = 0;
    for (let cursor: string | undefined; ;) {
      const page = await this.ask(queries.readHistory, {
        since,
        until,
        limit,
        ...more,
        ...(cursor === undefined ? {} : { cursor }),
      });
      items.push(...page.items);
      gone += page.gone;
      cursor = page.nextCursor;
      if (cursor === undefined) return { items, gone, decidesBy: page.decidesBy };
    }
  }

  async board(at: string): Promise<Board> {
    return (await this.ask(queries.readBoard, { at })).board;
  }

  /** The task of exporting a problem, as the command line puts it, and the history that it is about. */
  async exportOf(
    title: string,
  ): Promise<{ readonly task: TaskOf<'export'>; readonly items: readonly HistoryItem[] }> {
    const problem = await this.problem(title);
    const { items, decidesBy } = await this.history({ problemId: problem.id });
    const { topology } = await this.ask(queries.readTopology, { part: 0 });
    const silences = (await this.ask(queries.listSilences, { limit: 100 })).items;
    const merged = (await this.problems()).filter(({ mergedInto }) => mergedInto?.problemId === problem.id);
    const task: TaskOf<'export'> = {
      task: 'export',
      decidesBy,
      topology: topology === null ? [] : [topology],
      silences: silences.filter(({ createdAt }) => createdAt < problem.openedAt),
      since: problem.openedAt,
      json: false,
      problem,
      merged,
      members: [...(await this.alerts(problem.id))],
      rules: { version: 0, at: problem.openedAt, content: '' },
    };
    return { task, items };
  }

  /** Deletes what is stored up to now. */
  async forget(): Promise<void> {
    const manager = await this.nats.jetstreamManager();
    for (const { name } of [STREAMS.observations, STREAMS.commands]) {
      const { state } = await manager.streams.info(name);
      await manager.streams.purge(name, { seq: state.last_seq + 1 });
    }
  }

  async tellTopology(topology: Readonly<Record<string, unknown>>): Promise<void> {
    const at = new Date();
    const data = { cluster: 'default', scope: 'default', at: at.toISOString(), ...topology };
    const id = randomUUID();
    await this.publisher.publish({
      subject: subjects.cluster.topology,
      id,
      event: eventOf('gomon.cluster.v1.topology', data, { id, source: 'gomon/k8s-watcher', time: at }),
      timeoutMs: 5_000,
    });
    await eventually(
      'the topology is known',
      async () => (await this.ask(queries.readTopology, { part: 0 })).topology !== null,
    );
  }
}

export function saying(
  status: 'firing' | 'resolved',
  labels: Labels,
  more: Partial<Observation> = {},
): Observation {
  return { status, labels, annotations: {}, ...more };
}

export async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
}
