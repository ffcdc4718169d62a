import type { ObservedEvent } from '@gomon/contracts';
import type { Delivery } from '@gomon/messaging';
import type { ObservationInput } from '../decide/episode.js';

/** What `decide` is asked about a report: one input an observation. */
export function inputsOf({ event, seq }: Delivery<ObservedEvent>): readonly ObservationInput[] {
  const { scope, source, acceptedAt, observations } = event.data;
  return observations.map((observation, index) => ({
    kind: 'observation',
    reportId: event.id,
    index,
    scope,
    source,
    acceptedAt,
    seq,
    observation,
  }));
}
