import {
  eventOf,
  isUrgent,
  OBSERVATIONS_HEADER,
  severityOf,
  subjects,
  type DeliveryGroup,
  type Observation,
  type Report,
  type Source,
} from '@gomon/contracts';

/** A message on its way to a stream, by way of the spool if it has to be. */
export interface StreamMessage {
  readonly subject: string;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly acceptedAt: string;
  readonly body: Buffer;
}

/** A delivery as it was accepted. */
export interface Accepted {
  /** Made once, kept by every try of ours. */
  readonly reportId: string;
  readonly acceptedAt: Date;
  readonly scope: string;
  readonly source: Source;
  readonly group: DeliveryGroup;
  readonly observations: readonly Observation[];
  readonly traceparent: string;
}

/** A larger report is split: streams and readers like messages of a moderate size. */
export const MOST_BYTES = 256 * 1024;

/** The messages of a delivery: one, unless it is too large. None without observations. */
export function reportMessages(accepted: Accepted, mostBytes = MOST_BYTES): readonly StreamMessage[] {
  if (accepted.observations.length === 0) return [];
  const whole = messageOf(accepted, accepted.observations);
  if (whole.body.length <= mostBytes) return [whole];
  const chunks = chunksOf(accepted.observations, mostBytes, whole.body.length);
  return chunks.map((observations, index) => messageOf(accepted, observations, { index, of: chunks.length }));
}

function messageOf(
  accepted: Accepted,
  observations: readonly Observation[],
  part?: Report['part'],
): StreamMessage {
  const { reportId, acceptedAt, scope, source, traceparent } = accepted;
  const id = part === undefined ? reportId : `${reportId}.${part.index}`;
  const data: Report = {
    kind: 'delta',
    scope,
    source,
    acceptedAt: acceptedAt.toISOString(),
    ...(part === undefined ? {} : { part }),
    // The group is the same for all parts, and may be long: the first one has it.
    ...(part === undefined || part.index === 0 ? { group: accepted.group } : {}),
    observations: [...observations],
  };
  const event = eventOf('gomon.observed.v1', data, {
    id,
    source: 'gomon/ingest',
    time: acceptedAt,
    traceparent,
  });
  const urgent = observations.some(({ labels }) => isUrgent(severityOf(labels).severity));
  return {
    subject: subjects.observed(urgent ? 'urgent' : 'normal', source.kind),
    id,
    headers: { [OBSERVATIONS_HEADER]: String(observations.length), traceparent },
    acceptedAt: data.acceptedAt,
    body: Buffer.from(JSON.stringify(event)),
  };
}

/** What a part says more than a whole: which part it is, also in its id. */
const PART_BYTES = 64;

/** Observations in chunks that fit; one that is larger alone is alone. */
function chunksOf(
  observations: readonly Observation[],
  mostBytes: number,
  wholeBytes: number,
): readonly (readonly Observation[])[] {
  const sizes = observations.map((observation) => Buffer.byteLength(JSON.stringify(observation)) + 1);
  const envelope = PART_BYTES + wholeBytes - sizes.reduce((sum, size) => sum + size, 0);
  const chunks: Observation[][] = [];
  let bytes = Infinity;
  for (const [index, observation] of observations.entries()) {
    const size = sizes[index] ?? 0;
    if (bytes + size > mostBytes) {
      chunks.push([]);
      bytes = envelope;
    }
    chunks.at(-1)?.push(observation);
    bytes += size;
  }
  return chunks;
}
