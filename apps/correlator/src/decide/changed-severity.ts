import type { Severity } from '@gomon/contracts';
import { incidentFor } from './decide-incident.js';
import { severityBy, type Rules } from './rules.js';
import { isSameValue } from './same-value.js';
import type { Alert, Problem } from './state.js';

/** What a source's other word on the severity makes of an alert and its problem. */
export interface ChangedSeverity {
  readonly alert: Alert;
  readonly problem: Problem;
  readonly why: string;
  /** It is worse than anybody was told. */
  readonly isWorse: boolean;
}

/**
 * A repeat may say another severity, where that is no part of the identity. What is worse ends the acknowledgement, which was
 * given for what it was. What a person has set holds, until the source says worse. Undefined: nothing has changed.
 */
export function changedSeverity(
  known: Alert,
  alert: Alert,
  problem: Problem,
  rules: Rules,
  now: string,
): ChangedSeverity | undefined {
  // Other rules hold for alerts that begin: only what the source says is news of this one.
  if (isSameValue(known.said.labels, alert.said.labels)) return undefined;
  const { severity, why } = severityBy(alert.said.labels, alert.source, rules);
  if (severity === known.severity) return undefined;
  const alone = levelOf(problem, severity);
  // One of many makes a problem worse, and not better: the others are as they were.
  const level = problem.counts.total === 1 || alone < problem.severity ? alone : problem.severity;
  const isWorse = level < problem.severity;
  const said = `its source says ${severity} now, ${known.severity} before: ${why}`;
  const { escalated, ...rest } = isWorse ? withoutAcknowledgement(problem) : problem;
  const incident = problem.incident ?? incidentFor(problem.id, level, rules, now);
  return {
    alert: { ...(isWorse ? withoutAcknowledgement(alert) : alert), severity },
    problem: {
      ...rest,
      severity: level,
      ...(escalated === undefined || level === severity
        ? {}
        : { escalated: { ...escalated, from: severity } }),
      ...(incident === undefined ? {} : { incident }),
    },
    why: said,
    isWorse,
  };
}

/**
 * What a person has made worse holds until the source says worse than that; what a person has made less bad, until the source
 * says worse than it did then.
 */
function levelOf({ escalated }: Problem, severity: Severity): Severity {
  if (escalated === undefined) return severity;
  const { from, to } = escalated;
  if (to < from) return severity < to ? severity : to;
  return severity < from || severity > to ? severity : to;
}

function withoutAcknowledgement<Thing extends Alert | Problem>(thing: Thing): Omit<Thing, 'acknowledged'> {
  const { acknowledged: _, ...rest } = thing;
  return rest;
}
