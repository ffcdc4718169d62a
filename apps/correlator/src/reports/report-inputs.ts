import type { ObservedEvent } from '@gomon/contracts';
import type { Delivery } from '@gomon/messaging';
import type { SnapshotInput } from '../decide/decide-snapshot.js';
import type { ObservationInput } from '../decide/episode.js';

/** What `decide` is asked about a report: each observation, and then what it holds beside them. */
export function inputsOf(delivery: Delivery<ObservedEvent>): readonly (ObservationInput | SnapshotInput)[] {
  return inputsOfReport(delivery.event, orderOf(delivery));
}

/** `order`: rises with each report of the stream. */
export function inputsOfReport(
  event: ObservedEvent,
  order: number,
): readonly (ObservationInput | SnapshotInput)[] {
  const { scope, source, acceptedAt, observations, snapshot } = event.data;
  const common = { reportId: event.id, scope, source, acceptedAt, order };
  return [
    ...observations.map((observation, index) => ({
      kind: 'observation' as const,
      ...common,
      index,
      observation,
    })),
    ...(snapshot === undefined ? [] : [{ kind: 'snapshot' as const, ...common, snapshot }]),
  ];
}

/** More than any message holds. */
const PLACES = 1_024;

/** The stream's order, and within a message the order of its reports. */
export function orderOf({ seq, place }: Pick<Delivery<unknown>, 'seq' | 'place'>): number {
  return seq * PLACES + (place?.index ?? 0);
}
