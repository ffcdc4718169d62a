import type { ProblemView, Tell } from '@gomon/contracts';
import { again, type Outcome } from '@gomon/messaging';
import type { Waits } from '@gomon/service';

/** A fact, as far as telling it is concerned. */
export interface Telling {
  readonly problem: ProblemView;
  readonly tell: Tell;
  /** Counted from 1. From 2 on it may have been told before: by another delivery, another process. */
  readonly attempt: number;
}

/** The newest telling of a problem that is in hand: a later one may have come while this one waited. */
export type Newest = () => Telling;

/** 0 for P0: it is told first. */
export function priorityOf({ problem }: Telling): number {
  return Number(problem.severity.slice(1));
}

export function waitFor({ ms, reason, isForAll }: Waits): Outcome {
  return again(ms, reason, isForAll ? { pauseMs: ms } : {});
}

/** Why a message stands in another channel than it was meant for. */
export function elsewhereNote(channel: string, error?: string): string {
  return `Meant for ${channel}${error === undefined ? '' : `, which does not take it (${error})`}.`;
}
