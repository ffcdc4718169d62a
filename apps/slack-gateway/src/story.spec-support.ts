import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  commandEvent,
  eventOf,
  queries,
  subjects,
  urgencyOf,
  type CommandAnswer,
  type ProblemView,
  type Told,
  type WhyAlert,
} from '@gomon/contracts';
import { BUCKETS, CONSUMERS, Nats, Publisher, reconcileStreams } from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import { startNatsServer, startSlackSimulator, type NatsServer, type SlackSimulator } from '@gomon/testing';
import type { Claim } from './claim/claim.js';
import { problemView } from './message/problem-view.spec-support.js';
import type { SlackGatewayEnv } from './slack-gateway-env.js';
import { slackGatewayService } from './slack-gateway.js';

export const CHANNEL = '#alert-critical';
export const TIMEOUT_MS = 700;
/** After so long a claim of another process is stale. */
export const STALE_MS = 2 * TIMEOUT_MS + 5_000;

const FACTS = [
  CONSUMERS.slackOpenedUrgent,
  CONSUMERS.slackOpenedNormal,
  CONSUMERS.slackChangedUrgent,
  CONSUMERS.slackChangedNormal,
];

/** What the gateway asks the correlator. */
interface Question {
  readonly id?: string;
  readonly status?: readonly string[];
}

/** The gateway between a real nats-server, a simulated Slack, and what the correlator would know and answer. */
export class Story {
  /** What is recorded as told, by problem. */
  readonly told = new Map<string, Told>();
  readonly problems = new Map<string, ProblemView>();
  /** What is recorded as not told, by problem. */
  readonly failures: { readonly problemId: string; readonly reason: string }[] = [];
  /** Presses, as commands. */
  readonly commands: string[] = [];
  /** How the correlator answers presses; undefined: not at all. */
  answer: Pick<CommandAnswer, 'outcome' | 'message'> | undefined = { outcome: 'done', message: 'done' };
  /** What the correlator says of why; undefined: it does not know the alert. */
  why: WhyAlert | undefined;
  private publications = 0;
  private readonly services: RunningService<SlackGatewayEnv>[] = [];

  private constructor(
    readonly server: NatsServer,
    readonly slack: SlackSimulator,
    readonly nats: Nats,
    private readonly publisher: Publisher,
  ) {}

  static async begin(): Promise<Story> {
    const server = await startNatsServer();
    const slack = await startSlackSimulator({
      botToken: 'xoxb-1',
      signingSecret: 'signing',
      rateLimits: false,
    });
    const nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
    await reconcileStreams(nats);
    const story = new Story(server, slack, nats, new Publisher(nats));
    story.playCorrelator();
    return story;
  }

  async end(): Promise<void> {
    for (const service of this.services) await service.close();
    await this.nats.drain();
    await this.slack.stop();
    await this.server.stop();
  }

  async startGateway(more: Record<string, string> = {}): Promise<RunningService<SlackGatewayEnv>> {
    const service = await startService(slackGatewayService, {
      PORT: '0',
      NATS_URL: this.server.url,
      LOG_LEVEL: 'fatal',
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_SIGNING_SECRET: 'signing',
      SLACK_API_URL: this.slack.apiUrl,
      SLACK_PACE_PER_SECOND: '0',
      SLACK_TIMEOUT_MS: String(TIMEOUT_MS),
      SLACK_FALLBACK_CHANNEL: '#general',
      ...more,
    });
    this.services.push(service);
    return service;
  }

  async stopGateway(service: RunningService<SlackGatewayEnv>): Promise<void> {
    this.services.splice(this.services.indexOf(service), 1);
    await service.close();
  }

  /** A problem of its own. */
  newProblem(more: Partial<ProblemView> = {}): ProblemView {
    const updatedAt = new Date().toISOString();
    const id = `0195a1b2-0000-7000-8000-${randomUUID().slice(24)}`;
    const view = problemView({ updatedAt, ...more, id });
    this.problems.set(view.id, view);
    return view;
  }

  /** `now`: what the correlator knows of it by then. */
  async publish(problem: ProblemView, channel = CHANNEL, now = problem): Promise<void> {
    this.problems.set(problem.id, now);
    this.publications += 1;
    const id = `${problem.id}.${problem.version}.${this.publications}`;
    const tell = { receiver: 'slack' as const, channel, announce: true, why: ['test'] };
    const fact = problem.version === 1 ? 'opened' : 'changed';
    const event = eventOf(
      `gomon.problem.v1.${fact}`,
      { problem, tell },
      { id, source: 'gomon/correlator', time: new Date() },
    );
    const subject = subjects.problem(urgencyOf(problem.severity), fact);
    await this.publisher.publish({ subject, id, event, timeoutMs: 10_000 });
  }

  /** Resolves when the record says that a version was told. */
  async shown(problem: ProblemView, version = problem.version): Promise<void> {
    await this.slack.until(() => (this.told.get(problem.id)?.version ?? 0) >= version);
  }

