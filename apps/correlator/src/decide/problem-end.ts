import type { Ending } from '@gomon/contracts';
import { noted, tellOf, type ProblemChange } from './changes.js';
import type { Alert, Problem } from './state.js';

/** One of its alerts that fired has ended: a problem ends when none fires any more. */
export function endedWith(
  problem: Problem,
  alert: Pick<Alert, 'id'>,
  ending: Ending,
  now: string,
  why: string,
): ProblemChange {
  const { total, firing } = problem.counts;
  const left = { ...problem, counts: { total, firing: Math.max(0, firing - 1) } };
  const isOver = left.counts.firing === 0 && left.resolved === undefined;
  return {
    problem: noted(isOver ? { ...left, resolved: ending } : left, now, why, ending.actor),
    tell: isOver ? { announce: false, why } : tellOf(alert, problem, why),
  };
}
