import type { Ending } from '@gomon/contracts';
import { noted, type Changes } from './changes.js';
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
import type { Rules } from './rules.js';
import { endedWith } from './problem-end.js';
import { isAfter, type Alert, type State } from './state.js';
import { earlier, later, plusMs } from './time.js';

/** An end may lie so far after its acceptance: clocks differ. */
const CLOCK_TOLERANCE_MS = 60_000;

/** A known alert is reported resolved. */
export function end(state: State, known: Alert, input: ObservationInput, now: string): Changes {
  if (known.resolved !== undefined) return endAgain(known, input);
  if (endsAnEarlierEpisode(known, input)) {
    return outcome(known, 'late', 'late: the end of an earlier episode', { alerts: [heard(known, input)] });
  }
  const resolved = endingOf(known, input);
  const { dueAt: _, ...rest } = heard(known, input);
  const alert: Alert = { ...rest, resolved, endedBySource: momentOf(input), updatedAt: now };
  const reason = input.observation.stateReason;
  const why = reason === undefined ? 'its source reports the end' : `its source reports the end (${reason})`;
  const problem = state.problems.get(known.problemId);
  return {
    alerts: [alert],
    problems: problem === undefined ? [] : [endedWith(state, problem, alert, resolved, now, why)],
    actions: [action(alert, 'resolved', actorOf(input.source), why, statusBefore(known))],
    outcome: told(alert, why),
  };
}

/** The end of something that was never reported firing: kept, and nobody is told. */
export function recordUnheardEnd(
  input: ObservationInput,
  fingerprint: string,
  rules: Rules,
  now: string,
): Changes {
  const { alert, problem } = begin(input, fingerprint, 1, rules, now);
  const why = 'resolved without a firing before: recorded, nobody is told';
  const resolved = endingOf(alert, input);
  const { dueAt: _, ...rest } = alert;
  const ended: Alert = { ...rest, resolved, endedBySource: momentOf(input) };
  return {
    alerts: [ended],
    problems: [{ problem: noted({ ...problem, resolved }, now, why) }],
    actions: [action(ended, 'resolved', actorOf(input.source), why, null)],
    outcome: { kind: 'observation', end: 'late', alertId: alert.id, problemId: problem.id, why },
  };
}

function endAgain(known: Alert, input: ObservationInput): Changes {
  const alert = heard(known, input);
  if (known.endedBySource === undefined) {
    return outcome(alert, 'repeated', 'its source reports the end too', {
      alerts: [{ ...alert, endedBySource: momentOf(input) }],
    });
  }
  const unheard = (input.observation.startsAt ?? '') > (known.latestStartsAt ?? '');
  return unheard
    ? outcome(alert, 'late', 'the end of an episode that was never reported firing', { alerts: [alert] })
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
