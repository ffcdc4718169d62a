import type { Actor, Ending } from '@gomon/contracts';
import { nothing, type Changes, type CommandOutcome } from './changes.js';
import { statusBefore } from './episode.js';
import type { Alert, Problem } from './state.js';

export function done(message: string, problem: Problem | undefined): CommandOutcome {
  return {
    kind: 'command',
    outcome: 'done',
    message,
    ...(problem === undefined ? {} : { problemId: problem.id }),
  };
}

/** Nothing is done, for a reason that whoever asked is told. */
export function answer(
  outcome: 'without-effect' | 'not-found' | 'forbidden' | 'refused',
  message: string,
  problem?: Problem,
  alertId?: string,
  silenceId?: string,
): Changes {
  return nothing({
    kind: 'command',
    outcome,
    message,
    ...(problem === undefined ? {} : { problemId: problem.id }),
    ...(alertId === undefined ? {} : { alertId }),
    ...(silenceId === undefined ? {} : { silenceId }),
  });
}

export function without(message: string, problem: Problem): Changes {
  return answer('without-effect', message, problem);
}

export function audit(
  alert: Alert,
  action: Changes['actions'][number]['action'],
  actor: Actor,
  why: string,
): Changes['actions'][number] {
  return { alertId: alert.id, problemId: alert.problemId, action, actor, why, before: statusBefore(alert) };
}

export function endingBy(actor: Actor, reason: string | undefined, now: string): Ending {
  return { at: now, by: 'person', actor, ...(reason === undefined ? {} : { reason }) };
}

export function nameOf(actor: Actor): string {
  return actor.name ?? actor.id;
}

/** What somebody says of it, after a sentence. */
export function because(note: string | undefined): string {
  return note === undefined ? '' : `: ${note}`;
}
