import { isUrgent } from '@gomon/contracts';
import { aboutOf } from './about.js';
import { asking } from './attention.js';
import { changedSeverity, type ChangedSeverity } from './changed-severity.js';
import { noted, tellOf, type Changes, type Tell } from './changes.js';
import {
  action,
  actorOf,
  begin,
  flappingFrom,
  heard,
  late,
  momentOf,
  outcome,
  statusBefore,
  told,
  type Beginning,
  type ObservationInput,
} from './episode.js';
import { endByTime } from './end-by-time.js';
import { changed, stableAt } from './flapping.js';
import { titleOf } from './identity.js';
import { inhibitsOf } from './inhibition.js';
import type { Rules } from './rules.js';
import { isSameValue } from './same-value.js';
import { isAfter, type Alert, type Moment, type Problem, type Said, type State } from './state.js';
import { clock, earliest, plusMs, span } from './time.js';

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
    return late(known, `late: this episode ended at ${clock(known.resolved.at)}`, input);
  }
  const beginning = { input, fingerprint: known.fingerprint, before: known };
  if (known.endedBySource !== undefined) {
    // Nobody needs another conversation about what flaps, or comes back at once.
    const { at } = known.resolved;
    const goesOn = known.flappingSince !== undefined || isSoonAgain(at, known.endedBySource, input, rules);
    return goesOn && known.archived === undefined
      ? reopen(state, known, input, rules, now, 'fires again')
      : open(state, beginning, rules, now, 'fires again');
  }
  if (known.archived === undefined && known.resolved.by === 'timeout') {
    return reopen(state, known, input, rules, now, 'reported again after it had gone silent');
  }
  if (known.archived === undefined && known.resolved.by === 'reconciliation') {
    return reopen(state, known, input, rules, now, 'its source holds it again');
  }
  if (beginsAgain(known, input)) return open(state, beginning, rules, now, 'fires again');
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
    : open(state, beginning, rules, now, `still firing ${since} after it was archived`);
}

