import type { Actor, Digest, Storm } from '@gomon/contracts';
import type { Standing } from '../correlate/graph.js';
import { noted } from './changes.js';
import type { StormLimit } from './compile-rules.js';
import { digestOf } from './digest.js';
import type { Rules } from './rules.js';
import { NOTHING_TO_TELL, type Telling } from './settle.js';
import { isOver, type Alert, type Joins, type Problem, type State } from './state.js';
import { plusMs, span } from './time.js';

/** What a transaction did to a problem, and what it would tell of it. */
export interface Happening {
  readonly known: Problem;
  readonly before: Problem | undefined;
  /** Undefined: nothing. */
  readonly telling: Telling | undefined;
  /** Something of it is told at once, in a storm as well. */
  readonly isNews: boolean;
  readonly isDigestDue: boolean;
  /** All its alerts, as they are now; undefined: its scope is not put together any more. */
  readonly members: () => Iterable<Standing> | undefined;
}

/** What is told of that, in a storm or not. */
export interface StormDecision {
  readonly problem: Problem;
  readonly telling: Telling | undefined;
  /** The next digest says what there was to tell. */
  readonly isHeldBack: boolean;
}

const BY_STORM: Actor = { kind: 'system', id: 'storms' };
/** Joins are counted in so many parts of the window, so that however many there are take no more room. */
const PARTS = 10;

/**
 * A problem that more alerts join than its limit allows is in a storm: who joins and who ends is told by digests at growing
 * intervals, and everything else at once, as ever. What is over is in no storm; its last digest goes with its end.
 */
export function decideStorm(
  { alerts }: Pick<State, 'alerts'>,
  happening: Happening,
  rules: Pick<Rules, 'storms'>,
  now: string,
): StormDecision {
  const { known, before, telling } = happening;
  const joined = Math.max(0, known.counts.total - Math.max(1, before?.counts.total ?? 1));
  // One fewer has ended where one fires again.
  const ended = endedIn(known) - endedIn(before);
  const storm = known.storm && {
    ...known.storm,
    joined: known.storm.joined + joined,
    ended: Math.max(0, known.storm.ended + ended),
  };
  if (isOver(known)) return withLastDigest(happening, storm, now);
  if (storm === undefined) {
    if (joined === 0) return { problem: known, telling, isHeldBack: false };
    const limit = limitFor(alerts.get(known.primaryId), rules);
    const problem = limit === undefined ? known : rising(known, joined, limit, now);
    return { problem, telling, isHeldBack: false };
  }
  if (happening.isDigestDue)
    return digested(happening, storm, limitFor(alerts.get(known.primaryId), rules), now);
  const problem = { ...known, storm };
  if (telling === undefined || happening.isNews) return { problem, telling, isHeldBack: false };
  // The last entries of the timeline are for what the digests do not say.
  const { timeline } = before ?? known;
  return { problem: { ...problem, timeline }, telling: undefined, isHeldBack: true };
}

/** One whose primary is not loaded is judged by what is for every alert. */
function limitFor(primary: Alert | undefined, { storms }: Pick<Rules, 'storms'>): StormLimit | undefined {
  return storms.find((limit) =>
    primary === undefined
      ? limit.labelNames.length === 0 && !limit.isBySource
      : limit.isFor(primary.said.labels, primary.source),
  );
}

function endedIn(problem: Problem | undefined): number {
  return problem === undefined ? 0 : problem.counts.total - problem.counts.firing;
}

/** It is a storm when more joined within the window than the limit allows. */
function rising(known: Problem, joined: number, limit: StormLimit, now: string): Problem {
  const { joins: earlier = [], ...problem } = known;
  const joins = withJoined(earlier, joined, limit.withinMs, now);
  const lately = joins.reduce((sum, { alerts }) => sum + alerts, 0);
  if (lately <= limit.alerts) return { ...problem, joins };
  const storm: Storm = {
    rule: limit.name,
    since: now,
    from: now,
    joined: lately,
    ended: 0,
    digests: 0,
    nextAt: plusMs(now, intervalOf(limit, 0)),
  };
  const why = `a storm: ${lately} alerts joined within ${span(limit.withinMs)}, more than ${limit.alerts}; digests tell of them`;
  return noted({ ...problem, storm }, now, why, BY_STORM);
}

function withJoined(
  earlier: readonly Joins[],
  alerts: number,
  withinMs: number,
  now: string,
): readonly Joins[] {
  const since = plusMs(now, -withinMs);
  const recent = earlier.filter(({ at }) => at > since);
  const last = recent.at(-1);
  if (last === undefined || last.at <= plusMs(now, -withinMs / PARTS))
    return [...recent, { at: now, alerts }];
  return [...recent.slice(0, -1), { at: last.at, alerts: last.alerts + alerts }];
}

function intervalOf({ intervalsMs }: StormLimit, digests: number): number {
  return intervalsMs[digests] ?? intervalsMs.at(-1) ?? 0;
}

/** A digest is due; it is the last one when the storm has calmed, or nothing limits the problem any more. */
function digested(
  happening: Happening,
  storm: Storm,
  limit: StormLimit | undefined,
  now: string,
): StormDecision {
  const { storm: _, ...known } = happening.known;
  const last = limit === undefined || storm.joined < limit.calm;
  const digest = digestIn(happening, storm, last, now);
  const why = digest === undefined ? 'the storm is over: nothing is put together any more' : inWords(digest);
  const problem: Problem =
    last || digest === undefined
      ? known
      : {
          ...known,
          storm: {
            ...storm,
            from: now,
            joined: 0,
            ended: 0,
            digests: digest.number,
            nextAt: plusMs(now, intervalOf(limit, digest.number)),
          },
        };
  return told(noted(problem, now, why, BY_STORM), happening, why, digest);
}

/** The end of a problem is told with what its last digest says; of one that was merged the other one tells. */
function withLastDigest(happening: Happening, storm: Storm | undefined, now: string): StormDecision {
  const { known, telling } = happening;
  const { storm: _, joins, ...problem } = known;
  if (storm === undefined && joins === undefined) return { problem: known, telling, isHeldBack: false };
  const digest =
    storm === undefined || known.mergedInto !== undefined ? undefined : digestIn(happening, storm, true, now);
  return digest === undefined
    ? { problem, telling, isHeldBack: false }
    : told(problem, happening, inWords(digest), digest);
}

function digestIn({ members }: Happening, storm: Storm, last: boolean, at: string): Digest | undefined {
  const all = members();
  const { from, joined, ended, digests } = storm;
  return all && digestOf(all, { number: digests + 1, at, from, joined, ended, last });
}

function told(
  problem: Problem,
  { telling = NOTHING_TO_TELL }: Happening,
  why: string,
  digest: Digest | undefined,
): StormDecision {
  const more = { ...telling, why: [...telling.why, why] };
  return { problem, telling: digest === undefined ? more : { ...more, digest }, isHeldBack: false };
}

function inWords({ number, total, firing, joined, ended, last }: Digest): string {
  const text = `digest ${number}: ${firing} of ${total} alerts fire; ${joined} joined and ${ended} ended since the last`;
  return last ? `${text}; the storm is over` : text;
}
