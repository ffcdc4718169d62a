import type { Expectation, ExpectedProblem } from './expectation.js';
import type { Played } from './played.js';
import { claimBy, holderOf, isPrimaryRight, placedIn, type Placed } from './truth.js';

/** A scenario that was run, and what was expected of it. */
export interface Judged {
  readonly played: Played;
  readonly expect: Expectation;
  readonly ok: boolean;
}

export interface Share {
  readonly count: number;
  readonly of: number;
  /** `count / of`. */
  readonly share: number;
}

/** Observations in, messages out; `share`: how much is kept from people, averaged over scenarios. */
export interface NoiseReduction {
  readonly scenarios: number;
  readonly observations: number;
  readonly notifications: number;
  readonly share: number;
}

/** How good a set of scenarios went. Shares are from 0 to 1. */
export interface Scores {
  readonly scenarios: number;
  readonly ok: number;
  /** Of the pairs of alerts that are in one problem, how many belong together; averaged over scenarios. */
  readonly groupingPrecision: number;
  /** Of the pairs of alerts that belong together, how many are in one problem; averaged over scenarios. */
  readonly groupingRecall: number;
  /** Of the expected problems. */
  readonly primaryRight: Share;
  readonly noiseReduction: NoiseReduction;
  readonly noiseReductionMultiSymptom: NoiseReduction;
  /** Expected problems of which nobody was told, and should have been. */
  readonly missedProblems: number;
  /** Of the incidents that were opened. */
  readonly falseIncidents: Share;
}

export function scoresOf(all: readonly Judged[]): Scores {
  const scored = all.flatMap(({ played, expect }) => {
    const { problems } = expect;
    if (problems === undefined) return [];
    return [{ played, expect, problems, placed: placedIn(played, problems) }];
  });
  const primaries = scored.map(({ problems, placed }) => primariesRight(problems, placed));
  const groupings = scored.map(({ placed }) => groupingOf(placed));
  return {
    scenarios: all.length,
    ok: all.filter(({ ok }) => ok).length,
    groupingPrecision: mean(groupings.map(({ precision }) => precision)),
    groupingRecall: mean(groupings.map(({ recall }) => recall)),
    primaryRight: shareOf(sum(primaries), sum(scored.map(({ problems }) => problems.length)), 1),
    noiseReduction: noiseOf(all.map(({ played }) => played)),
    noiseReductionMultiSymptom: noiseOf(scored.filter(isMultiSymptom).map(({ played }) => played)),
    missedProblems: sum(scored.map(missedIn)),
    falseIncidents: shareOf(
      sum(scored.map(falseIncidentsIn)),
      sum(scored.map(({ played }) => played.incidents.length)),
      0,
    ),
  };
}

interface Scored {
  readonly played: Played;
  readonly expect: Expectation;
  readonly problems: readonly ExpectedProblem[];
  readonly placed: readonly Placed[];
}

/** Pairwise. Where there is no pair, none is wrong and none is missing. */
export function groupingOf(placed: readonly Placed[]): {
  readonly precision: number;
  readonly recall: number;
} {
  const together = pairsIn(Map.groupBy(placed, ({ problem }) => problem).values());
  const belonging = pairsIn(Map.groupBy(placed, ({ belongsTo }) => belongsTo).values());
  const right = pairsIn(
    Map.groupBy(placed, ({ problem, belongsTo }) => `${problem.id}\n${belongsTo}`).values(),
  );
  return {
    precision: together === 0 ? 1 : right / together,
    recall: belonging === 0 ? 1 : right / belonging,
  };
}

function pairsIn(groups: Iterable<readonly unknown[]>): number {
  return sum([...groups].map(({ length }) => (length * (length - 1)) / 2));
}

function primariesRight(problems: readonly ExpectedProblem[], placed: readonly Placed[]): number {
  return problems.filter((expected, index) => {
    const holder = holderOf(placed, index);
    return holder !== undefined && isPrimaryRight(holder, expected);
  }).length;
}

const MANY_OBSERVATIONS = 10;
const MANY_MEMBERS = 5;

function isMultiSymptom({ played, problems, placed }: Scored): boolean {
  const sizes = problems.map((_, index) => placed.filter(({ belongsTo }) => belongsTo === index).length);
  return played.observations >= MANY_OBSERVATIONS && sizes.some((size) => size >= MANY_MEMBERS);
}

function noiseOf(all: readonly Played[]): NoiseReduction {
  const heard = all.filter(({ observations }) => observations > 0);
  return {
    scenarios: heard.length,
    observations: sum(heard.map(({ observations }) => observations)),
    notifications: sum(heard.map(({ notifications }) => notifications.length)),
    share: mean(heard.map(({ observations, notifications }) => 1 - notifications.length / observations)),
  };
}

/** Nobody was told of any problem in which its alerts are; where fewer messages are expected, what is muted may be silent. */
function missedIn({ played, expect, problems, placed }: Scored): number {
  const told = new Set(played.notifications.map(({ problemId }) => problemId));
  const expectsSilence = (expect.notifications?.max ?? Number.MAX_SAFE_INTEGER) < problems.length;
  return problems.filter((_, index) => {
    const own = placed.filter(({ belongsTo }) => belongsTo === index);
    if (own.some(({ problem }) => told.has(problem.id))) return false;
    return !(expectsSilence && own.every(({ problem }) => problem.isMuted));
  }).length;
}

/** Those of problems that are not urgent, those that double another one, and those above what is expected. */
function falseIncidentsIn({ played: { incidents }, expect, problems }: Scored): number {
  const claim = claimBy(problems);
  const most = expect.incidents?.max ?? Number.MAX_SAFE_INTEGER;
  const isAllExpected = expect.incidents !== undefined && incidents.length <= most;
  const seen = new Set<number>();
  const wrong = incidents.filter(({ primary }) => {
    const index = claim(primary);
    if (index === undefined) return false;
    const severity = problems[index]?.severity;
    const isDouble = seen.size === seen.add(index).size;
    return (severity !== undefined && severity > 'P1') || (isDouble && !isAllExpected);
  });
  return Math.max(wrong.length, incidents.length - most);
}

/** `ofNone`: the share where there is nothing to count. */
function shareOf(count: number, of: number, ofNone: number): Share {
  return { count, of, share: of === 0 ? ofNone : count / of };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Of nothing: 1, for nothing went wrong. */
function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 1 : sum(numbers) / numbers.length;
}