  /** Resolves when the gateway is done with every fact that was published. */
  async settled(): Promise<void> {
    const manager = await this.nats.jetstreamManager();
    for (;;) {
      const infos = await Promise.all(
        FACTS.map(({ stream, name }) => manager.consumers.info(stream.name, name)),
      );
      if (infos.every(({ num_pending, num_ack_pending }) => num_pending + num_ack_pending === 0)) return;
      await sleep(10);
    }
  }

  /** Resolves when a request was received: of those, nothing tells. */
  async received(condition: (received: SlackSimulator['received']) => boolean): Promise<void> {
    while (!condition(this.slack.received)) await sleep(10);
  }

  /** A problem that is told. */
  async toldProblem(more: Partial<ProblemView> = {}, channel = CHANNEL): Promise<ProblemView> {
    const problem = this.newProblem(more);
    await this.publish(problem, channel);
    await this.shown(problem);
    return problem;
  }

  /** Its messages in Slack, each as text. */
  parents(problem: Pick<ProblemView, 'id'>) {
    return this.messagesOf(problem).filter(({ message }) => message.thread_ts === undefined);
  }

  /** What was replied to them. */
  replies(problem: Pick<ProblemView, 'id'>) {
    return this.messagesOf(problem).filter(({ message }) => message.thread_ts !== undefined);
  }

  private messagesOf(problem: Pick<ProblemView, 'id'>) {
    return this.slack.workspace.channels.flatMap(({ name, messages }) =>
      messages
        .filter(({ metadata }) => metadata?.event_payload['problem_id'] === problem.id)
        .map((message) => ({ channel: `#${name}`, message, text: JSON.stringify(message.blocks) })),
    );
  }

  fault(
    kind: Parameters<SlackSimulator['faults']['add']>[0]['kind'],
    method: string,
    more: { times?: number; delayMs?: number; retryAfter?: string | number | null; error?: string } = {},
  ): void {
    this.slack.faults.add({ kind, method, times: 1, delayMs: 0, retryAfter: 1, error: '', ...more });
  }

  /** What a process left in the bucket. */
  async leaveClaim(problem: ProblemView, left: Claim): Promise<void> {
    await this.nats.jetstream.publish(`$KV.${BUCKETS.slackClaims}.${problem.id}`, JSON.stringify(left));
  }

  /** A message that stands in Slack already, as a process of ours posted it. `thread`: as a reply there. */
  async leaveMessage(problem: ProblemView, nonce: string, thread?: string): Promise<string> {
    const { ts = '' } = await this.callSlack('chat.postMessage', {
      channel: CHANNEL,
      text: 'left',
      ...(thread === undefined ? {} : { thread_ts: thread }),
      metadata: { event_type: 'gomon_problem', event_payload: { problem_id: problem.id, nonce } },
    });
    return ts;
  }

  /** What somebody else does in Slack. */
  async callSlack(
    method: string,
    args: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly ts?: string }> {
    const response = await fetch(`${this.slack.apiUrl}${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-1' },
      body: JSON.stringify(args),
    });
    const answer = (await response.json()) as { ok: boolean; error?: string; ts?: string };
    if (!answer.ok) throw new Error(`${method}: ${answer.error ?? ''}`);
    return answer;
  }

  private playCorrelator(): void {
    const { connection } = this.nats;
    connection.subscribe('gomon.command.v1.*', {
      callback: (_error, message) => {
        const command = commandEvent.parse(message.json());
        if (command.type !== 'gomon.command.v1.record-told') {
          this.commands.push(command.id);
          const { replyTo } = command.data;
          if (this.answer !== undefined && replyTo !== undefined)
            connection.publish(replyTo, JSON.stringify({ commandId: command.id, ...this.answer }));
        } else {
          const { problemId, outcome } = command.data;
          if (outcome.kind === 'told') this.told.set(problemId, outcome.told);
          else this.failures.push({ problemId, reason: outcome.reason });
        }
        this.slack.workspace.changed();
      },
    });
    this.answerQuery(queries.getProblem.subject, ({ id }) => {
      const found = this.problems.get(id ?? '');
      return { found: found === undefined ? null : this.routed(found) };
    });
    this.answerQuery(queries.why.subject, () => ({ why: this.why ?? null }));
    this.answerQuery(queries.listProblems.subject, ({ status }) => ({
      items: [...this.problems.values()]
        .filter((problem) => status?.includes(problem.status) ?? true)
        .map((problem) => this.routed(problem)),
    }));
  }

  private answerQuery(subject: string, reply: (question: Question) => unknown): void {
    this.nats.connection.subscribe(subject, {
      callback: (_error, message) => {
        const { id, data } = message.json<{ id: string; data: Question }>();
        message.respond(JSON.stringify({ id, response: reply(data), isDisposed: true }));
      },
    });
  }

  private routed(problem: ProblemView) {
    const known = this.told.get(problem.id);
    return {
      problem: { ...problem, told: known === undefined ? [] : [known] },
      tell: { receiver: 'slack', channel: CHANNEL, announce: false, why: [] },
    };
  }
}
