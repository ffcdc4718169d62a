import { OBSERVATIONS_HEADER, REPORTS_HEADER } from '@gomon/contracts';
import { CONSUMERS, STREAMS, type Nats } from '@gomon/messaging';
import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { countSaid } from './place-counts.js';

/** A message behind all that its consumer has settled without a gap: it may be settled, in part or not at all. */
export interface OpenMessage {
  readonly seq: number;
  readonly storedAt: Date;
  readonly reports: number;
  readonly observations: number;
}

/** What the stream says of accepted reports. */
export interface InFlight {
  /** Messages ever stored: the stream numbers them from 1 without a gap. */
  readonly messages: number;
  readonly open: readonly OpenMessage[];
  /** More of them, too many to be read for one answer. */
  readonly unread: number;
}

const CONSUMERS_OF_REPORTS = [CONSUMERS.correlatorUrgent, CONSUMERS.correlatorNormal] as const;
const MOST_READ = 20_000;

export async function inFlight(nats: Nats): Promise<InFlight> {
  const manager = await nats.jetstreamManager();
  const { state } = await manager.streams.info(STREAMS.observations.name);
  const open: OpenMessage[] = [];
  let unread = 0;
  for (const { name, stream, filter } of CONSUMERS_OF_REPORTS) {
    const { ack_floor, num_pending, num_ack_pending } = await manager.consumers.info(stream.name, name);
    if (num_pending + num_ack_pending === 0) continue;
    const behind = await messagesFrom(nats, filter, ack_floor.stream_seq + 1, state.last_seq);
    open.push(...behind.messages);
    unread += behind.unread;
  }
  return { messages: state.last_seq, open, unread };
}

/** What is stored from one sequence to another, without the bodies. */
async function messagesFrom(
  nats: Nats,
  filter: string,
  from: number,
  to: number,
): Promise<{ messages: readonly OpenMessage[]; unread: number }> {
  const consumer = await nats.jetstream.consumers.get(STREAMS.observations.name, {
    filter_subjects: filter,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
    headers_only: true,
  });
  try {
    const { num_pending: stored } = await consumer.info();
    const readable = Math.min(stored, MOST_READ);
    const messages: OpenMessage[] = [];
    if (readable === 0) return { messages, unread: 0 };
    const fetched = await consumer.fetch({ max_messages: readable, expires: 2_000 });
    for await (const message of fetched) if (message.seq <= to) messages.push(openMessage(message));
    return { messages, unread: stored - readable };
  } finally {
    await consumer.delete();
  }
}

function openMessage(message: JsMsg): OpenMessage {
  return {
    seq: message.seq,
    storedAt: message.time,
    reports: Math.max(1, countSaid(message.headers?.get(REPORTS_HEADER))),
    observations: countSaid(message.headers?.get(OBSERVATIONS_HEADER)),
  };
}
