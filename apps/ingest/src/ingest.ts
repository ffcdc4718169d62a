import { hostname } from 'node:os';
import { Module, type DynamicModule } from '@nestjs/common';
import { defineService, logTo, reportDurability, type Runtime } from '@gomon/service';
import { alertmanagerSenders, grafanaSenders } from './credentials/senders-from-env.js';
import { ingestEnv, type IngestEnv } from './ingest-env.js';
import { Acceptance } from './report/accept.js';
import { natsDurability } from './report/nats-durability.js';
import { ReportStream } from './report/report-stream.js';
import { Drain } from './spool/drain.js';
import { measureSpool } from './spool/spool-metrics.js';
import { Spool } from './spool/spool.js';
import { SpoolTeller } from './spool/tell-spool-state.js';
import { Reception } from './webhooks/receive.js';
import { ALERTMANAGER, GRAFANA, WebhooksController } from './webhooks/webhooks.controller.js';

/** Takes webhooks, and answers 2xx only when they are on disk. It is of use without NATS: that is what the spool is for. */
export const ingestService = defineService<IngestEnv>({
  name: 'ingest',
  env: ingestEnv,
  module: wire,
  startsWithoutNats: true,
  onReady: (app) => {
    app.get(Drain).start();
    app.get(SpoolTeller).start();
  },
  beforeClose: async (app) => {
    app.get(SpoolTeller).stop();
    await app.get(Drain).stop();
    await app.get(Spool).close();
  },
});

/** The latest pieces of damage, in words. */
const DAMAGE_SHOWN = 5;

@Module({})
class IngestModule {}

async function wire(runtime: Runtime<IngestEnv>): Promise<DynamicModule> {
  const { config, nats, publisher, health, log } = runtime;
  const say = logTo(log);
  const spool = await Spool.open({ folder: config.SPOOL_DIR, maxBytes: config.SPOOL_MAX_BYTES, log: say });
  const acceptance = new Acceptance(nats, new ReportStream(publisher), spool, say);
  const reception = (kind: string, senders: ReturnType<typeof grafanaSenders>) => {
    if (senders.isOpen) log.warn(`ANYBODY MAY POST to /webhooks/${kind}: authentication is switched off`);
    return new Reception(kind, senders, acceptance, publisher, config.GOMON_SCOPE);
  };
  measureSpool(spool);
  const readDurability = reportDurability('nats', () => natsDurability(config.NATS_MONITOR_URL), runtime);
  nats.onConnection(() => void readDurability());
  health.indicator('spool', async () => {
    const { ok, detail } = await acceptance.readiness();
    const state = `${spool.undrained} messages undrained, ${spool.bytes} bytes`;
    const oldest =
      spool.oldestAcceptedAt === undefined ? [] : [`the oldest accepted at ${spool.oldestAcceptedAt}`];
    const damage = spool.damage.slice(-DAMAGE_SHOWN);
    return {
      ok,
      detail: [state, ...oldest, ...(detail === undefined ? [] : [detail]), ...damage].join('; '),
    };
  });
  return {
    module: IngestModule,
    controllers: [WebhooksController],
    providers: [
      { provide: GRAFANA, useValue: reception('grafana', grafanaSenders(config)) },
      { provide: ALERTMANAGER, useValue: reception('alertmanager', alertmanagerSenders(config)) },
      { provide: Spool, useValue: spool },
      { provide: Drain, useValue: new Drain(spool, nats, publisher, say) },
      { provide: SpoolTeller, useValue: new SpoolTeller(spool, nats, `${hostname()}:${config.SPOOL_DIR}`) },
    ],
  };
}
