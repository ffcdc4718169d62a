import type { Ending, Snapshot, Source } from '@gomon/contracts';
import type { AlertAction, Changes, ProblemChange } from './changes.js';
import { statusBefore } from './episode.js';
import { endedWith } from './problem-end.js';
import { isAfter, type Alert, type Moment, type Problem, type State } from './state.js';

/** What a source held to be true of a part of itself. */
export interface SnapshotInput extends Moment {
  readonly kind: 'snapshot';
  readonly reportId: string;
  readonly scope: string;
  readonly source: Source;
  readonly snapshot: Snapshot;
}

/** A look may fall between two changes: what one misses may be there in the next. */
const LOOKS = 2;
const ACTOR = { kind: 'system', id: 'reconciliation' } as const;

/**
 * Ends what its source no longer holds after two looks. The end is provisional: when the source holds it again, the
 * episode goes on. What was heard after the look was not there to be seen.
 */
export function decideSnapshot(state: State, input: SnapshotInput, now: string): Changes {
  const holds = new Set(input.snapshot.holds);
  const alerts: Alert[] = [];
  const problems: ProblemChange[] = [];
  const newest = new Map<string, Problem>();
  const actions: AlertAction[] = [];
  for (const alert of openAlertsOf(state, input)) {
    if (holds.has(alert.said.senderFingerprint ?? '')) {
      if (alert.missedLooks > 0) alerts.push({ ...alert, missedLooks: 0 });
      continue;
    }
    if (!isAfter(input, alert.lastHeard)) continue;
    const missedLooks = alert.missedLooks + 1;
    if (missedLooks < LOOKS) {
      alerts.push({ ...alert, missedLooks });
      continue;
    }
    const why = `its source has not held it for ${LOOKS} looks`;
    const resolved: Ending = { at: input.acceptedAt, by: 'reconciliation', actor: ACTOR, reason: why };
    const ended: Alert = { ...alert, missedLooks, resolved, updatedAt: now };
    alerts.push(ended);
    actions.push({
      alertId: alert.id,
      problemId: alert.problemId,
      action: 'resolved',
      actor: ACTOR,
      why,
      before: statusBefore(alert),
    });
    const problem = newest.get(alert.problemId) ?? state.problems.get(alert.problemId);
    if (problem === undefined) continue;
    const left = endedWith(problem, alert, resolved, now, why);
    newest.set(alert.problemId, left.problem);
    problems.push(left);
  }
  const ends = actions.length === 1 ? '1 alert has ended' : `${actions.length} alerts have ended`;
  return {
    alerts,
    problems,
    actions,
    outcome: { kind: 'snapshot', why: ends },
  };
}

function openAlertsOf(state: State, { scope, source, snapshot }: SnapshotInput): readonly Alert[] {
  return [...state.alerts.values()].filter(
    (alert) =>
      alert.resolved === undefined &&
      alert.scope === scope &&
      alert.source.kind === source.kind &&
      alert.source.instance === source.instance &&
      alert.said.extent === snapshot.extent,
  );
}
