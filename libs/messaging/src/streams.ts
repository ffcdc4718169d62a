import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type ConsumerConfig,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';

/** A stream as we want it. Bounded, and full means an error to the sender: nothing unread is ever thrown away. */
export interface StreamDeclaration {
  readonly name: string;
  readonly description: string;
  readonly subjects: readonly string[];
  /** Messages older than this are deleted, read or not. Absent: kept until trimmed. */
  readonly maxAgeMs?: number;
  /** The bound at creation; on a small disk all bounds are made smaller by the same factor. */
  readonly maxBytes: number;
  /** What every durable consumer has acknowledged may be trimmed when it is old, or takes too much room. */
  readonly trimConsumed: boolean;
}

/** A durable consumer: explicit acknowledgement, every message, as many deliveries as it takes (we count them). */
export interface ConsumerDeclaration {
  readonly name: string;
  readonly stream: StreamDeclaration;
  /** A subject, or several. */
  readonly filter: string | readonly string[];
  /**
   * At most so many delivered and not yet acknowledged messages, over all replicas of the service. Facts come up to 64 in a
   * message: what waits for its turn with an outside system is delivered again and again, all of it.
   */
  readonly maxAckPending: number;
  /** A message that was not acknowledged for so long is delivered again. Default 30 s. */
  readonly ackWaitMs?: number;
}

export const DEFAULT_ACK_WAIT_MS = 30_000;
/** Within this window the same message id is stored once only. A restart of the server may forget it. */
export const DUPLICATE_WINDOW_MS = 10 * 60_000;

const GIB = 1024 ** 3;
const DAY_MS = 24 * 60 * 60_000;

const observations = {
  name: 'OBSERVATIONS',
  description: 'Reports of alerts, as accepted',
  subjects: ['gomon.observed.v1.>'],
  maxBytes: 8 * GIB,
  trimConsumed: true,
} as const satisfies StreamDeclaration;

const commands = {
  name: 'COMMANDS',
  description: 'What people and providers asked for',
  subjects: ['gomon.command.v1.>'],
  maxBytes: 2 * GIB,
  trimConsumed: true,
} as const satisfies StreamDeclaration;

const facts = {
  name: 'FACTS',
  description: 'What was decided about problems, alerts and incidents',
  subjects: ['gomon.problem.v1.>', 'gomon.alert.v1.>', 'gomon.incident.v1.>'],
  maxAgeMs: 7 * DAY_MS,
  maxBytes: 8 * GIB,
  trimConsumed: false,
} as const satisfies StreamDeclaration;

const cluster = {
  name: 'CLUSTER',
  description: 'How Kubernetes clusters are, and what runs on what',
  subjects: ['gomon.cluster.v1.>'],
  maxAgeMs: DAY_MS,
  maxBytes: GIB,
  trimConsumed: false,
} as const satisfies StreamDeclaration;

const deadLetters = {
  name: 'DEAD_LETTERS',
  description: 'Messages that could not be handled, with the reason',
  subjects: ['gomon.dead.v1.>'],
  maxBytes: 2 * GIB,
  trimConsumed: false,
} as const satisfies StreamDeclaration;

/** Every stream. */
export const STREAMS = { observations, commands, facts, cluster, deadLetters } as const;

/** Every durable consumer. */
export const CONSUMERS = {
  correlatorUrgent: {
    name: 'correlator-urgent',
    stream: observations,
    filter: 'gomon.observed.v1.urgent.>',
    maxAckPending: 1000,
  },
  correlatorNormal: {
    name: 'correlator-normal',
    stream: observations,
    filter: 'gomon.observed.v1.normal.>',
    maxAckPending: 1000,
  },
  correlatorCommands: {
    name: 'correlator-commands',
    stream: commands,
    filter: 'gomon.command.v1.>',
    maxAckPending: 1000,
  },
  correlatorDeadLetters: {
    name: 'correlator-dead-letters',
    stream: deadLetters,
    filter: 'gomon.dead.v1.OBSERVATIONS',
    maxAckPending: 100,
  },
  correlatorCluster: {
    name: 'correlator-cluster',
    stream: cluster,
    filter: 'gomon.cluster.v1.health',
    maxAckPending: 100,
  },
  incidents: {
    name: 'incidents',
    stream: facts,
    filter: 'gomon.incident.v1.>',
    maxAckPending: 256,
  },
  // First posts and updates apart: Slack takes few updates a minute, and those that wait must not hold up a first post.
  slackOpenedUrgent: {
    name: 'slack-opened-urgent',
    stream: facts,
    filter: 'gomon.problem.v1.urgent.opened',
    maxAckPending: 256,
  },
  slackOpenedNormal: {
    name: 'slack-opened-normal',
    stream: facts,
    filter: 'gomon.problem.v1.normal.opened',
    maxAckPending: 128,
  },
  slackChangedUrgent: {
    name: 'slack-changed-urgent',
    stream: facts,
    filter: [
      'gomon.problem.v1.urgent.changed',
      'gomon.problem.v1.urgent.resolved',
      'gomon.problem.v1.urgent.archived',
    ],
    maxAckPending: 256,
  },
  slackChangedNormal: {
    name: 'slack-changed-normal',
    stream: facts,
    filter: [
      'gomon.problem.v1.normal.changed',
      'gomon.problem.v1.normal.resolved',
      'gomon.problem.v1.normal.archived',
    ],
    maxAckPending: 128,
  },
} as const satisfies Record<string, ConsumerDeclaration>;

/** Every key-value bucket. */
export const BUCKETS = {
  /** Claims on Slack messages before a first post. */
  slackClaims: 'slack_claims',
  /** Claims on incidents of the provider before they are created. */
  incidentClaims: 'incident_claims',
  /** Messages whose handling was begun after many deliveries without an outcome: did the process die of them? */
  unfinished: 'unfinished_deliveries',
} as const;

/** The server's configuration of a declared stream. */
export function streamConfig(
  stream: StreamDeclaration,
  bounds: { readonly maxBytes: number; readonly replicas: number },
): Partial<StreamConfig> & { name: string } {
  return {
    name: stream.name,
    description: stream.description,
    subjects: [...stream.subjects],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    max_age: nanos(stream.maxAgeMs ?? 0),
    max_bytes: bounds.maxBytes,
    max_msgs: -1,
    max_msgs_per_subject: -1,
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    num_replicas: bounds.replicas,
  };
}

/** The server's configuration of a declared durable consumer. */
export function consumerConfig(consumer: ConsumerDeclaration): Partial<ConsumerConfig> {
  const { filter } = consumer;
  return {
    durable_name: consumer.name,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ...(typeof filter === 'string' ? { filter_subject: filter } : { filter_subjects: [...filter] }),
    ack_wait: nanos(consumer.ackWaitMs ?? DEFAULT_ACK_WAIT_MS),
    max_deliver: -1,
    max_ack_pending: consumer.maxAckPending,
  };
}