/** Whether it begins anew so soon after its source had ended it that it goes on. `heard`: when we were told of the end. */
function isSoonAgain(
  endedAt: string,
  heard: Moment,
  { acceptedAt, observation: { startsAt } }: ObservationInput,
  { flapping: { refireMs } }: Pick<Rules, 'flapping'>,
): boolean {
  if (startsAt !== undefined && startsAt > endedAt) return startsAt < plusMs(endedAt, refireMs);
  return acceptedAt < plusMs(heard.acceptedAt, refireMs);
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
export function open(state: State, beginning: Beginning, rules: Rules, now: string, why: string): Changes {
  const { alert, problem, because, evidence } = begin(state, beginning, rules, now);
  const flapping = flappingFrom(beginning.before, alert, rules);
  const reason = flapping === undefined ? why : `${why}; ${flapping.why}`;
  return {
    alerts: [alert],
    problems: [
      {
        problem: noted(problem, now, `${reason}: ${because}`),
        tell: { announce: true, why: reason, insists: flapping !== undefined },
      },
    ],
    actions: [
      action(alert, 'fired', actorOf(beginning.input.source), reason, null),
      ...(flapping?.actions ?? []),
    ],
    outcome: told(alert, reason, evidence),
  };
}

function repeat(state: State, known: Alert, input: ObservationInput, rules: Rules, now: string): Changes {
  const alert = described(state, known, heard(known, input), rules);
  const problem = state.problems.get(known.problemId);
  const severity = problem && changedSeverity(known, alert, problem, rules, now);
  if (severity !== undefined) return anotherSeverity(known, severity, input, rules, now);
  const change = alert.said === known.said ? undefined : changeOf(known.said, alert.said);
  if (problem === undefined || change === undefined)
    return outcome(alert, 'repeated', 'a repeat', { alerts: [alert] });
  const title = titleOf(alert.said.labels, alert.said.annotations);
  const why = `a repeat with ${change}`;
  const retitled = problem.primaryId === alert.id ? { ...problem, title, updatedAt: now } : problem;
  return outcome(alert, 'repeated', why, {
    alerts: [{ ...alert, title, updatedAt: now }],
    problems: [{ problem: retitled, tell: tellOf(alert, problem, why) }],
  });
}

/** What an alert is about, and what it mutes, follows what its source says of it. */
function described({ around }: State, known: Alert, alert: Alert, rules: Rules): Alert {
  if (alert.said === known.said) return alert;
  const { inhibits: _, ...rest } = alert;
  const inhibits = rules.inhibitions.length === 0 ? [] : inhibitsOf(alert, rules);
  return {
    ...rest,
    about: aboutOf(alert.said, alert, rules, around.topology),
    ...(inhibits.length === 0 ? {} : { inhibits }),
  };
}

/** What is worse than anybody was told is told again. */
function anotherSeverity(
  known: Alert,
  { alert, problem, why, isWorse }: ChangedSeverity,
  input: ObservationInput,
  rules: Rules,
  now: string,
): Changes {
  const title = titleOf(alert.said.labels, alert.said.annotations);
  const { heldUntil, ...named } = problem.primaryId === alert.id ? { ...problem, title } : problem;
  const isHeld = heldUntil !== undefined && !(isWorse && isUrgent(problem.severity));
  const held: Problem = isHeld ? { ...named, heldUntil } : named;
  const retitled = isWorse ? asking(held, rules, now) : held;
  return {
    alerts: [{ ...alert, title, updatedAt: now }],
    problems: [
      {
        problem: noted(retitled, now, why),
        tell: isWorse ? { announce: true, why } : tellOf(alert, problem, why),
      },
    ],
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
    .filter((part) => !isSameValue(before[part], after[part]))
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
  const problem = state.problems.get(known.problemId);
  // One of many makes no noise of its own.
  const isPart = problem !== undefined && problem.resolved === undefined && problem.primaryId !== known.id;
  // While it flaps, whoever is on it stays on it.
  const isCovered = isPart || known.flappingSince !== undefined;
  // How long it fires is said anew.
  const { leaseUntil: _____, ...ended } = known;
  const {
    resolved: _,
    acknowledged,
    endedBySource: __,
    changes: ___,
    flappingSince: ____,
    ...rest
  } = heard(ended, input);
  const change = changed(known, rules, input.acceptedAt);
  const dueAt = earliest(stableAt(change, rules), endByTime(rest, '', rules)?.at);
  const alert: Alert = {
    ...rest,
    ...(isCovered && acknowledged !== undefined ? { acknowledged } : {}),
    ...change,
    updatedAt: now,
    ...(dueAt === undefined ? {} : { dueAt }),
  };
  if (problem === undefined) return outcome(alert, 'repeated', why, { alerts: [alert] });
  const flapping = flappingFrom(known, alert, rules);
  const reason = flapping === undefined ? why : `${why}; ${flapping.why}`;
  const { resolved: ______, acknowledged: acknowledgedBefore, counts, ...over } = problem;
  const reopened = { ...over, counts: { total: counts.total, firing: counts.firing + 1 } };
  const isOnIt = isCovered && acknowledgedBefore !== undefined;
  const stillCovered = isOnIt ? { ...reopened, acknowledged: acknowledgedBefore } : reopened;
  const open: Problem = isOnIt || isPart ? stillCovered : asking(stillCovered, rules, now);
  const tell: Tell = isPart
    ? tellOf(alert, problem, reason)
    : { announce: true, why: reason, insists: flapping !== undefined };
  return {
    alerts: [alert],
    problems: [{ problem: noted(open, now, reason), tell }],
    actions: [
      action(alert, 'reopened', actorOf(input.source), reason, 'resolved'),
      ...(flapping?.actions ?? []),
    ],
    outcome: told(alert, reason),
  };
}
