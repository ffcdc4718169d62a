import type { Ending } from '@gomon/contracts';
import { noted, type ProblemChange } from './changes.js';
import type { Problem } from './state.js';

/** One of its alerts that fired has ended: a problem ends when none fires any more. */
export function endedWith(problem: Problem, ending: Ending, now: string, why: string): ProblemChange {
  const { total, firing } = problem.counts;
  const left = { ...problem, counts: { total, firing: Math.max(0, firing - 1) } };
  const resolved =
    left.counts.firing === 0 && left.resolved === undefined ? { ...left, resolved: ending } : left;
  return { problem: noted(resolved, now, why, ending.actor), tell: { announce: false, why } };
}
