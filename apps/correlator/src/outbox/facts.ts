import {
  eventOf,
  subjects,
  urgencyOf,
  type AlertsChanged,
  type IncidentChange,
  type ProblemChange,
  type ProblemView,
} from '@gomon/contracts';
import type { Decided } from '../decide/decide-all.js';
import type { DecidedFact } from '../decide/decided-fact.js';
import { boundedForMessage } from '../decide/fact-size.js';
import { idFrom } from '../decide/identity.js';
import { problemView, statusOf } from '../decide/views.js';
import { chunksOf, packed, type OutboxRow } from './outbox-row.js';

const SOURCE = 'gomon/correlator';
/** Alert facts of one transaction share a message, up to so many. */
const ALERTS_TOGETHER = 250;
/** What the fields of such a fact take that are not free text. */
const OTHER_FIELDS = 500;

const FACT_OF_ACTION = {
  fired: 'fired',
  reopened: 'fired',
  changed: 'changed',
  resolved: 'resolved',
  acknowledged: 'acknowledged',
  unacknowledged: 'changed',
  escalated: 'changed',
  deescalated: 'changed',
  assigned: 'changed',
  noted: 'changed',
  archived: 'archived',
  merged: 'changed',
  split: 'changed',
  moved: 'changed',
  placed: 'changed',
  reminded: 'changed',
  muted: 'changed',
  unmuted: 'changed',
  flapping: 'changed',
  stable: 'changed',
  late: 'changed',
} as const;

/**
 * The messages of a transaction's facts. `traceOf`: the trace a problem's change belongs to.
 */
export function factRows(
  decided: Decided,
  now: string,
  traceOf: (problemId: string) => string | undefined = () => undefined,
): readonly OutboxRow[] {
  const time = new Date(now);
  return [
    ...packed(decided.facts.flatMap((fact) => problemFacts(decided, fact, time, traceOf(fact.problem.id)))),
    ...alertRows(decided, now, time),
  ];
}

/** The fact of a problem, and beside it that of its incident, where it is one. */
function problemFacts(
  decided: Decided,
  { problem, fact, announce, why, publishAt }: DecidedFact,
  time: Date,
  traceparent: string | undefined,
): readonly OutboxRow[] {
  const id = `${problem.id}.${problem.version}`;
  const view = boundedForMessage(problemView(decided.state, problem));
  const data: ProblemChange = {
    problem: view,
    tell: { receiver: 'slack', channel: problem.channel, announce, why: [...why] },
  };
  const about = { source: SOURCE, time, subject: problem.id, traceparent };
  const event = eventOf(`gomon.problem.v1.${fact}`, data, { id, ...about });
  const subject = subjects.problem(urgencyOf(problem.severity), fact);
  const row = { id, subject, body: JSON.stringify(event), ...(publishAt === undefined ? {} : { publishAt }) };
  return problem.incident === undefined ? [row] : [row, incidentFact(`${id}.incident`, view, about)];
}

function incidentFact(
  id: string,
  problem: ProblemView,
  about: Omit<Parameters<typeof eventOf>[2], 'id'>,
): OutboxRow {
  const subject = subjects.incidentChanged;
  const data: IncidentChange = { problem };
  return { id, subject, body: JSON.stringify(eventOf(subject, data, { id, ...about })) };
}

function alertRows(decided: Decided, now: string, time: Date): readonly OutboxRow[] {
  const lengthOf = ({ title, why }: AlertsChanged['changes'][number]) =>
    title.length + why.length + OTHER_FIELDS;
  return chunksOf(changesOf(decided, now), ALERTS_TOGETHER, lengthOf).map((changes) => {
    // The same may happen to an alert twice within a millisecond, but not at one version of its problem.
    const versionOf = (problemId: string) => decided.state.problems.get(problemId)?.version ?? 0;
    const id = idFrom(
      now,
      'alerts',
      ...changes.map(({ alertId, fact, problemId }) => `${alertId} ${fact} ${versionOf(problemId)}`),
    );
    const scope = decided.state.alerts.get(changes[0]?.alertId ?? '')?.scope ?? '';
    const data: AlertsChanged = { scope, changes };
    const event = eventOf('gomon.alert.v1.changed', data, { id, source: SOURCE, time });
    return { id, subject: subjects.alertsChanged, body: JSON.stringify(event) };
  });
}

function changesOf(decided: Decided, now: string): AlertsChanged['changes'] {
  return decided.actions.flatMap((action) => {
    const alert = decided.state.alerts.get(action.alertId);
    if (alert === undefined) return [];
    return {
      fact: FACT_OF_ACTION[action.action],
      alertId: alert.id,
      fingerprint: alert.fingerprint,
      problemId: alert.problemId,
      source: alert.source,
      title: alert.title,
      severity: alert.severity,
      status: statusOf(alert),
      episode: alert.episode,
      ...(alert.startsAt === undefined ? {} : { startsAt: alert.startsAt }),
      at: now,
      why: action.why,
    };
  });
}
