import { randomUUID } from 'node:crypto';
import {
  eventOf,
  isUrgent,
  OBSERVATIONS_HEADER,
  severityOf,
  subjects,
  type Observation,
  type Report,
  type Snapshot,
} from '@gomon/contracts';
import type { Publisher } from '@gomon/messaging';

/** A report is one message: split above this, as those of webhooks are. */
const MOST_BYTES = 256 * 1024;
const TIMEOUT_MS = 5_000;

/** Tells the correlator; what is told is on disk when it resolves. */
export class Reports {
  constructor(
    private readonly publisher: Publisher,
    private readonly about: { readonly scope: string; readonly cluster: string },
  ) {}

  /** @throws PublishError */
  async changes(observations: readonly Observation[]): Promise<void> {
    for (const chunk of chunksOf(observations))
      await this.publish({ kind: 'delta', observations: [...chunk] });
  }

  /** All that fires in a part, and what else it holds. @throws PublishError */
  async snapshot(observations: readonly Observation[], snapshot: Snapshot): Promise<void> {
    const chunks = chunksOf(observations);
    for (const chunk of chunks.slice(0, -1)) await this.publish({ kind: 'delta', observations: [...chunk] });
    await this.publish({ kind: 'snapshot', snapshot, observations: [...(chunks.at(-1) ?? [])] });
  }

  private async publish(body: Pick<Report, 'kind' | 'observations' | 'snapshot'>): Promise<void> {
    const now = new Date();
    const { scope, cluster } = this.about;
    const report: Report = {
      ...body,
      scope,
      source: { kind: 'kubernetes', instance: cluster },
      acceptedAt: now.toISOString(),
    };
    const id = randomUUID();
    const isNews = body.kind === 'delta';
    const urgent = isNews && body.observations.some(({ labels }) => isUrgent(severityOf(labels).severity));
    await this.publisher.publish({
      subject: subjects.observed(urgent ? 'urgent' : 'normal', 'kubernetes'),
      id,
      event: eventOf('gomon.observed.v1', report, { id, source: 'gomon/k8s-watcher', time: now }),
      headers: { [OBSERVATIONS_HEADER]: String(body.observations.length) },
      timeoutMs: TIMEOUT_MS,
    });
  }
}

function chunksOf(observations: readonly Observation[]): readonly (readonly Observation[])[] {
  const chunks: Observation[][] = [];
  let bytes = Infinity;
  for (const observation of observations) {
    const size = Buffer.byteLength(JSON.stringify(observation));
    if (bytes + size > MOST_BYTES) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)?.push(observation);
    bytes += size;
  }
  return chunks;
}
