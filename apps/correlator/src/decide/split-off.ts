import type { Severity, Source } from '@gomon/contracts';
import { heldUntil } from './attention.js';
import { incidentFor } from './decide-incident.js';
import type { Rules } from './rules.js';
import type { Problem } from './state.js';

/** A problem for alerts that are no part of another one any more. Nobody is asked to look at it yet, and it has no alerts. */
export function splitOff(
  { scope, channel }: Pick<Problem, 'scope' | 'channel'>,
  first: {
    readonly id: string;
    readonly severity: Severity;
    readonly title: string;
    readonly source: Source;
    readonly primaryId: string;
    readonly startsAt: string;
  },
  rules: Rules,
  now: string,
): Problem {
  const incident = incidentFor(first.id, first.severity, rules, now);
  const held = heldUntil(first.severity, rules, now);
  return {
    ...first,
    scope,
    version: 0,
    counts: { total: 0, firing: 0 },
    openedAt: now,
    updatedAt: now,
    ...(incident === undefined ? {} : { incident }),
    ...(held === undefined ? {} : { heldUntil: held }),
    channel,
    timeline: [],
    told: [],
    untold: [],
  };
}
