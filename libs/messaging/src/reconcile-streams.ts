import {
  JetStreamApiCodes,
  JetStreamApiError,
  type ConsumerConfig,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { Nats } from './nats.js';
import {
  BUCKETS,
  consumerConfig,
  CONSUMERS,
  streamConfig,
  STREAMS,
  type ConsumerDeclaration,
  type StreamDeclaration,
} from './streams.js';

export interface ReconcileOptions {
  /** Copies of each stream, 1 or 3. Absent: 1 for what is created; what exists stays as it is. */
  readonly replicas?: number;
  /** Bounds by stream name, in bytes. Absent: the declared ones at creation; what exists stays as it is. */
  readonly maxBytes?: Readonly<Record<string, number>>;
}

/**
 * What is declared differs from what the server has in a way that would lose messages. Nothing was changed: either the
 * declaration has to follow, or a person has to move the messages and change the stream by hand.
 */
export class DestructiveChangeError extends Error {
  override readonly name = 'DestructiveChangeError';
  constructor(
    /** The stream, or `stream/consumer`. */
    readonly stream: string,
    readonly field: string,
    readonly from: unknown,
    readonly to: unknown,
    why: string,
  ) {
    super(
      `refusing to change ${field} of ${stream} from ${JSON.stringify(from)} to ${JSON.stringify(to)}: ${why}`,
    );
  }
}

/** Creates or updates every stream, durable consumer and bucket. @throws DestructiveChangeError */
export async function reconcileStreams(nats: Nats, options: ReconcileOptions = {}): Promise<void> {
  const manager = await nats.jetstreamManager();
  await reconcileDeclared(manager, Object.values(STREAMS), Object.values(CONSUMERS), options);
  await reconcileBuckets(nats, options);
}

/** The same for some streams and consumers only. */
export async function reconcileDeclared(
  manager: JetStreamManager,
  streams: readonly StreamDeclaration[],
  consumers: readonly ConsumerDeclaration[],
  options: ReconcileOptions,
): Promise<void> {
  const missing: StreamDeclaration[] = [];
  for (const stream of streams) {
    const existing = await unlessMissing(manager.streams.info(stream.name));
    if (existing === undefined) missing.push(stream);
    else await updateStream(manager, stream, existing.config, options);
  }
  await createStreams(manager, missing, options);
  for (const consumer of consumers) await reconcileConsumer(manager, consumer);
}

async function updateStream(
  manager: JetStreamManager,
  stream: StreamDeclaration,
  from: StreamConfig,
  options: ReconcileOptions,
): Promise<void> {
  const to = streamConfig(stream, {
    maxBytes: options.maxBytes?.[stream.name] ?? from.max_bytes,
    replicas: options.replicas ?? from.num_replicas,
  });
  refuseDestructive(stream.name, from, to);
  if (differs(from, to)) await manager.streams.update(stream.name, { ...from, ...to });
}

function refuseDestructive(name: string, from: StreamConfig, to: Partial<StreamConfig>): void {
  const refuse = (field: keyof StreamConfig, why: string) => {
    throw new DestructiveChangeError(name, field, from[field], to[field], why);
  };
  if (from.storage !== to.storage) refuse('storage', 'the stream would have to be deleted');
  if (from.retention !== to.retention) refuse('retention', 'the stream would have to be deleted');
  const removed = from.subjects.filter((subject) => to.subjects?.includes(subject) !== true);
  if (removed.length > 0)
    refuse('subjects', `messages on ${removed.join(', ')} would not be stored any more`);
  const age = to.max_age ?? 0;
  if (age > 0 && (from.max_age === 0 || age < from.max_age))
    refuse('max_age', 'stored messages would be deleted');
  if ((to.num_replicas ?? 1) < from.num_replicas) refuse('num_replicas', 'copies would be deleted');
}

/** On a small disk the server refuses what it could not hold: then all bounds are halved, down to 1/1024 of the declared. */
async function createStreams(
  manager: JetStreamManager,
  streams: readonly StreamDeclaration[],
  options: ReconcileOptions,
): Promise<void> {
  const created = new Set<string>();
  for (let divisor = 1; ; divisor *= 2) {
    try {
      for (const stream of streams) {
        const bounds = {
          maxBytes: options.maxBytes?.[stream.name] ?? Math.floor(stream.maxBytes / divisor),
          replicas: options.replicas ?? 1,
        };
        const config = streamConfig(stream, bounds);
        if (created.has(stream.name)) await manager.streams.update(stream.name, config);
        else if (await createStream(manager, config)) created.add(stream.name);
      }
      return;
    } catch (error) {
      if (!isOutOfStorage(error) || divisor >= 1024) throw error;
    }
  }
}

/** False: another process was quicker, and its stream stays as it is. */
async function createStream(
  manager: JetStreamManager,
  config: Partial<StreamConfig> & { name: string },
): Promise<boolean> {
  try {
    await manager.streams.add(config);
    return true;
  } catch (error) {
    if (hasCode(error, STREAM_NAME_IN_USE)) return false;
    throw error;
  }
}

async function reconcileConsumer(manager: JetStreamManager, consumer: ConsumerDeclaration): Promise<void> {
  const to = consumerConfig(consumer);
  const existing = await unlessMissing(manager.consumers.info(consumer.stream.name, consumer.name));
  if (existing === undefined) {
    await manager.consumers.add(consumer.stream.name, to);
    return;
  }
  const from = existing.config;
  for (const field of ['ack_policy', 'deliver_policy', 'filter_subject', 'filter_subjects'] as const) {
    if (JSON.stringify(from[field]) !== JSON.stringify(to[field])) {
      throw new DestructiveChangeError(
        `${consumer.stream.name}/${consumer.name}`,
        field,
        from[field],
        to[field],
        'what it has and has not consumed would be lost; declare a consumer with another name',
      );
    }
  }
  if (differs(from, to)) await manager.consumers.update(consumer.stream.name, consumer.name, to);
}

async function reconcileBuckets(nats: Nats, options: ReconcileOptions): Promise<void> {
  const kvm = new Kvm(nats.jetstream);
  for (const bucket of Object.values(BUCKETS)) {
    const existing = await kvm.open(bucket).then((kv) => unlessMissing(kv.status()));
    if (existing === undefined) {
      await kvm.create(bucket, {
        max_bytes: BUCKET_BYTES,
        ttl: BUCKET_TTL_MS,
        replicas: options.replicas ?? 1,
      });
    }
  }
}

const BUCKET_BYTES = 512 * 1024 * 1024;
/** What a bucket holds can be made anew from PostgreSQL, or is of no use any more. */
const BUCKET_TTL_MS = 30 * 24 * 60 * 60_000;
const STREAM_NAME_IN_USE = 10058;
/** Insufficient resources, memory and storage resources exceeded, by the server's own error list. */
const OUT_OF_STORAGE = [10023, 10028, 10047];

function isOutOfStorage(error: unknown): boolean {
  return OUT_OF_STORAGE.some((code) => hasCode(error, code));
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

async function unlessMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (
      hasCode(error, JetStreamApiCodes.StreamNotFound) ||
      hasCode(error, JetStreamApiCodes.ConsumerNotFound)
    ) {
      return undefined;
    }
    throw error;
  }
}

/** Whether any field of `to` has another value in `from`; fields that only `from` has are the server's defaults. */
function differs(
  from: Partial<StreamConfig & ConsumerConfig>,
  to: Partial<StreamConfig & ConsumerConfig>,
): boolean {
  const existing = new Map<string, unknown>(Object.entries(from));
  return Object.entries(to).some(
    ([field, value]) => JSON.stringify(existing.get(field)) !== JSON.stringify(value),
  );
}
