import { Module, type DynamicModule } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ClientNats } from '@nestjs/microservices';
import { CommandSender, Publisher, queryClientOptions } from '@gomon/messaging';
import { defineService, type Runtime } from '@gomon/service';
import { AccessGuard } from './access/access.guard.js';
import { TokensController } from './access/tokens.controller.js';
import { Tokens } from './access/tokens.js';
import { AlertsController } from './alerts/alerts.controller.js';
import { apiGatewayEnv, type ApiGatewayEnv } from './api-gateway-env.js';
import { LabelsController } from './alerts/labels.controller.js';
import { ClusterController } from './cluster/cluster.controller.js';
import { Correlator } from './correlator/ask.js';
import { Commands } from './correlator/command.js';
import { DocsController } from './docs/docs.controller.js';
import { openApiDocument } from './docs/openapi.js';
import { HistoryController } from './history/history.controller.js';
import { NoStoreInterceptor } from './http/no-store.interceptor.js';
import { OtherRoutesController } from './http/other-routes.controller.js';
import { IncidentsController } from './incidents/incidents.controller.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { ProblemsController } from './problems/problems.controller.js';
import { RulesController } from './rules/rules.controller.js';
import { SilencesController } from './silences/silences.controller.js';
import { DOCUMENT, SCOPE } from './tokens.js';

/** The REST API: questions and commands for the correlator, and alerts for its stream. It keeps nothing. */
export const apiGatewayService = defineService<ApiGatewayEnv>({
  name: 'api-gateway',
  env: apiGatewayEnv,
  module: wire,
  beforeClose: (app) => app.get(ClientNats).close(),
});

@Module({})
class ApiGatewayModule {}

function wire({ config, nats, natsAddress, publisher, log, health }: Runtime<ApiGatewayEnv>): DynamicModule {
  if (config.API_AUTH === 'off')
    log.warn('ANYBODY MAY READ AND COMMAND: authentication of the API is switched off');
  const client = new ClientNats(queryClientOptions(natsAddress));
  const correlator = new Correlator(client);
  // Alerts and commands are taken without it: it makes nobody turn away from us.
  health.indicator('correlator', () => ({ ok: true, detail: correlator.state }));
  const tokens = config.API_AUTH === 'off' ? undefined : config.API_TOKENS;
  return {
    module: ApiGatewayModule,
    controllers: [
      AlertsController,
      LabelsController,
      ProblemsController,
      IncidentsController,
      ClusterController,
      HistoryController,
      LedgerController,
      RulesController,
      SilencesController,
      TokensController,
      DocsController,
      OtherRoutesController,
    ],
    providers: [
      AccessGuard,
      { provide: APP_INTERCEPTOR, useClass: NoStoreInterceptor },
      { provide: Tokens, useValue: new Tokens(tokens, correlator) },
      { provide: ClientNats, useValue: client },
      { provide: Correlator, useValue: correlator },
      { provide: Commands, useValue: new Commands(new CommandSender(nats, publisher)) },
      { provide: Publisher, useValue: publisher },
      { provide: SCOPE, useValue: config.GOMON_SCOPE },
      { provide: DOCUMENT, useValue: openApiDocument() },
    ],
  };
}
