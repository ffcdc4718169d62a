import { changedSeverity, type ChangedSeverity } from './changed-severity.js';
import {
  action,
  actorOf,
  begin,
  heard,
  momentOf,
  outcome,
  statusBefore,
  told,
  type ObservationInput,
} from './episode.js';
import { noted, type Changes } from './changes.js';
import { titleOf } from './identity.js';
import type { Rules } from './rules.js';
import { isAfter, type Alert, type Said, type State } from './state.js';
import { clock, plusMs, span } from './time.js';

/** A known alert is reported firing. */
export function fire(
  state: State,
  known: Alert,
  input: ObservationInput,
  rules: Rules,
  now: string,
): Changes {
  if (known.resolved === undefined) return repeat(state, known, input, rules, now);
  if (isLate(known, input)) {
    return outcome(known, 'late', `late: this episode ended at ${clock(known.resolved.at)}`, {
      alerts: [heard(known, input)],
    });
  }
  const next = known.episode + 1;
  if (known.endedBySource !== undefined)
    return open(input, known.fingerprint, next, rules, now, 'fires again');
  if (known.archived === undefined && known.resolved.by === 'timeout') {
    return reopen(state, known, input, rules, now, 'reported again after it had gone silent');
  }
  if (known.archived === undefined && known.resolved.by === 'reconciliation') {
    return reopen(state, known, input, rules, now, 'its source holds it again');
  }
  if (beginsAgain(known, input)) return open(input, known.fingerprint, next, rules, now, 'fires again');
  const endedAt = known.archived?.at ?? known.resolved.at;
  const quietUntil = plusMs(endedAt, rules.quietAfterPersonMs);
  if (input.acceptedAt < quietUntil) {
    const how = known.archived === undefined ? 'resolved by hand' : 'archived';
    return outcome(
      known,
      'repeated',
      `${how} at ${clock(endedAt)}: its repeats stay quiet until ${clock(quietUntil)}`,
      {
        alerts: [heard(known, input)],
      },
    );
  }
  const since = span(rules.quietAfterPersonMs);
  return known.archived === undefined
    ? reopen(state, known, input, rules, now, `still firing ${since} after it was resolved by hand`)
    : open(input, known.fingerprint, next, rules, now, `still firing ${since} after it was archived`);
}

/** A firing of an episode that its source itself has ended. */
export function isLate(known: Alert, input: ObservationInput): boolean {
  const { endedBySource, latestStartsAt, resolved } = known;
  if (endedBySource === undefined || resolved === undefined) return false;
  const beforeItsEnd = !isAfter(momentOf(input), endedBySource);
  const { startsAt, extent } = input.observation;
  // A source that is looked at says what is true now: its beginning may be made out to be the same as before.
  if (startsAt === undefined || latestStartsAt === undefined || extent !== undefined) return beforeItsEnd;
  return startsAt <= latestStartsAt || (beforeItsEnd && startsAt <= resolved.at);
}

/** The source tells of a new beginning, and is not one that moves `startsAt` with every repeat. */
function beginsAgain(known: Alert, input: ObservationInput): boolean {
  const { startsAt } = input.observation;
  if (startsAt === undefined || known.latestStartsAt === undefined) return false;
  const moves = known.startsAt !== known.latestStartsAt;
  return !moves && startsAt > known.latestStartsAt;
}

/** A new episode, and a problem of its own. */
export function open(
  input: ObservationInput,
  fingerprint: string,
  episode: number,
  rules: Rules,
  now: string,
  why: string,
): Changes {
  const { alert, problem, because } = begin(input, fingerprint, episode, rules, now);
  return {
    alerts: [alert],
    problems: [{ problem: noted(problem, now, `${why}: ${because}`), tell: { announce: true, why } }],
    actions: [action(alert, 'fired', actorOf(input.source), `${why}: ${because}`, null)],
    outcome: told(alert, why),
  };
}

function repeat(state: State, known: Alert, input: ObservationInput, rules: Rules, now: string): Changes {
  const alert = heard(known, input);
  const problem = state.problems.get(known.problemId);
  const severity = problem && changedSeverity(known, alert, problem, rules, now);
  if (severity !== undefined) return anotherSeverity(known, severity, input, now);
  const change = alert.said === known.said ? undefined : changeOf(known.said, alert.said);
  if (problem === undefined || change === undefined)
    return outcome(alert, 'repeated', 'a repeat', { alerts: [alert] });
  const title = titleOf(alert.said.labels, alert.said.annotations);
  const why = `a repeat with ${change}`;
  const retitled = problem.primaryId === alert.id ? { ...problem, title, updatedAt: now } : problem;
  return outcome(alert, 'repeated', why, {
    alerts: [{ ...alert, title, updatedAt: now }],
    problems: [{ problem: retitled, tell: { announce: false, why } }],
  });
}

/** What is worse than anybody was told is told again. */
function anotherSeverity(
  known: Alert,
  { alert, problem, why, isWorse }: ChangedSeverity,
  input: ObservationInput,
  now: string,
): Changes {
  const title = titleOf(alert.said.labels, alert.said.annotations);
  const retitled = problem.primaryId === alert.id ? { ...problem, title } : problem;
  return {
    alerts: [{ ...alert, title, updatedAt: now }],
    problems: [{ problem: noted(retitled, now, why), tell: { announce: isWorse, why } }],
    actions: [action(alert, 'changed', actorOf(input.source), why, statusBefore(known))],
    outcome: isWorse
      ? told(alert, why)
      : { kind: 'observation', end: 'repeated', alertId: alert.id, problemId: alert.problemId, why },
  };
}

/** What a reader would see changed; undefined: nothing. */
function changeOf(before: Said, after: Said): string | undefined {
  const parts = (
    ['annotations', 'values', 'dashboardUrl', 'panelUrl', 'silenceUrl', 'generatorUrl', 'imageUrl'] as const
  )
    .filter((part) => JSON.stringify(before[part]) !== JSON.stringify(after[part]))
    .map((part) => (part.endsWith('Url') ? 'links' : part));
  return parts.length === 0 ? undefined : `other ${[...new Set(parts)].join(' and ')}`;
}

function reopen(
  state: State,
  known: Alert,
  input: ObservationInput,
  rules: Rules,
  now: string,
  why: string,
): Changes {
  const { resolved: _, acknowledged: __, ...rest } = heard(known, input);
  const timeoutMs = rules.resolveTimeoutMs.get(known.source.kind);
  const alert: Alert = {
    ...rest,
    updatedAt: now,
    ...(timeoutMs === undefined ? {} : { dueAt: plusMs(input.acceptedAt, timeoutMs) }),
  };
  const problem = state.problems.get(known.problemId);
  if (problem === undefined) return outcome(alert, 'repeated', why, { alerts: [alert] });
  const { resolved: ___, acknowledged: ____, ...reopened } = problem;
  return {
    alerts: [alert],
    problems: [{ problem: noted(reopened, now, why), tell: { announce: true, why } }],
    actions: [action(alert, 'reopened', actorOf(input.source), why, 'resolved')],
    outcome: told(alert, why),
  };
}
