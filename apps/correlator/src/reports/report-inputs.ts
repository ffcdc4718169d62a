import type { ObservedEvent } from '@gomon/contracts';
import type { Delivery } from '@gomon/messaging';
import type { SnapshotInput } from '../decide/decide-snapshot.js';
import type { ObservationInput } from '../decide/episode.js';

/** What `decide` is asked about a report: each observation, and then what it holds beside them. */
export function inputsOf({
  event,
  seq,
}: Delivery<ObservedEvent>): readonly (ObservationInput | SnapshotInput)[] {
  const { scope, source, acceptedAt, observations, snapshot } = event.data;
  const common = { reportId: event.id, scope, source, acceptedAt, seq };
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
