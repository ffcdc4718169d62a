import { OBSERVATIONS_HEADER, REPORTS_HEADER } from '@gomon/contracts';
import { CONSUMERS, STREAMS, type Nats } from '@gomon/messaging';
import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream';

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
  readonly accepted: number;
  readonly open: readonly OpenMessage[];
  /** More of them, too many to be read for one answer. */
  readonly unread: number;
}

const CONSUMERS_OF_REPORTS = [CONSUMERS.correlatorUrgent, CONSUMERS.correlatorNormal] as const;
const MOST_READ = 20_000;

export async function inFlight(nats: Nats): Promise<InFlight> {
  const manager = await nats.jetstreamManager();
  const { state } = await manager.streams.info(STREAMS.observations.name);
  const accepted = state.last_seq;
  const open: OpenMessage[] = [];
  let unread = 0;
  for (const { name, stream, filter } of CONSUMERS_OF_REPORTS) {
    const { ack_floor, num_pending, num_ack_pending } = await manager.consumers.info(stream.name, name);
    if (num_pending + num_ack_pending === 0) continue;
    const behind = await messagesFrom(nats, filter, ack_floor.stream_seq + 1, accepted);
    open.push(...behind.messages);
    unread += behind.unread;
  }
  return { accepted, open, unread };
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
    reports: Math.max(1, countIn(message, REPORTS_HEADER)),
    observations: countIn(message, OBSERVATIONS_HEADER),
  };
}

/** A message that says nothing about it counts as one. */
function countIn({ headers }: JsMsg, name: string): number {
  const said = headers?.get(name) ?? '';
  return /^\d{1,9}$/.test(said) ? Number(said) : 1;
}
