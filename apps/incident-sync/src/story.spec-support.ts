import { setTimeout as pause } from 'node:timers/promises';
import {
  commandEvent,
  eventOf,
  queries,
  subjects,
  type CommandEvent,
  type ProblemView,
} from '@gomon/contracts';
import { BUCKETS, Nats, Publisher, reconcileStreams } from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import {
  startNatsServer,
  startOpsgenieSimulator,
  type NatsServer,
  type OpsgenieSimulator,
} from '@gomon/testing';
import { Kvm } from '@nats-io/kv';
import type { IncidentSyncEnv } from './incident-sync-env.js';
import { incidentSyncService } from './incident-sync.js';

export type Sync = RunningService<IncidentSyncEnv>;

export const PROBLEM_ID = '0195a1b2-0000-7000-8000-000000000001';
export const INCIDENT_ID = '0195a1b2-0000-7000-8000-000000000002';

export const INCIDENT: NonNullable<ProblemView['incident']> = {
  id: INCIDENT_ID,
  status: 'open',
  openedAt: '2026-03-01T09:00:01.000Z',
  openedBy: { kind: 'system', id: 'severity' },
  why: 'P1 is urgent',
};

export function problemView(more: Partial<ProblemView> = {}): ProblemView {
  return {
    id: PROBLEM_ID,
    scope: 'default',
    version: 1,
    status: 'firing',
    severity: 'P1',
    title: 'DiskFull',
    source: { kind: 'grafana', instance: 'default' },
    primary: {
      alertId: PROBLEM_ID,
      labels: { alertname: 'DiskFull', severity: 'critical' },
      annotations: { summary: 'The disk of db-0 is full' },
      about: {},
    },
    startsAt: '2026-03-01T09:00:00.000Z',
    openedAt: new Date().toISOString(),
    updatedAt: new Date().toISOString(),
    incident: INCIDENT,
    counts: { total: 1, firing: 1, resolved: 0 },
    members: [],
    timeline: [{ at: '2026-03-01T09:00:01.000Z', text: 'first report' }],
    told: [],
    ...more,
  };
}

type Outcome = Extract<CommandEvent, { type: 'gomon.command.v1.record-incident' }>['data']['outcome'];

/** An incident-sync on a nats-server of its own, before a simulated Opsgenie and a played correlator. */
export class Story {
  readonly recorded: Outcome[] = [];
  /** What PostgreSQL would say. */
  present: ProblemView | undefined;
  /** What it would say of other problems. */
  readonly others = new Map<string, ProblemView>();
  /** The sequence of the newest fact. */
  private newest = 0;
  private readonly waiting = new Set<() => void>();
  private readonly running: Sync[] = [];

  private constructor(
    readonly server: NatsServer,
    readonly opsgenie: OpsgenieSimulator,
    readonly nats: Nats,
  ) {}

  static async begin(): Promise<Story> {
    const [server, opsgenie] = await Promise.all([
      startNatsServer(),
      startOpsgenieSimulator({ apiKey: 'key', rateLimits: false, decideAfterMs: 20 }),
    ]);
    const nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
    await reconcileStreams(nats);
    const story = new Story(server, opsgenie, nats);
    story.playCorrelator();
    await nats.connection.flush();
    return story;
  }

  async end(): Promise<void> {
    await Promise.all(this.running.map((sync) => sync.close()));
    await this.nats.drain();
    await this.opsgenie.stop();
    await this.server.stop();
  }

  async start(more: Record<string, string> = {}): Promise<Sync> {
    const sync = await startService(incidentSyncService, {
      PORT: '0',
      NATS_URL: this.server.url,
      LOG_LEVEL: 'fatal',
      OPSGENIE_API_KEY: 'key',
      OPSGENIE_API_URL: this.opsgenie.url,
      OPSGENIE_WEB_URL: this.opsgenie.url,
      OPSGENIE_TIMEOUT_MS: '700',
      OPSGENIE_SETTLE_MS: '1500',
      ...more,
    });
    this.running.push(sync);
    return sync;
  }

  /** A fact, as the correlator publishes it. */
  async fact(problem: ProblemView, id = `${problem.id}.${problem.version}`): Promise<void> {
    this.present = problem;
    const subject = subjects.incidentChanged;
    const event = eventOf(subject, { problem }, { id, source: 'spec', time: new Date() });
    const { seq } = await new Publisher(this.nats).publish({ subject, id, event });
    this.newest = Math.max(this.newest, seq);
  }

  /** What a process before this one has left. */
  async claimIs(value: object): Promise<void> {
    const bucket = await new Kvm(this.nats.jetstream).open(BUCKETS.incidentClaims);
    await bucket.put(INCIDENT_ID, JSON.stringify(value));
  }

  /** The same problem, over. */
  over(problem: ProblemView, version = problem.version + 1): ProblemView {
    const at = new Date().toISOString();
    const { incident } = problem;
    return {
      ...problem,
      version,
      status: 'resolved',
      resolved: { at, by: 'source' },
      updatedAt: at,
      timeline: [{ at, text: 'its source reports the end' }],
      ...(incident === undefined ? {} : { incident: { ...incident, status: 'resolved', resolvedAt: at } }),
    };
  }

  /** The same problem, part of another one. */
  merged(problem: ProblemView, problemId: string): ProblemView {
    const over = this.over(problem);
    const why = 'merged by Alice';
    const mergedInto = { problemId, at: over.updatedAt, why };
    return { ...over, resolved: { at: over.updatedAt, by: 'merge', reason: why }, mergedInto };
  }

  /** Resolves as soon as Opsgenie shows so many incidents with these states. */
  shows(...statuses: readonly string[]): Promise<void> {
    return this.opsgenie.until(
      ({ incidents }) => JSON.stringify(incidents.map(({ status }) => status)) === JSON.stringify(statuses),
    );
  }

  async untilRecorded(holds: (recorded: readonly Outcome[]) => boolean): Promise<void> {
    while (!holds(this.recorded)) {
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  /**
   * Everything that was published is handled, and nothing comes again. A consumer counts what was stored a moment later, so it
   * has to have come to the newest fact as well.
   */
  async settled(): Promise<void> {
    const manager = await this.nats.jetstreamManager();
    for (;;) {
      const info = await manager.consumers.info('FACTS', 'incidents');
      const isTaken = info.delivered.stream_seq >= this.newest;
      if (isTaken && info.num_pending + info.num_ack_pending === 0) return;
      await pause(20);
    }
  }

  private playCorrelator(): void {
    this.nats.connection.subscribe('gomon.command.v1.record-incident', {
      callback: (_error, message) => {
        const command = commandEvent.parse(message.json());
        if (command.type === 'gomon.command.v1.record-incident') this.recorded.push(command.data.outcome);
        for (const wake of this.waiting) wake();
        this.waiting.clear();
      },
    });
    const answer = (subject: string, reply: (id: string) => unknown) =>
      this.nats.connection.subscribe(subject, {
        callback: (_error, message) => {
          const { id, data } = message.json<{ id: string; data: { id: string } }>();
          message.respond(JSON.stringify({ id, response: reply(data.id), isDisposed: true }));
        },
      });
    const tell = { receiver: 'slack', channel: '#a', announce: false, why: [] };
    const routed = (problem: ProblemView | undefined) => (problem === undefined ? null : { problem, tell });
    answer(queries.getProblem.subject, (id) => ({ found: routed(this.others.get(id) ?? this.present) }));
    answer(queries.listProblems.subject, () => ({ items: [] }));
  }
}
