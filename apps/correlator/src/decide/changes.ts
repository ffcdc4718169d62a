import {
  TIMELINE_ENTRIES,
  type Actor,
  type Evidence,
  type ObservationEnd,
  type RulesVersionRef,
} from '@gomon/contracts';
import type { Beat } from './heartbeats.js';
import type { Silence } from './silences.js';
import type { Alert, Problem } from './state.js';

/** One line of the audit: who did what to an alert, and what it was before. */
export interface AlertAction {
  readonly alertId: string;
  readonly problemId: string;
  readonly action:
    | 'fired'
    | 'reopened'
    | 'changed'
    | 'resolved'
    | 'acknowledged'
    | 'unacknowledged'
    | 'escalated'
    | 'deescalated'
    | 'assigned'
    | 'noted'
    | 'archived'
    | 'merged'
    | 'split'
    | 'moved'
    | 'placed'
    | 'reminded'
    | 'muted'
    | 'unmuted'
    | 'flapping'
    | 'stable'
    | 'late';
  readonly actor: Actor;
  readonly why: string;
  /** Status before. */
  readonly before: string | null;
}

/** A problem as it is now, and, where somebody is to be told, why. */
export interface ProblemChange {
  readonly problem: Problem;
  /** Absent: nothing that a reader would see has changed. */
  readonly tell?: Tell;
}

export interface Tell {
  /** It asks for attention. */
  readonly announce: boolean;
  readonly why: string;
  /** Whom Slack is to notify beside. */
  readonly mention?: readonly string[];
  /** It is told whatever mutes the problem. */
  readonly insists?: boolean;
  /** `later`: while the problem is in a storm, the next digest says it. `now`: that digest is due. */
  readonly digest?: 'later' | 'now';
}

/** What one input changes. */
export interface Changes {
  readonly alerts: readonly Alert[];
  readonly problems: readonly ProblemChange[];
  readonly actions: readonly AlertAction[];
  readonly beats?: readonly Beat[];
  readonly silences?: readonly Silence[];
  readonly outcome: Outcome;
}

/** What became of an observation. `told` counts as waiting until a receiver says that it has told. */
export interface ObservationOutcome {
  readonly kind: 'observation';
  readonly end: ObservationEnd['end'];
  readonly alertId?: string;
  readonly problemId?: string;
  readonly why: string;
  /** What it rests on, where something was decided anew. */
  readonly evidence?: EvidenceBy;
}

/** What a decision rests on, by what it is about. */
export type EvidenceBy = Partial<Readonly<Record<Evidence['about'], string>>>;

export interface CommandOutcome {
  readonly kind: 'command';
  readonly outcome: 'done' | 'without-effect' | 'not-found' | 'forbidden' | 'refused';
  readonly message: string;
  /** What the person who asked should know beside. */
  readonly hint?: string;
  readonly problemId?: string;
  readonly alertId?: string;
  readonly silenceId?: string;
  readonly rules?: RulesVersionRef;
}

export interface TickOutcome {
  readonly kind: 'tick';
  readonly why: string;
}

export interface SnapshotOutcome {
  readonly kind: 'snapshot';
  readonly why: string;
}

export type Outcome = ObservationOutcome | CommandOutcome | TickOutcome | SnapshotOutcome;

export function nothing(outcome: Outcome): Changes {
  return { alerts: [], problems: [], actions: [], outcome };
}

/** So many alerts, in words. */
export function alertsIn({ length }: readonly unknown[]): string {
  return length === 1 ? '1 alert' : `${length} alerts`;
}

/** Adds to a timeline what happened; the newest entries stay, all of it is in the audit. */
export function noted(problem: Problem, now: string, text: string, by?: Actor): Problem {
  return {
    ...problem,
    updatedAt: now,
    timeline: [
      ...problem.timeline.slice(1 - TIMELINE_ENTRIES),
      { at: now, text, ...(by === undefined ? {} : { by }) },
    ],
  };
}

/** What is told of one alert: in a storm the next digest says it, unless that alert is the likely cause. */
export function tellOf(
  { id }: Pick<Alert, 'id'>,
  { primaryId }: Pick<Problem, 'primaryId'>,
  why: string,
): Tell {
  return id === primaryId ? { announce: false, why } : { announce: false, why, digest: 'later' };
}
