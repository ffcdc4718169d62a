import type { Observation } from '@gomon/contracts';

/** What a part of the cluster says now. */
export interface Present {
  /** What fires, by key. */
  readonly firing: ReadonlyMap<string, Observation>;
  /** Keys of what may still fire: it stays as it is. */
  readonly undecided: ReadonlySet<string>;
}

/**
 * What was told of one part, so that only changes are told. It is lost with the process: then snapshots set things right.
 */
export class Told {
  private readonly told = new Map<string, { readonly text: string; readonly observation: Observation }>();

  /** What has changed since: new and other alerts, and ends. */
  changesTo({ firing, undecided }: Present, endedAt: string): readonly Observation[] {
    const begun = [...firing].flatMap(([key, observation]) =>
      this.told.get(key)?.text === JSON.stringify(observation) ? [] : [observation],
    );
    const over = [...this.told].flatMap(([key, { observation }]) =>
      firing.has(key) || undecided.has(key)
        ? []
        : [{ ...observation, status: 'resolved' as const, endsAt: endedAt }],
    );
    return [...begun, ...over];
  }

  /** They are on disk. */
  accepted(observations: readonly Observation[]): void {
    for (const observation of observations) {
      const key = observation.senderFingerprint ?? '';
      if (observation.status === 'resolved') this.told.delete(key);
      else this.told.set(key, { text: JSON.stringify(observation), observation });
    }
  }
}
