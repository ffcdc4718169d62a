import type { Ending } from '@gomon/contracts';
import { noted, type ProblemChange } from './changes.js';
import { membersOf, type Alert, type Problem, type State } from './state.js';

/** A problem ends when no member fires any more. */
export function endedWith(
  state: Pick<State, 'alerts'>,
  problem: Problem,
  ended: Alert,
  ending: Ending,
  now: string,
  why: string,
): ProblemChange {
  const others = membersOf(state, problem).filter((member) => member.id !== ended.id);
  const isOver = others.every((member) => member.resolved !== undefined);
  const resolved = isOver && problem.resolved === undefined ? { ...problem, resolved: ending } : problem;
  return { problem: noted(resolved, now, why, ending.actor), tell: { announce: false, why } };
}
