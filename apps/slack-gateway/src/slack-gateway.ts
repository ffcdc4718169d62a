import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { ClientNats } from '@nestjs/microservices';
import { problemEvent } from '@gomon/contracts';
import { CommandSender, CONSUMERS, queryClientOptions } from '@gomon/messaging';
import { defineService, logTo, type Runtime } from '@gomon/service';
import { Claims } from './claim/claims.js';
import { InteractionsController } from './interaction/interactions.controller.js';
import { Convergence } from './message/converge.js';
import { ProblemsController } from './message/problems.controller.js';
import { Record } from './message/record-told.js';
import { SlackMessages } from './message/slack-messages.js';
import { TellProblem } from './message/tell-problem.js';
import { slackGatewayEnv, type SlackGatewayEnv } from './slack-gateway-env.js';
import { Pacer } from './slack/pacer.js';
import { Pauses } from './slack/pauses.js';
import { SlackClient } from './slack/slack-client.js';
import { LOG, SIGNING_SECRET } from './tokens.js';

/** Tells problems in Slack, and takes the presses of its buttons. */
export const slackGatewayService = defineService<SlackGatewayEnv>({
  name: 'slack-gateway',
  env: slackGatewayEnv,
  module: wire,
  consumes: [
    { consumer: CONSUMERS.slackUrgent, schema: problemEvent },
    { consumer: CONSUMERS.slackNormal, schema: problemEvent },
  ],
  onReady: (app) => {
    app.get(Convergence).start();
  },
  beforeClose: async (app) => {
    await app.get(Convergence).stop();
    app.get(SlackClient).close();
    await app.get(ClientNats).close();
  },
});

@Module({})
class SlackGatewayModule {}

function wire({
  config,
  nats,
  natsAddress,
  publisher,
  log,
  health,
}: Runtime<SlackGatewayEnv>): DynamicModule {
  const say = logTo(log);
  const client = new SlackClient({
    token: config.SLACK_BOT_TOKEN,
    apiUrl: config.SLACK_API_URL,
    timeoutMs: config.SLACK_TIMEOUT_MS,
  });
  const pacer = new Pacer(config.SLACK_PACE_PER_SECOND);
  const pauses = new Pauses();
  const messages = new SlackMessages(client, pacer, pauses);
  const queryClient = new ClientNats(queryClientOptions(natsAddress));
  const record = new Record(publisher, queryClient);
  const teller = new TellProblem(messages, new Claims(nats), record, say, {
    owner: randomUUID(),
    fallbackChannel: config.SLACK_FALLBACK_CHANNEL,
    staleAfterMs: config.SLACK_TIMEOUT_MS + 5_000,
  });
  health.indicator('slack', () => ({
    // Slack that is down is no reason to restart us: facts wait in their stream.
    ok: true,
    detail: `${client.isOpen ? 'Slack does not answer: calls are held back; ' : ''}${pacer.waiting} messages wait for their turn, ${pauses.size} pauses`,
  }));
  return {
    module: SlackGatewayModule,
    controllers: [ProblemsController, InteractionsController],
    providers: [
      { provide: TellProblem, useValue: teller },
      { provide: Convergence, useValue: new Convergence(queryClient, teller, say) },
      { provide: SlackClient, useValue: client },
      { provide: ClientNats, useValue: queryClient },
      { provide: CommandSender, useValue: new CommandSender(nats, publisher) },
      { provide: SIGNING_SECRET, useValue: config.SLACK_SIGNING_SECRET },
      { provide: LOG, useValue: say },
    ],
  };
}
