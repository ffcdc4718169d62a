import { Module, type DynamicModule } from '@nestjs/common';
import { clusterHealthEvent, commandEvent, deadLetterEvent, observedEvent } from '@gomon/contracts';
import { CONSUMERS, Nats } from '@gomon/messaging';
import { defineService, logTo, reportDurability, type Runtime } from '@gomon/service';
import { ClusterController } from './cluster/cluster.controller.js';
import { CommandsController } from './commands/commands.controller.js';
import { correlatorEnv, type CorrelatorEnv } from './correlator-env.js';
import { ClusterTopologies } from './cluster/topology.js';
import { Database } from './database/database.js';
import { postgresDurability } from './database/postgres-durability.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { Heartbeat } from './heartbeat/heartbeat.js';
import { HistoryController } from './history/history.controller.js';
import { Housekeeping } from './housekeeping/housekeeping.js';
import { Outbox } from './outbox/outbox.js';
import { QueriesController } from './query/queries.controller.js';
import { ReportsController } from './reports/reports.controller.js';
import { RuleBook } from './rules/rule-book.js';
import { RuleMatchesWriter } from './rules/rule-matches-writer.js';
import { RulesFileWatch } from './rules/rules-file-watch.js';
import { Due } from './ticks/due.js';
import { Listening } from './ticks/listening.js';

const DAY_MS = 24 * 60 * 60_000;

/** Decides: the one service that owns PostgreSQL. */
export const correlatorService = defineService<CorrelatorEnv>({
  name: 'correlator',
  env: correlatorEnv,
  module: wire,
  answersQueries: true,
  consumes: [
    { consumer: CONSUMERS.correlatorUrgent, schema: observedEvent },
    { consumer: CONSUMERS.correlatorNormal, schema: observedEvent },
    { consumer: CONSUMERS.correlatorCommands, schema: commandEvent },
    { consumer: CONSUMERS.correlatorCluster, schema: clusterHealthEvent },
    { consumer: CONSUMERS.correlatorDeadLetters, schema: deadLetterEvent },
  ],
  onReady: (app) => app.get(Background).start(),
  beforeClose: (app) => app.get(Background).stop(),
});

/** What goes on without being asked. */
class Background {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly jobs: readonly { start(): void; stop(): Promise<void> | void }[],
  ) {}

  /** Begins once the database is there, however long that takes. */
  start(): void {
    void this.database.start().then(() => {
      for (const job of [this.outbox, ...this.jobs]) job.start();
    });
  }

  async stop(): Promise<void> {
    for (const job of this.jobs) await job.stop();
    await this.outbox.stop();
    await this.database.stop();
  }
}

@Module({})
class CorrelatorModule {}

function wire(runtime: Runtime<CorrelatorEnv>): DynamicModule {
  const { config, nats, publisher, log, health } = runtime;
  const say = logTo(log);
  const topologies = new ClusterTopologies(nats, say);
  const rules = new RuleBook(config.INCIDENT_PROVIDER, say, topologies);
  const database = new Database(config.DATABASE_URL, say);
  const outbox = new Outbox(database, publisher, say);
  const listening = new Listening(nats, say);
  const due = new Due(database, outbox, listening, rules, say);
  const heartbeat = new Heartbeat(nats, outbox, listening, say, {
    url: config.HEARTBEAT_URL,
    everyMs: config.HEARTBEAT_EVERY_S * 1_000,
  });
  const readDurability = reportDurability('postgresql', () => postgresDurability(database), runtime);
  const background = new Background(database, outbox, [
    { start: () => void readDurability(), stop: () => undefined },
    new RulesFileWatch(database, config.GOMON_CONFIG, say),
    topologies,
    listening,
    due,
    new RuleMatchesWriter(database, rules, say),
    new Housekeeping(database, nats, say, config.HISTORY_DAYS * DAY_MS),
    heartbeat,
  ]);
  health.indicator('database', async () => {
    await database.query('select 1');
    return { ok: true };
  });
  return {
    module: CorrelatorModule,
    controllers: [
      ReportsController,
      CommandsController,
      ClusterController,
      DeadLettersController,
      QueriesController,
      HistoryController,
    ],
    providers: [
      { provide: RuleBook, useValue: rules },
      { provide: Database, useValue: database },
      { provide: Outbox, useValue: outbox },
      { provide: Due, useValue: due },
      { provide: ClusterTopologies, useValue: topologies },
      { provide: Nats, useValue: nats },
      { provide: Background, useValue: background },
    ],
  };
}
