import type { ProblemView } from '@gomon/contracts';
import type { Shown } from '@gomon/messaging';
import type { SyncIncident } from './sync-incident.js';

/** Opsgenie, as it is compared with the record. */
export function shownInOpsgenie(sync: Pick<SyncIncident, 'bring'>): Shown {
  return {
    name: 'Opsgenie',
    isBehind,
    // It may have been brought there before: by another delivery, another process.
    bring: ({ problem }) => sync.bring({ problem, attempt: 2 }),
  };
}

/** What was over before it was there is not created any more. */
function isBehind({ incident }: ProblemView): boolean {
  if (incident === undefined) return false;
  const { linked, status } = incident;
  return linked === undefined ? status === 'open' : linked.providerStatus !== status;
}
