import { nothing, type Changes } from './changes.js';
import { statusBefore } from './episode.js';
import { endedWith } from './problem-end.js';
import type { Rules } from './rules.js';
import type { Alert, State } from './state.js';
import { later, plusMs, span } from './time.js';

/** An alert's time has come to be looked at. */
export interface TickInput {
  readonly kind: 'tick';
  readonly alertId: string;
  /** The newest observation decided, with nothing undecided before it: what we know of the time at the sources. */
  readonly watermark: string;
  /** Since when we have listened without a break. Silence counts from there: our own outage makes nothing overdue. */
  readonly listeningSince: string;
}

/** An alert that its source no longer repeats ends; the end is provisional. */
export function decideTick(state: State, input: TickInput, rules: Rules, now: string): Changes {
  const known = state.alerts.get(input.alertId);
  const timeoutMs = known === undefined ? undefined : rules.resolveTimeoutMs.get(known.source.kind);
  if (known === undefined || known.resolved !== undefined || timeoutMs === undefined) {
    return nothing({ kind: 'tick', why: 'nothing is due any more' });
  }
  const dueAt = plusMs(later(known.lastSeenAt, input.listeningSince), timeoutMs);
  if (input.watermark < dueAt) {
    return { ...nothing({ kind: 'tick', why: 'not yet' }), alerts: [{ ...known, dueAt }] };
  }
  const why = `its source has not repeated it for ${span(timeoutMs)}`;
  const actor = { kind: 'system', id: 'resolve-timeout' } as const;
  const resolved = { at: input.watermark, by: 'timeout', actor, reason: why } as const;
  const { dueAt: _, ...rest } = known;
  const alert: Alert = { ...rest, resolved, updatedAt: now };
  const problem = state.problems.get(known.problemId);
  return {
    alerts: [alert],
    problems: problem === undefined ? [] : [endedWith(state, problem, alert, resolved, now, why)],
    actions: [
      {
        alertId: alert.id,
        problemId: alert.problemId,
        action: 'resolved',
        actor,
        why,
        before: statusBefore(known),
      },
    ],
    outcome: { kind: 'tick', why },
  };
}
