import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { ClientNats } from '@nestjs/microservices';
import { problemEvent } from '@gomon/contracts';
import {
  BUCKETS,
  Claims,
  CommandSender,
  CONSUMERS,
  Convergence,
  hasLostMessages,
  queryClientOptions,
  reconcileStreams,
} from '@gomon/messaging';
import { defineService, logTo, type Indication, type Runtime } from '@gomon/service';
import { claim } from './claim/claim.js';
import { InteractionsController } from './interaction/interactions.controller.js';
import { shownInSlack } from './message/converge.js';
import { Replies } from './message/replies.js';
import { FirstPost } from './message/first-post.js';
import { MessageUpdate } from './message/message-update.js';
import { ProblemsController } from './message/problems.controller.js';
import { Record } from './message/record-told.js';
import { plainAnswer } from './message/slack-answers.js';
import { SlackMessages } from './message/slack-messages.js';
import { TellProblem } from './message/tell-problem.js';
import { slackGatewayEnv, type SlackGatewayEnv } from './slack-gateway-env.js';
import { Pacer } from './slack/pacer.js';
import { Pauses } from './slack/pauses.js';
import { SlackCalls } from './slack/slack-calls.js';
import { SlackClient } from './slack/slack-client.js';
import { LOG, SIGNING_SECRET } from './tokens.js';

const FACTS = [
  CONSUMERS.slackOpenedUrgent,
  CONSUMERS.slackOpenedNormal,
  CONSUMERS.slackChangedUrgent,
  CONSUMERS.slackChangedNormal,
];
/**
 * Slack takes about one post a second to a channel, and 50 updates a minute in a workspace, with bursts of both
 * (https://docs.slack.dev/apis/web-api/rate-limits, tier 3).
 */
const UPDATES_TO_POSTS = 50 / 60;
const BURST_OF_UPDATES = 20;

/** Tells problems in Slack, and takes the presses of its buttons. */
export const slackGatewayService = defineService<SlackGatewayEnv>({
  name: 'slack-gateway',
  env: slackGatewayEnv,
  module: wire,
  consumes: FACTS.map((consumer) => ({ consumer, schema: problemEvent })),
  onReady: async (app, { nats }) => {
    // Before anything is pulled: a pull moves the consumer over what is gone.
    app.get(Convergence).start(await hasLostMessages(nats, FACTS));
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onClose', () => app.get(SlackMessages).stop());
    // A token that Slack does not take is known before there is anything to tell.
    void app.get(SlackClient).call('auth.test', {}, plainAnswer);
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
    log: say,
  });
  const perSecond = config.SLACK_PACE_PER_SECOND;
  const pacers = {
    posts: new Pacer(perSecond),
    updates: new Pacer(perSecond * UPDATES_TO_POSTS, BURST_OF_UPDATES),
  };
  const pauses = new Pauses();
  const messages = new SlackMessages(new SlackCalls(client, pauses, Date.now), pacers);
  const replicas = config.STREAM_REPLICAS === undefined ? {} : { replicas: config.STREAM_REPLICAS };
  const claims = new Claims(nats, BUCKETS.slackClaims, claim, () => reconcileStreams(nats, replicas), say);
  const queryClient = new ClientNats(queryClientOptions(natsAddress));
  const record = new Record(publisher, queryClient);
  const options = {
    owner: randomUUID(),
    fallbackChannel: config.SLACK_FALLBACK_CHANNEL,
    // A message that Slack refuses is sent a second time, plainly.
    staleAfterMs: 2 * config.SLACK_TIMEOUT_MS + 5_000,
    settleAfterMs: 3 * config.SLACK_TIMEOUT_MS,
  };
  const first = new FirstPost(messages, claims, record, say, options);
  const updates = new MessageUpdate(messages, claims, record, first, say, options);
  const replies = new Replies(messages, claims, record, say, options);
  const teller = new TellProblem(messages, claims, first, updates, replies, record);
  health.indicator('slack', () => slackIndication(client, messages, pauses));
  return {
    module: SlackGatewayModule,
    controllers: [ProblemsController, InteractionsController],
    providers: [
      { provide: TellProblem, useValue: teller },
      { provide: Convergence, useValue: new Convergence(queryClient, shownInSlack(teller), say) },
      { provide: SlackClient, useValue: client },
      { provide: SlackMessages, useValue: messages },
      { provide: ClientNats, useValue: queryClient },
      { provide: Record, useValue: record },
      { provide: CommandSender, useValue: new CommandSender(nats, publisher) },
      { provide: SIGNING_SECRET, useValue: config.SLACK_SIGNING_SECRET },
      { provide: LOG, useValue: say },
    ],
  };
}

/** Slack that is down is no reason to be taken out of service: facts wait in their stream. A token that it refuses is. */
function slackIndication({ breaker }: SlackClient, messages: SlackMessages, pauses: Pauses): Indication {
  const paused = pauses.current(Date.now());
  return {
    ok: breaker.tokenIsRefused === undefined,
    detail: [
      breaker.reason ?? 'Slack answers',
      `${messages.waiting} messages wait for their turn`,
      ...(paused.length === 0 ? [] : [`paused: ${paused.join(', ')}`]),
    ].join('; '),
  };
}
