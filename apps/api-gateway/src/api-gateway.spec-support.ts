import { EventEmitter, once } from 'node:events';
import { commandEvent, queries, type CommandAnswer, type CommandEvent } from '@gomon/contracts';
import { Nats, reconcileStreams } from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import { startNatsServer, type NatsServer } from '@gomon/testing';
import type { ApiGatewayEnv } from './api-gateway-env.js';
import { apiGatewayService } from './api-gateway.js';
import { examples } from './docs/examples.js';

type QueryName = keyof typeof queries;

/** What the played correlator replies to a question: an answer, or bytes as they are. Undefined: nothing, ever. */
type Reply = { readonly answer: unknown } | { readonly bytes: string } | undefined;

/** Stands in for the correlator. Unless told otherwise, every answer is a valid one. */
export class PlayedCorrelator {
  readonly asked: { readonly query: QueryName; readonly question: unknown }[] = [];
  readonly commands: CommandEvent[] = [];
  /** Emits `asked`. */
  readonly events = new EventEmitter();
  reply: (query: QueryName, question: unknown) => Reply | Promise<Reply> = validReply;
  /** Undefined: it is silent. */
  commandAnswer: Partial<CommandAnswer> | undefined;
  private readonly subscriptions;

  constructor(private readonly nats: Nats) {
    this.subscriptions = Object.entries(queries).map(([name, { subject }]) =>
      nats.connection.subscribe(subject, {
        callback: (_error, message) => {
          const { id, data } = message.json<{ id: string; data: unknown }>();
          const query = name as QueryName;
          this.asked.push({ query, question: data });
          this.events.emit('asked');
          void Promise.resolve(this.reply(query, data)).then((reply) => {
            if (reply === undefined) return;
            if ('bytes' in reply) message.respond(reply.bytes);
            else message.respond(JSON.stringify({ id, response: reply.answer, isDisposed: true }));
          });
        },
      }),
    );
    nats.connection.subscribe('gomon.command.v1.>', {
      callback: (_error, message) => {
        const command = commandEvent.parse(message.json());
        this.commands.push(command);
        const { replyTo } = command.data;
        if (replyTo === undefined || this.commandAnswer === undefined) return;
        const answer = { commandId: command.id, message: 'm', ...this.commandAnswer };
        nats.connection.publish(replyTo, JSON.stringify(answer));
      },
    });
  }

  forget(): void {
    this.asked.length = 0;
    this.commands.length = 0;
    this.reply = validReply;
    this.commandAnswer = {
      outcome: 'done',
      alert: examples.alert,
      problem: examples.problem,
      rules: examples.rulesInForce,
      silence: examples.silence,
      token: examples.token,
    };
  }

  async whenAsked(): Promise<void> {
    if (this.asked.length === 0) await once(this.events, 'asked');
  }

  /** From now on nobody listens. */
  async leave(): Promise<void> {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    await this.nats.connection.flush();
  }
}

const tell = { receiver: 'slack' as const, channel: '#k8s-healthchecks', announce: false, why: [] };
const routed = { problem: examples.problem, tell };
const answers: Readonly<Record<QueryName, unknown>> = {
  listAlerts: { items: [examples.alert] },
  getAlert: { alert: examples.alert },
  labelNames: examples.labelNames,
  listProblems: { items: [routed] },
  getProblem: { found: routed },
  listIncidents: examples.incidentsPage,
  getIncident: { incident: examples.incident },
  clusterHealth: examples.clusterHealth,
  listRules: examples.rulesVersions,
  getRules: { rules: examples.rules },
  ruleUsage: examples.ruleUsage,
  explain: { explanation: examples.explanation },
  why: { why: examples.why },
  listSilences: examples.silencesPage,
  getSilence: { silence: examples.silenceView },
  previewSilence: { preview: examples.silencePreview },
  readTopology: examples.topology,
  readHistory: examples.history,
  readBoard: { board: examples.board },
  findToken: { token: null },
  listTokens: examples.tokens,
  ledger: examples.ledger,
};

function validReply(query: QueryName): Reply {
  return { answer: queries[query].answer.parse(answers[query]) };
}

/** What came back over HTTP. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface CallOptions {
  /** JSON, or text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

/** The service on a real nats-server, beside a played correlator. */
export class Stage {
  private constructor(
    readonly server: NatsServer,
    readonly nats: Nats,
    readonly correlator: PlayedCorrelator,
    readonly service: RunningService<ApiGatewayEnv>,
  ) {}

  static async open(): Promise<Stage> {
    const server = await startNatsServer();
    const nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
    await reconcileStreams(nats);
    const correlator = new PlayedCorrelator(nats);
    await nats.connection.flush();
    const service = await startService(apiGatewayService, {
      PORT: '0',
      NATS_URL: server.url,
      LOG_LEVEL: 'fatal',
      API_TOKENS: 'ops:secret-token-1,other:secret-token-2',
    });
    return new Stage(server, nats, correlator, service);
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.nats.drain();
    await this.server.stop();
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Answered> {
    const { body, headers, token = 'secret-token-1' } = options;
    const response = await fetch(`${this.service.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  }

  /** The newest message of a subject. */
  async newest(subject: string): Promise<unknown> {
    const manager = await this.nats.jetstreamManager();
    const message = await manager.streams.getMessage('OBSERVATIONS', { last_by_subj: subject });
    return message?.json();
  }
}

/** The fields that a 400 names. */
export function fieldsOf({ body }: Answered): readonly string[] {
  return ((body['errors'] ?? []) as readonly { field: string }[]).map(({ field }) => field);
}
