import type { Labels } from '@gomon/contracts';
import type { ExpectedProblem } from './expectation.js';
import { isInAny, subsetText } from './label-subset.js';
import type { Played, PlayedMember, PlayedProblem } from './played.js';

/** Where an alert belongs: to the expected problem of a number, or (a text) to itself. */
export type Belonging = number | string;

/** An alert, where it belongs, and the problem in which it is. */
export interface Placed {
  readonly member: PlayedMember;
  readonly belongsTo: Belonging;
  readonly problem: PlayedProblem;
}

/** To which expected problem labels belong: the first whose primary or includes they match. Undefined: none. */
export function claimBy(expected: readonly ExpectedProblem[]): (labels: Labels) => number | undefined {
  const claims = expected.map(({ primary, includes }) => isInAny([...primary, ...includes]));
  return (labels) => {
    const index = claims.findIndex((isClaimed) => isClaimed(labels));
    return index < 0 ? undefined : index;
  };
}

/** All alerts with where they belong; what no problem claims is a problem of its own. */
export function placedIn(
  { problems }: Pick<Played, 'problems'>,
  expected: readonly ExpectedProblem[],
): readonly Placed[] {
  const claim = claimBy(expected);
  let alone = 0;
  return problems.flatMap((problem) =>
    problem.members.map((member) => {
      const belongsTo = claim(member.labels) ?? `alone ${(alone += 1)}`;
      return { member, belongsTo, problem };
    }),
  );
}

/** The problem that holds most of what belongs to an expected one; undefined: nothing of it was seen. */
export function holderOf(placed: readonly Placed[], expected: number): PlayedProblem | undefined {
  const own = placed.filter(({ belongsTo }) => belongsTo === expected);
  const parts = [...Map.groupBy(own, ({ problem }) => problem)];
  return parts.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

export function isPrimaryRight({ primary }: PlayedProblem, expected: ExpectedProblem): boolean {
  return isInAny(expected.primary)(primary);
}

/** For a sentence: how an expected problem is called. */
export function nameOf({ primary }: ExpectedProblem): string {
  return primary.map(subsetText).join(' or ');
}
