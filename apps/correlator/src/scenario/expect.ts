import type { Expectation, ExpectedProblem, Range } from './expectation.js';
import { labelsText } from './label-subset.js';
import type { Played, PlayedProblem } from './played.js';
import { holderOf, isPrimaryRight, nameOf, placedIn, type Placed } from './truth.js';

/** What does not hold of what was expected, in words. */
export function failuresOf(played: Played, expect: Expectation): readonly string[] {
  return [
    ...played.faults,
    ...(expect.problems === undefined ? [] : inProblems(played, expect.problems)),
    ...outside('incidents', played.incidents.length, expect.incidents),
    ...outside('notifications', played.notifications.length, expect.notifications),
  ];
}

function* inProblems(played: Played, expected: readonly ExpectedProblem[]): Generator<string> {
  const placed = placedIn(played, expected);
  for (const [index, problem] of expected.entries()) {
    const holder = holderOf(placed, index);
    if (holder === undefined) yield `${nameOf(problem)}: no alert belongs to it`;
    else yield* inProblem(problem, index, holder, placed);
  }
  yield* strangers(placed);
}

function* inProblem(
  expected: ExpectedProblem,
  index: number,
  holder: PlayedProblem,
  placed: readonly Placed[],
): Generator<string> {
  const name = nameOf(expected);
  if (!isPrimaryRight(holder, expected)) yield `${name}: its primary is ${labelsText(holder.primary)}`;
  if (expected.severity !== undefined && holder.severity !== expected.severity)
    yield `${name}: it was ${holder.severity}, not ${expected.severity}`;
  if (expected.members !== undefined) {
    yield* outside(`${name}: members`, holder.members.length, expected.members);
    return;
  }
  const elsewhere = placed.filter(({ belongsTo, problem }) => belongsTo === index && problem !== holder);
  if (elsewhere.length > 0)
    yield `${name}: ${elsewhere.length} of its alerts are in other problems, such as ${exampleOf(elsewhere)}`;
}

/** What belongs to different problems is not to be in one. */
function* strangers(placed: readonly Placed[]): Generator<string> {
  for (const [problem, of] of Map.groupBy(placed, (one) => one.problem)) {
    const parts = Map.groupBy(of, ({ belongsTo }) => belongsTo);
    if (parts.size < 2) continue;
    const [, ...others] = [...parts.values()].sort((a, b) => b.length - a.length).map(exampleOf);
    yield `${labelsText(problem.primary)}: it holds what belongs to ${parts.size} problems, such as ${others.slice(0, 3).join(' and ')}`;
  }
}

function exampleOf([one]: readonly Placed[]): string {
  return one === undefined ? 'none' : `{${labelsText(one.member.labels)}}`;
}

function* outside(what: string, count: number, range: Range | undefined): Generator<string> {
  if (range === undefined || (count >= range.min && count <= range.max)) return;
  yield `${what}: ${count}, not ${rangeText(range)}`;
}

function rangeText({ min, max }: Range): string {
  if (min === max) return String(min);
  return max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `${min} to ${max}`;
}
