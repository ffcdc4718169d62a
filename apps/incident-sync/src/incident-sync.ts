import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { ClientNats } from '@nestjs/microservices';
import { incidentChangedEvent } from '@gomon/contracts';
import {
  BUCKETS,
  Claims,
  CONSUMERS,
  Convergence,
  hasLostMessages,
  queryClientOptions,
  reconcileStreams,
} from '@gomon/messaging';
import { defineService, logTo, type Indication, type Runtime } from '@gomon/service';
import { Change } from './incident/change.js';
import { claim } from './incident/claim.js';
import { Creation } from './incident/creation.js';
import { IncidentsController } from './incident/incidents.controller.js';
import { Record } from './incident/record-incident.js';
import { shownInOpsgenie } from './incident/shown-in-opsgenie.js';
import { SyncIncident } from './incident/sync-incident.js';
import { incidentSyncEnv, type IncidentSyncEnv } from './incident-sync-env.js';
import { OpsgenieClient } from './opsgenie/opsgenie-client.js';

/** Mirrors incidents in Opsgenie. */
export const incidentSyncService = defineService<IncidentSyncEnv>({
  name: 'incident-sync',
  env: incidentSyncEnv,
  module: wire,
  consumes: [{ consumer: CONSUMERS.incidents, schema: incidentChangedEvent }],
  onReady: async (app, { nats }) => {
    // Before anything is pulled: a pull moves the consumer over what is gone.
    app.get(Convergence).start(await hasLostMessages(nats, [CONSUMERS.incidents]));
  },
  beforeClose: async (app) => {
    await app.get(Convergence).stop();
    app.get(OpsgenieClient).close();
    await app.get(ClientNats).close();
  },
});

@Module({})
class IncidentSyncModule {}

function wire(runtime: Runtime<IncidentSyncEnv>): DynamicModule {
  const { config, nats, natsAddress, publisher, log, health } = runtime;
  const say = logTo(log);
  const timeoutMs = config.OPSGENIE_TIMEOUT_MS;
  const client = new OpsgenieClient({
    apiKey: config.OPSGENIE_API_KEY,
    apiUrl: config.OPSGENIE_API_URL,
    timeoutMs,
    log: say,
  });
  const replicas = config.STREAM_REPLICAS === undefined ? {} : { replicas: config.STREAM_REPLICAS };
  const claims = new Claims(nats, BUCKETS.incidentClaims, claim, () => reconcileStreams(nats, replicas), say);
  const queryClient = new ClientNats(queryClientOptions(natsAddress));
  const record = new Record(publisher, queryClient, config.OPSGENIE_WEB_URL);
  const options = {
    owner: randomUUID(),
    staleAfterMs: timeoutMs + 5_000,
    settleMs: config.OPSGENIE_SETTLE_MS,
    webUrl: config.OPSGENIE_WEB_URL,
    team: config.OPSGENIE_TEAM,
    serviceId: config.OPSGENIE_SERVICE_ID,
  };
  const creation = new Creation(client, claims, record, say, options);
  const change = new Change(client, claims, record, say, options);
  const sync = new SyncIncident(claims, creation, change, record);
  health.indicator('opsgenie', () => opsgenieIndication(client));
  return {
    module: IncidentSyncModule,
    controllers: [IncidentsController],
    providers: [
      { provide: SyncIncident, useValue: sync },
      { provide: OpsgenieClient, useValue: client },
      { provide: ClientNats, useValue: queryClient },
      { provide: Convergence, useValue: new Convergence(queryClient, shownInOpsgenie(sync), say) },
    ],
  };
}

/** Opsgenie that is down is no reason to be taken out of service: facts wait in their stream. A key that it refuses is. */
function opsgenieIndication({ breaker }: OpsgenieClient): Indication {
  return { ok: breaker.tokenIsRefused === undefined, detail: breaker.reason ?? 'Opsgenie answers' };
}
