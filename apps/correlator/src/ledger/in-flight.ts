import { OBSERVATIONS_HEADER } from '@gomon/contracts';
import { CONSUMERS, STREAMS, type Nats } from '@gomon/messaging';
import { DeliverPolicy } from '@nats-io/jetstream';

/** What the stream says of accepted reports. */
export interface InFlight {
  /** Ever stored: the stream numbers its messages from 1 without a gap. */
  readonly acceptedReports: number;
  readonly undecidedReports: number;
  readonly undecidedObservations: number;
}

const CONSUMERS_OF_REPORTS = [CONSUMERS.correlatorUrgent, CONSUMERS.correlatorNormal] as const;
/** More headers than this are not read for one answer; the rest counts as one observation each. */
const MOST_HEADERS = 20_000;

export async function inFlight(nats: Nats): Promise<InFlight> {
  const manager = await nats.jetstreamManager();
  const { state } = await manager.streams.info(STREAMS.observations.name);
  let undecidedReports = 0;
  let undecidedObservations = 0;
  for (const { name, stream, filter } of CONSUMERS_OF_REPORTS) {
    const { num_pending, num_ack_pending, ack_floor } = await manager.consumers.info(stream.name, name);
    const count = num_pending + num_ack_pending;
    undecidedReports += count;
    if (count > 0) {
      undecidedObservations += await observationsFrom(nats, filter, ack_floor.stream_seq + 1, count);
    }
  }
  return { acceptedReports: state.last_seq, undecidedReports, undecidedObservations };
}

/** Sums the headers of the next `count` messages behind a sequence. */
async function observationsFrom(nats: Nats, filter: string, seq: number, count: number): Promise<number> {
  const consumer = await nats.jetstream.consumers.get(STREAMS.observations.name, {
    filter_subjects: filter,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: seq,
    headers_only: true,
  });
  const readable = Math.min(count, MOST_HEADERS);
  let observations = count - readable;
  try {
    const messages = await consumer.fetch({ max_messages: readable, expires: 2_000 });
    for await (const message of messages) {
      const said = message.headers?.get(OBSERVATIONS_HEADER) ?? '';
      observations += /^\d{1,9}$/.test(said) ? Number(said) : 1;
    }
    return observations;
  } finally {
    await consumer.delete();
  }
}
