import type { Labels } from '@gomon/contracts';
import type { ObservationOutcome } from '../decide/changes.js';
import type { ObservationInput } from '../decide/episode.js';
import type { Alert } from '../decide/state.js';
import { secondsAt } from './moment.js';
import type { PlayedMember } from './played.js';

/** A pair of source and labels, and what it was part of when it fired last. */
export interface Seen extends PlayedMember {
  readonly key: string;
  /** Undefined: it is no alert, such as a sign of life. */
  readonly alertId: string | undefined;
  readonly why: string;
}

/** Every distinct pair of source and labels that was seen: volatile labels may make many of them one alert. */
export class Members {
  private readonly pairs = new Map<string, Seen>();

  heard({ source, observation, acceptedAt }: ObservationInput, { alertId, why }: ObservationOutcome): void {
    const known = this.find(source.kind, observation.labels);
    if (known.seen !== undefined && (alertId === undefined || observation.status === 'resolved')) return;
    this.put(known, source.kind, observation.labels, acceptedAt, { alertId, why });
  }

  /** An alert that no source has told. */
  raised({ id: alertId, source, said, firstSeenAt }: Alert): void {
    this.put(this.find(source.kind, said.labels), source.kind, said.labels, firstSeenAt, {
      alertId,
      why: '',
    });
  }

  all(): readonly Seen[] {
    return [...this.pairs.values()];
  }

  private find(source: string, labels: Labels): { readonly key: string; readonly seen: Seen | undefined } {
    const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([source, sorted]);
    return { key, seen: this.pairs.get(key) };
  }

  private put(
    { key, seen }: { readonly key: string; readonly seen: Seen | undefined },
    source: string,
    labels: Labels,
    time: string,
    part: Pick<Seen, 'alertId' | 'why'>,
  ): void {
    this.pairs.set(key, { key, source, labels, firstAt: seen?.firstAt ?? secondsAt(time), ...part });
  }
}
