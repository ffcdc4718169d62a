import type { Ending } from '@gomon/contracts';
import { noted, tellOf, type Changes, type ProblemChange } from './changes.js';
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
import { changed, stableAt } from './flapping.js';
import type { Rules } from './rules.js';
import { endedWith } from './problem-end.js';
import { isAfter, type Alert, type State } from './state.js';
import { earlier, later, plusMs } from './time.js';

/** An end may lie so far after its acceptance: clocks differ. */
const CLOCK_TOLERANCE_MS = 60_000;

/** A known alert is reported resolved. */
export function end(state: State, known: Alert, input: ObservationInput, rules: Rules, now: string): Changes {
  if (known.resolved !== undefined) return endAgain(state, known, input, now);
  if (endsAnEarlierEpisode(known, input)) {
    return late(known, 'late: the end of an earlier episode', input);
  }
  const resolved = endingOf(known, input);
  const { dueAt: _, changes: __, flappingSince: ___, ...rest } = heard(known, input);
  const change = changed(known, rules, input.acceptedAt);
  const stable = stableAt(change, rules);
  const alert: Alert = {
    ...rest,
    ...change,
    resolved,
    endedBySource: momentOf(input),
    updatedAt: now,
    ...(stable === undefined ? {} : { dueAt: stable }),
  };
  const reason = input.observation.stateReason;
  const why = reason === undefined ? 'its source reports the end' : `its source reports the end (${reason})`;
  const problem = state.problems.get(known.problemId);
  const flapping = flappingFrom(known, alert, rules);
  const ended = problem && endedWith(problem, alert, resolved, now, why);
  return {
    alerts: [alert],
    problems:
      ended === undefined ? [] : [flapping === undefined ? ended : flaps(ended, alert, flapping.why, now)],
    actions: [
      action(alert, 'resolved', actorOf(input.source), why, statusBefore(known)),
      ...(flapping?.actions ?? []),
    ],
    outcome: told(alert, why),
  };
}

/** That it flaps is told whatever mutes it; one of many makes no noise of its own. */
function flaps({ problem }: ProblemChange, alert: Alert, why: string, now: string): ProblemChange {
  const isPart = problem.resolved === undefined && problem.primaryId !== alert.id;
  return {
    problem: noted(problem, now, why),
    tell: isPart ? tellOf(alert, problem, why) : { announce: true, why, insists: true },
  };
}

/** The end of something that was never reported firing: kept, and nobody is told. */
export function recordUnheardEnd(state: State, beginning: Beginning, rules: Rules, now: string): Changes {
  const { input } = beginning;
  const { alert, problem } = begin(state, beginning, rules, now);
  const why = 'resolved without a firing before: recorded, nobody is told';
  const resolved = endingOf(alert, input);
  const { dueAt: _, ...rest } = alert;
  const ended: Alert = { ...rest, resolved, endedBySource: momentOf(input) };
  return {
    alerts: [ended],
    problems: [{ problem: noted({ ...problem, counts: { total: 1, firing: 0 }, resolved }, now, why) }],
    actions: [action(ended, 'resolved', actorOf(input.source), why, null)],
    outcome: { kind: 'observation', end: 'late', alertId: alert.id, problemId: problem.id, why },
  };
}

function endAgain(state: State, known: Alert, input: ObservationInput, now: string): Changes {
  const alert = heard(known, input);
  if (known.endedBySource === undefined) {
    const why = 'its source reports the end too';
    const problem = state.problems.get(known.problemId);
    // Whoever ended it by hand sees that it is really over.
    const isSeen = problem?.resolved?.by === 'person' && problem.archived === undefined;
    return outcome(alert, 'repeated', why, {
      alerts: [{ ...alert, endedBySource: momentOf(input) }],
      problems: isSeen ? [{ problem: noted(problem, now, why), tell: { announce: false, why } }] : [],
    });
  }
  const unheard = (input.observation.startsAt ?? '') > (known.latestStartsAt ?? '');
  return unheard
    ? late(known, 'the end of an episode that was never reported firing', input)
    : outcome(alert, 'repeated', 'the end, once more', { alerts: [alert] });
}

/** Its source has reported a later beginning than this end. */
function endsAnEarlierEpisode(known: Alert, input: ObservationInput): boolean {
  const { startsAt, endsAt } = input.observation;
  const isOvertaken = !isAfter(momentOf(input), known.lastHeard);
  if (startsAt === undefined || known.latestStartsAt === undefined) return isOvertaken;
  if (startsAt >= known.latestStartsAt) return false;
  return isOvertaken || (endsAt !== undefined && endsAt < known.latestStartsAt);
}

function endingOf(alert: Alert, input: ObservationInput): Ending {
  const { endsAt, stateReason } = input.observation;
  const latestPossible = plusMs(input.acceptedAt, CLOCK_TOLERANCE_MS);
  const at = earlier(endsAt ?? input.acceptedAt, latestPossible);
  return {
    at: alert.startsAt === undefined ? at : later(at, earlier(alert.startsAt, latestPossible)),
    by: 'source',
    ...(stateReason === undefined ? {} : { reason: stateReason }),
  };
}
