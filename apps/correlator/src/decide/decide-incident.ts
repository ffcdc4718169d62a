import { isUrgent, type Actor, type CommandEvent, type Severity } from '@gomon/contracts';
import { noted, nothing, type Changes } from './changes.js';
import { idFrom } from './identity.js';
import type { Rules } from './rules.js';
import type { Incident, Problem, State } from './state.js';
import { clock } from './time.js';

type RecordIncident = Extract<CommandEvent, { type: 'gomon.command.v1.record-incident' }>['data'];

export const BY_SEVERITY: Actor = { kind: 'system', id: 'severity' };

/** What is urgent is an incident from its beginning. */
export function incidentFor(
  problemId: string,
  severity: Severity,
  rules: Pick<Rules, 'incidentProvider'>,
  now: string,
): Incident | undefined {
  const why = whyIncident(severity, rules);
  return why === undefined ? undefined : openedWith(problemId, BY_SEVERITY, why, now);
}

/** Why a problem of a severity is an incident; undefined: it is none. */
export function whyIncident(
  severity: Severity,
  { incidentProvider }: Pick<Rules, 'incidentProvider'>,
): string | undefined {
  return incidentProvider !== 'none' && isUrgent(severity) ? `${severity} is urgent` : undefined;
}

/** Somebody wants the problem to be owned. `problem`: it is known and open. */
export function openIncident(
  problem: Problem,
  { actor, note }: { actor: Actor; note?: string | undefined },
  rules: Pick<Rules, 'incidentProvider'>,
  now: string,
): Changes {
  const command = { kind: 'command', problemId: problem.id } as const;
  const { incident: known } = problem;
  if (rules.incidentProvider === 'none') {
    const message = 'there is no incident provider (INCIDENT_PROVIDER)';
    return nothing({ ...command, outcome: 'without-effect', message });
  }
  if (known !== undefined) {
    const message = `it is an incident since ${clock(known.openedAt)}`;
    return nothing({ ...command, outcome: 'without-effect', message });
  }
  const why = `${actor.name ?? actor.id} created an incident${note === undefined ? '' : `: ${note}`}`;
  const incident = openedWith(problem.id, actor, why, now);
  return {
    alerts: [],
    problems: [{ problem: noted({ ...problem, incident }, now, why, actor), tell: { announce: false, why } }],
    actions: [],
    outcome: { ...command, outcome: 'done', message: 'incident created' },
  };
}

/**
 * The provider has the incident, or cannot have it. Readers are told when it is there, and why it is not; that it was
 * brought to its end there shows nowhere else.
 */
export function decideIncidentRecorded(state: State, data: RecordIncident, now: string): Changes {
  const { problemId, outcome } = data;
  const problem = state.problems.get(problemId);
  const incident = problem?.incident;
  const command = { kind: 'command', problemId } as const;
  if (problem === undefined || incident === undefined) {
    return nothing({
      kind: 'command',
      outcome: 'not-found',
      message: `problem ${problemId} has no incident`,
    });
  }
  if (outcome.kind === 'failed') {
    const { at, reason } = outcome;
    if (incident.failure?.reason === reason || isKnown(incident, at)) {
      return nothing({ ...command, outcome: 'without-effect', message: 'known' });
    }
    const failing = { ...problem, incident: { ...incident, failure: { at, reason } } };
    return {
      alerts: [],
      problems: [{ problem: noted(failing, now, reason), tell: { announce: false, why: reason } }],
      actions: [],
      outcome: { ...command, outcome: 'done', message: 'recorded' },
    };
  }
  const { linked } = outcome;
  if (isKnown(incident, linked.at)) {
    return nothing({ ...command, outcome: 'without-effect', message: 'known' });
  }
  const { failure, ...rest } = incident;
  const isNews = incident.linked?.opsgenieIncidentId !== linked.opsgenieIncidentId || failure !== undefined;
  const changed: Problem = { ...problem, incident: { ...rest, linked } };
  const why = 'the incident is in Opsgenie';
  return {
    alerts: [],
    problems: isNews
      ? [{ problem: noted(changed, now, why), tell: { announce: false, why } }]
      : [{ problem: changed }],
    actions: [],
    outcome: { ...command, outcome: 'done', message: 'recorded' },
  };
}

/** Words of the provider may overtake each other: what we know is as new. */
function isKnown({ linked }: Incident, at: string): boolean {
  return linked !== undefined && linked.at >= at;
}

/** The incident of a problem, as it is opened. */
export function openedWith(problemId: string, openedBy: Actor, why: string, now: string): Incident {
  return { id: idFrom(now, 'incident', problemId), openedAt: now, openedBy, why };
}
