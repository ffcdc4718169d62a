import {
  SAMPLE_MEMBERS,
  type AlertView,
  type Incident,
  type IncidentView,
  type ProblemView,
  type Status,
} from '@gomon/contracts';
import { callDueAt } from './calls.js';
import { membersOf, type Alert, type Problem, type State } from './state.js';

/** Status as people read it. */
export function statusOf(
  thing: Pick<Alert | Problem, 'archived' | 'resolved' | 'acknowledged' | 'escalated'>,
): Status {
  if (thing.archived !== undefined) return 'archived';
  if (thing.resolved !== undefined) return 'resolved';
  if (thing.acknowledged !== undefined) return 'acknowledged';
  const { escalated } = thing;
  return escalated !== undefined && escalated.to < escalated.from ? 'escalated' : 'firing';
}

/** An alert as readers see it. */
export function alertView(alert: Alert): AlertView {
  return {
    ...alert.said,
    ...(alert.startsAt === undefined ? {} : { startsAt: alert.startsAt }),
    ...(alert.resolved === undefined ? {} : { endsAt: alert.resolved.at, resolved: alert.resolved }),
    ...(alert.acknowledged === undefined ? {} : { acknowledged: alert.acknowledged }),
    ...(alert.assigned === undefined ? {} : { assigned: alert.assigned }),
    ...(alert.escalated === undefined ? {} : { escalated: alert.escalated }),
    ...(alert.incidentId === undefined ? {} : { incidentId: alert.incidentId }),
    ...(alert.muted === undefined ? {} : { muted: alert.muted }),
    ...(alert.flappingSince === undefined ? {} : { flappingSince: alert.flappingSince }),
    ...(alert.placed === undefined ? {} : { placed: alert.placed }),
    about: alert.about,
    id: alert.id,
    fingerprint: alert.fingerprint,
    scope: alert.scope,
    source: alert.source,
    status: statusOf(alert),
    severity: alert.severity,
    title: alert.title,
    episode: alert.episode,
    observations: alert.observations,
    firstSeenAt: alert.firstSeenAt,
    lastSeenAt: alert.lastSeenAt,
    updatedAt: alert.updatedAt,
    problemId: alert.problemId,
  };
}

/** A problem as readers see it: whole, so that no second question is needed. The alerts of one that was merged are elsewhere. */
export function problemView(state: Pick<State, 'alerts' | 'members'>, problem: Problem): ProblemView {
  const primary = state.alerts.get(problem.primaryId);
  const incidentAt = callDueAt(problem);
  const members = membersOf(state, problem);
  if (primary === undefined) throw new Error(`problem ${problem.id} has no primary alert`);
  const { details: _, notes: __, ...said } = primary.said;
  const { total, firing } = problem.counts;
  return {
    id: problem.id,
    scope: problem.scope,
    version: problem.version,
    status: statusOf(problem),
    severity: problem.severity,
    title: problem.title,
    source: problem.source,
    primary: {
      ...said,
      ...(primary.startsAt === undefined ? {} : { startsAt: primary.startsAt }),
      ...(primary.resolved === undefined ? {} : { endsAt: primary.resolved.at }),
      about: primary.about,
      alertId: primary.id,
    },
    startsAt: problem.startsAt,
    openedAt: problem.openedAt,
    updatedAt: problem.updatedAt,
    ...(problem.acknowledged === undefined ? {} : { acknowledged: problem.acknowledged }),
    ...(problem.escalated === undefined ? {} : { escalated: problem.escalated }),
    ...(problem.assigned === undefined ? {} : { assigned: problem.assigned }),
    ...(problem.resolved === undefined ? {} : { resolved: problem.resolved }),
    ...(problem.muted === undefined ? {} : { muted: mutedView(problem.muted) }),
    ...(primary.flappingSince === undefined ? {} : { flappingSince: primary.flappingSince }),
    ...(problem.incident === undefined ? {} : { incident: incidentIn(problem, problem.incident) }),
    ...(incidentAt === undefined ? {} : { incidentAt }),
    ...(problem.likelyCause === undefined ? {} : { likelyCause: problem.likelyCause }),
    ...(problem.mergedInto === undefined ? {} : { mergedInto: problem.mergedInto }),
    ...stillReportedOf(problem, members),
    counts: { total, firing, resolved: total - firing },
    members: members.slice(0, SAMPLE_MEMBERS).map((member) => ({
      alertId: member.id,
      title: member.title,
      severity: member.severity,
      status: statusOf(member),
      primary: member.id === problem.primaryId,
      ...(member.startsAt === undefined ? {} : { startsAt: member.startsAt }),
      ...(member.resolved === undefined ? {} : { endsAt: member.resolved.at }),
    })),
    timeline: [...problem.timeline],
    ...(problem.announced === undefined ? {} : { announced: problem.announced }),
    ...(problem.storm === undefined ? {} : { storm: problem.storm }),
    ...(problem.digest === undefined ? {} : { digest: problem.digest }),
    told: [...problem.told],
  };
}

function stillReportedOf(
  { resolved }: Problem,
  members: readonly Alert[],
): Pick<ProblemView, 'stillReported'> {
  if (resolved?.by !== 'person') return {};
  const reported = members.filter(
    ({ resolved: ended, endedBySource }) => ended?.by === 'person' && endedBySource === undefined,
  );
  return reported.length === 0
    ? {}
    : { stillReported: reported.slice(0, SAMPLE_MEMBERS).map(({ title }) => title) };
}

function mutedView({ since, by, missed }: NonNullable<Problem['muted']>): ProblemView['muted'] {
  return { since, by, ...(missed === undefined ? {} : { missed }) };
}

/** An incident by itself; undefined: the problem is none. */
export function incidentView(problem: Problem): IncidentView | undefined {
  if (problem.incident === undefined) return undefined;
  const { linked, ...incident } = incidentIn(problem, problem.incident);
  const { at: _, ...inProvider } = linked ?? { at: undefined };
  return {
    ...incident,
    ...inProvider,
    problemId: problem.id,
    scope: problem.scope,
    severity: problem.severity,
    title: problem.title,
  };
}

/** It is open for as long as its problem is. */
function incidentIn(problem: Problem, incident: NonNullable<Problem['incident']>): Incident {
  const resolvedAt = problem.resolved?.at ?? problem.archived?.at;
  return {
    ...incident,
    status: resolvedAt === undefined ? 'open' : 'resolved',
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
  };
}
