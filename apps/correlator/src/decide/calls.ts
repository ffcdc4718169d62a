import { isUrgent } from '@gomon/contracts';
import { noted, type ProblemChange } from './changes.js';
import { BY_SEVERITY, incidentFor } from './decide-incident.js';
import type { Rules } from './rules.js';
import { isOver, type Alert, type Call, type Problem, type State } from './state.js';
import { earliest, plusMs, span } from './time.js';

/** What a problem that calls somebody says of that; undefined: it calls nobody. */
export function callOf(problem: Problem, primary: Pick<Alert, 'about'> | undefined): Call | undefined {
  if (problem.incident === undefined) return undefined;
  const { owner } = primary?.about ?? {};
  const { id: problemId, scope, title, incident } = problem;
  return { problemId, scope, title, at: incident.openedAt, ...(owner === undefined ? {} : { owner }) };
}

/** What is asked of a problem at the end of a transaction. */
export interface Calling {
  readonly before: Problem | undefined;
  /** Whether it says that something does not work, and not why: its cause may be told soon. */
  readonly isSymptom: () => boolean;
  /** It took in what had called somebody. */
  readonly isHeir: boolean;
}

/**
 * An outage begins with its symptoms, and the first of them calls somebody. One that would call the same people right after that
 * is no incident until its cause is told, or was not told in time. P0 does not wait, nor what people open.
 */
export function calledInTime(
  problem: Problem,
  about: Calling,
  state: Pick<State, 'alerts' | 'around'>,
  rules: Rules,
  now: string,
): Problem {
  const { incident, incidentAt } = problem;
  if (incident === undefined)
    return incidentAt === undefined ? problem : stillWaiting(problem, about, rules, now);
  const isNew = about.before?.incident === undefined && incident.openedBy.id === BY_SEVERITY.id;
  const call = isNew ? callBefore(problem, about, state, rules, now) : undefined;
  const until = incidentAt ?? about.before?.incidentAt ?? plusMs(now, rules.calls.waitMs);
  if (call === undefined || until <= now) return incidentAt === undefined ? problem : withoutWait(problem);
  const { incident: _, ...rest } = problem;
  const waiting: Problem = { ...rest, incidentAt: until };
  if (about.before?.incidentAt !== undefined) return waiting;
  const [wait, ago] = [Date.parse(until) - Date.parse(now), Date.parse(now) - Date.parse(call.at)];
  const why = `somebody was called for ${call.title} ${span(ago)} before`;
  return noted(waiting, now, `an incident in ${span(wait)}, unless its cause is told: ${why}`);
}

/** One that is no incident yet is one as soon as its cause is told, or another one goes on in it. */
function stillWaiting(problem: Problem, { isHeir, isSymptom }: Calling, rules: Rules, now: string): Problem {
  if (!isUrgent(problem.severity)) return withoutWait(problem);
  if (callDueAt(problem) === undefined || (isSymptom() && !isHeir)) return problem;
  return { ...withoutWait(problem), ...opened(problem, rules, now) };
}

function withoutWait({ incidentAt: _, ...problem }: Problem): Problem {
  return problem;
}

/** Who was called so shortly before that this one waits. */
function callBefore(
  { id, scope, severity, primaryId }: Problem,
  { isSymptom, isHeir }: Calling,
  { alerts, around }: Pick<State, 'alerts' | 'around'>,
  { calls: { waitMs, withinMs } }: Rules,
  now: string,
): Call | undefined {
  if (isHeir || waitMs === 0 || severity === 'P0' || !isSymptom()) return undefined;
  const owner = alerts.get(primaryId)?.about.owner;
  return around.calls.findLast(
    (one) =>
      one.problemId !== id && one.scope === scope && one.owner === owner && now <= plusMs(one.at, withinMs),
  );
}

/** When a problem is an incident because nothing has told its cause; undefined: it waits for nothing. */
export function callDueAt(problem: Problem): string | undefined {
  const { incident, incidentAt, muted } = problem;
  return incident !== undefined || muted !== undefined || isOver(problem) ? undefined : incidentAt;
}

/** It has waited long enough; undefined: it is not time yet. */
export function calledNow(
  problem: Problem,
  watermark: string,
  rules: Rules,
  now: string,
): ProblemChange | undefined {
  const at = callDueAt(problem);
  if (at === undefined || watermark < at) return undefined;
  const why = 'an incident: its cause was not told meanwhile';
  const called = { ...withoutWait(problem), ...opened(problem, rules, now) };
  return { problem: noted(called, now, why), tell: { announce: false, why } };
}

function opened({ id, severity }: Problem, rules: Rules, now: string): Pick<Problem, 'incident'> {
  const incident = incidentFor(id, severity, rules, now);
  return incident === undefined ? {} : { incident };
}

/** Of several that become one: the first that would have called somebody. */
export function firstCallAt(problems: readonly Problem[]): string | undefined {
  return problems.reduce<string | undefined>(
    (first, { incidentAt }) => earliest(first, incidentAt),
    undefined,
  );
}
