import { isUrgent, type Severity } from '@gomon/contracts';
import { asking } from './attention.js';
import { incidentFor } from './decide-incident.js';
import type { Rules } from './rules.js';
import type { Problem } from './state.js';

/** What is part of a problem, as far as that makes the problem as bad as it is. */
export interface Part {
  readonly severity: Severity;
  readonly title: string;
}

/** A problem with other parts: as bad as the worst of them. `why`: it is worse than it was. */
export function raisedBy(
  problem: Problem,
  parts: Iterable<Part>,
  rules: Rules,
  now: string,
): { readonly problem: Problem; readonly why?: string } {
  let worst: Part | undefined;
  for (const part of parts) if (worst === undefined || part.severity < worst.severity) worst = part;
  if (worst === undefined || worst.severity >= levelBefore(problem)) return { problem };
  const { severity, title } = worst;
  const { acknowledged: _, escalated: __, heldUntil: held, ...rest } = problem;
  const incident = problem.incident ?? incidentFor(problem.id, severity, rules, now);
  const again: Problem = {
    ...rest,
    ...(isUrgent(severity) || held === undefined ? {} : { heldUntil: held }),
    severity,
    ...(incident === undefined ? {} : { incident }),
  };
  return { problem: asking(again, rules, now), why: `${title} makes it ${severity}` };
}

/** What a person has made less bad stays so until something is worse than it was then. */
function levelBefore({ severity, escalated }: Problem): Severity {
  return escalated !== undefined && escalated.to > escalated.from ? escalated.from : severity;
}
