import type { ProblemView } from '@gomon/contracts';
import type { Shown } from '@gomon/messaging';
import type { TellProblem } from './tell-problem.js';

/** Slack, as it is compared with the record. */
export function shownInSlack(teller: Pick<TellProblem, 'tell'>): Shown {
  return {
    name: 'Slack',
    isBehind,
    // It may have been told before: by another delivery, another process.
    bring: (routed) => teller.tell({ ...routed, attempt: 2 }),
  };
}

/** What ended without ever having been told is no news any more. */
function isBehind({ told, version, resolved }: ProblemView): boolean {
  const shown = told.find(({ receiver }) => receiver === 'slack')?.version;
  return shown === undefined ? resolved === undefined : shown < version;
}
