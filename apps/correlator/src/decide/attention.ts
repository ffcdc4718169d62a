import { isUrgent, type Severity } from '@gomon/contracts';
import { callDueAt } from './calls.js';
import type { Step } from './compile-rules.js';
import type { Rules } from './rules.js';
import type { Alert, Problem, State } from './state.js';
import { earliest, later, plusMs } from './time.js';

/** Somebody is asked to look, and nobody has acknowledged it yet. */
export interface Asking {
  readonly since: string;
  /** When it was told last, reminders included. */
  readonly at: string;
  readonly reminded: number;
  /** Steps of the escalation that are done. */
  readonly escalated: number;
  /** Time before it does not count: we did not listen. */
  readonly from?: string;
}

/** A problem for which attention is asked for from now on, where somebody has to answer. */
export function asking(
  problem: Problem,
  { unacknowledged }: Pick<Rules, 'unacknowledged'>,
  now: string,
): Problem {
  if (!unacknowledged.severities.has(problem.severity)) return problem;
  return { ...problem, asking: { since: now, at: now, reminded: 0, escalated: 0 } };
}

/** Until when what is not urgent waits to be told, so that a burst is one message. Undefined: it does not. */
export function heldUntil(
  severity: Severity,
  { holdMs }: Pick<Rules, 'holdMs'>,
  now: string,
): string | undefined {
  return isUrgent(severity) || holdMs === 0 ? undefined : plusMs(now, holdMs);
}

/** What is to happen next to a problem that nobody acknowledges. */
export type Attention =
  | { readonly kind: 'escalate'; readonly at: string; readonly step: Step }
  | { readonly kind: 'remind'; readonly at: string };

/** Undefined: nothing, however long it takes. `listeningSince`: time before it does not count. */
export function nextAttention(
  problem: Problem,
  primary: Alert | undefined,
  rules: Pick<Rules, 'unacknowledged' | 'owners'>,
  listeningSince?: string,
): Attention | undefined {
  const { unacknowledged } = rules;
  const { asking: asked, acknowledged, resolved, archived, muted } = problem;
  if (asked === undefined || !unacknowledged.severities.has(problem.severity)) return undefined;
  if (acknowledged !== undefined || resolved !== undefined || archived !== undefined) return undefined;
  if (muted !== undefined) return undefined;
  const from = listeningSince ?? asked.from ?? '';
  const step = stepsOf(primary, rules)[asked.escalated];
  const escalateAt = step === undefined ? undefined : plusMs(later(asked.since, from), step.afterMs);
  const remindAt =
    asked.reminded < unacknowledged.remindTimes
      ? plusMs(later(asked.at, from), unacknowledged.remindEveryMs)
      : undefined;
  if (step !== undefined && escalateAt !== undefined && (remindAt === undefined || escalateAt <= remindAt)) {
    return { kind: 'escalate', at: escalateAt, step };
  }
  return remindAt === undefined ? undefined : { kind: 'remind', at: remindAt };
}

function stepsOf(
  primary: Alert | undefined,
  { owners, unacknowledged }: Pick<Rules, 'unacknowledged' | 'owners'>,
): readonly Step[] {
  const owner = owners.find(({ name }) => name === primary?.about.owner);
  return owner?.steps ?? unacknowledged.steps;
}

/** When time alone changes something about a problem; undefined: never. */
export function problemDueAt(
  state: Pick<State, 'alerts'>,
  problem: Problem,
  rules: Pick<Rules, 'unacknowledged' | 'owners'>,
): string | undefined {
  const attention = nextAttention(problem, state.alerts.get(problem.primaryId), rules);
  const muteEnd = problem.resolved === undefined ? problem.muted?.until : undefined;
  const due = earliest(earliest(attention?.at, muteEnd), problem.storm?.nextAt);
  return problem.incidentAt === undefined ? due : earliest(due, callDueAt(problem));
}
