import type { Telling } from './settle.js';
import type { Problem } from './state.js';

/** What is told of a problem. */
export interface DecidedFact {
  readonly problem: Problem;
  readonly fact: 'opened' | 'changed' | 'resolved' | 'archived';
  readonly announce: boolean;
  readonly why: readonly string[];
  /** Not before; absent: at once. */
  readonly publishAt?: string;
}

/** Why a reader is to be told names at most so many reasons. */
const REASONS = 10;

/** A problem that nobody is told of has its first version too. */
export function versioned(
  problem: Problem,
  telling: Telling | undefined,
  observations: number,
  now: string,
): Problem {
  if (telling === undefined) return problem.version === 0 ? { ...problem, version: 1 } : problem;
  const version = problem.version + 1;
  const untold = observations === 0 ? problem.untold : [...problem.untold, { version, observations }];
  const { announces, mention, digest } = telling;
  const next = { ...problem, version, untold, ...(digest && { digest: { ...digest, version } }) };
  if (announces.length === 0) return next;
  const announced = {
    version,
    at: now,
    why: announces.join('; '),
    ...(mention.length === 0 ? {} : { mention: [...mention] }),
  };
  return { ...next, announced };
}

/** What a problem in its new version is told with. */
export function factOf(
  before: Problem | undefined,
  problem: Problem,
  { announces, why }: Pick<Telling, 'announces' | 'why'>,
  now: string,
): DecidedFact {
  const { heldUntil } = problem;
  return {
    problem,
    fact: kindOf(before, problem),
    announce: announces.length > 0,
    why: why.slice(-REASONS),
    ...(heldUntil !== undefined && heldUntil > now ? { publishAt: heldUntil } : {}),
  };
}

/** The first that anybody is told of a problem is that it is there. */
function kindOf(before: Problem | undefined, after: Problem): DecidedFact['fact'] {
  if (before?.announced === undefined && after.announced !== undefined) return 'opened';
  if (before === undefined) return 'opened';
  if (after.archived !== undefined && before.archived === undefined) return 'archived';
  if (after.resolved !== undefined && before.resolved === undefined) return 'resolved';
  return 'changed';
}
