import { DeliverPolicy, type ConsumerInfo } from '@nats-io/jetstream';
import type { Nats } from './nats.js';
import { CONSUMERS, STREAMS, type ConsumerDeclaration, type StreamDeclaration } from './streams.js';

/** How far a durable consumer has come with a stream. */
export interface Progress {
  /** Everything up to this sequence is acknowledged. */
  readonly ackFloor: number;
  /** Nothing waits for it: neither undelivered nor unacknowledged. */
  readonly isIdle: boolean;
}

/**
 * The sequence below which a stream may be trimmed (itself stays): what every consumer has acknowledged and is old enough.
 * 0: nothing may go.
 *
 * A consumer that sees a part of the subjects only has its floor at its own last message; when it is idle, everything up to
 * `lastSeq` is done as far as it is concerned. `lastSeq` has to be older knowledge than `progress`.
 */
export function trimBelow(state: {
  readonly lastSeq: number;
  /** The first message that is too young to go; `lastSeq + 1` when all are old. */
  readonly firstYoungSeq: number;
  readonly progress: readonly Progress[];
}): number {
  if (state.progress.length === 0) return 0;
  const floors = state.progress.map(({ ackFloor, isIdle }) => (isIdle ? state.lastSeq : ackFloor));
  return Math.min(state.firstYoungSeq, state.lastSeq + 1, ...floors.map((floor) => floor + 1));
}

/** What is new needs room: of a fuller stream the oldest that are consumed go before their time. */
const FULL_ENOUGH = 0.5;
/** Messages differ in size, so how many have to go is reckoned anew after each purge. */
const MOST_PURGES = 20;

interface TrimOptions {
  /** What is consumed is kept for so long, so that it can be read and decided once more. */
  readonly keptMs: number;
  readonly now?: Date;
}

/**
 * Deletes what all durable consumers of a stream have acknowledged and is older than `keptMs`, or takes more than half of the
 * stream. To be called every few minutes. Nothing is deleted while a declared consumer is missing. Returns what went.
 */
export async function trimConsumed(
  nats: Nats,
  { keptMs, now = new Date() }: TrimOptions,
): Promise<readonly { stream: string; deleted: number }[]> {
  const youngFrom = new Date(now.getTime() - keptMs);
  const trimmed = [];
  for (const stream of Object.values<StreamDeclaration>(STREAMS)) {
    if (stream.trimConsumed)
      trimmed.push({ stream: stream.name, deleted: await trim(nats, stream, youngFrom) });
  }
  return trimmed;
}

async function trim(nats: Nats, stream: StreamDeclaration, youngFrom: Date): Promise<number> {
  const manager = await nats.jetstreamManager();
  const { state } = await manager.streams.info(stream.name);
  if (state.messages === 0) return 0;
  const consumers = await durableConsumers(nats, stream.name);
  const isDeclared = (consumer: ConsumerDeclaration) => consumer.stream.name === stream.name;
  const declared = Object.values<ConsumerDeclaration>(CONSUMERS).filter(isDeclared);
  if (!declared.every(({ name }) => consumers.some((consumer) => consumer.name === name))) return 0;
  const consumed = {
    lastSeq: state.last_seq,
    progress: consumers.map((consumer) => ({
      ackFloor: consumer.ack_floor.stream_seq,
      isIdle: consumer.num_pending === 0 && consumer.num_ack_pending === 0,
    })),
  };
  const firstYoungSeq = await firstSeqFrom(nats, stream.name, youngFrom, state.last_seq);
  const old = trimBelow({ ...consumed, firstYoungSeq });
  let deleted = old <= state.first_seq ? 0 : (await manager.streams.purge(stream.name, { seq: old })).purged;
  const allConsumed = trimBelow({ ...consumed, firstYoungSeq: state.last_seq + 1 });
  for (let purges = 0; purges < MOST_PURGES; purges += 1) {
    const { state: now, config } = await manager.streams.info(stream.name);
    const below = Math.min(allConsumed, now.first_seq + tooMany(now, config.max_bytes));
    if (below <= now.first_seq) break;
    deleted += (await manager.streams.purge(stream.name, { seq: below })).purged;
  }
  return deleted;
}

/** How many messages have to go, if they are of one size, so that a stream is no fuller than it should be. */
export function tooMany(
  { bytes, messages }: { readonly bytes: number; readonly messages: number },
  maxBytes: number,
): number {
  const excess = bytes - maxBytes * FULL_ENOUGH;
  return maxBytes <= 0 || messages === 0 || excess <= 0 ? 0 : Math.ceil(excess / (bytes / messages));
}

async function durableConsumers(nats: Nats, stream: string): Promise<ConsumerInfo[]> {
  const manager = await nats.jetstreamManager();
  const all: ConsumerInfo[] = [];
  for await (const consumer of manager.consumers.list(stream)) {
    if (consumer.config.durable_name !== undefined) all.push(consumer);
  }
  return all;
}

/** The first sequence at or after a time, by a consumer that starts there. */
async function firstSeqFrom(nats: Nats, stream: string, from: Date, lastSeq: number): Promise<number> {
  const consumer = await nats.jetstream.consumers.get(stream, {
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: from.toISOString(),
    headers_only: true,
  });
  try {
    const info = await consumer.info();
    if (info.num_pending === 0) return lastSeq + 1;
    const first = await consumer.next({ expires: 1_000 });
    return first?.seq ?? 0;
  } finally {
    await consumer.delete();
  }
}
