import type { CommandEvent } from './command.js';
import type { ProblemFact } from './problem.js';
import { isUrgent, type Severity } from './severity.js';

export type Urgency = 'urgent' | 'normal';

export function urgencyOf(severity: Severity): Urgency {
  return isUrgent(severity) ? 'urgent' : 'normal';
}

/** Where each message travels. A breaking change is a new `v2` subject. */
export const subjects = {
  observed: (urgency: Urgency, sourceKind: string) => `gomon.observed.v1.${urgency}.${sourceKind}`,
  /** A command's subject is its type. */
  command: (type: CommandEvent['type']) => type,
  problem: (urgency: Urgency, fact: ProblemFact) => `gomon.problem.v1.${urgency}.${fact}`,
  cluster: { health: 'gomon.cluster.v1.health', topology: 'gomon.cluster.v1.topology' },
  alertsChanged: 'gomon.alert.v1.changed',
  incidentChanged: 'gomon.incident.v1.changed',
  deadLetter: (stream: string) => `gomon.dead.v1.${stream}`,
  spoolState: 'gomon.ingest.v1.spool',
} as const;

/** How many observations a report holds, as a NATS header, so that a backlog can be counted without reading it. */
export const OBSERVATIONS_HEADER = 'Gomon-Observations';
/** How many reports share a message, as a NATS header; none: one. */
export const REPORTS_HEADER = 'Gomon-Reports';
