import type { Digest, Mute } from '@gomon/contracts';
import { outgrown } from './acknowledgement.js';
import { asking, problemDueAt } from './attention.js';
import { calledInTime, type Calling } from './calls.js';
import { noted } from './changes.js';
import { incidentFor } from './decide-incident.js';
import { mayBeMuted, mutesOf, type Mutes } from './mutes.js';
import type { Rules } from './rules.js';
import { isSameValue } from './same-value.js';
import { isOver, type Alert, type Problem, type State } from './state.js';

/** What a transaction would tell of a problem. */
export interface Telling {
  /** Of what is told, what asks for attention. */
  readonly announces: readonly string[];
  readonly why: readonly string[];
  /** Whom Slack is to notify. */
  readonly mention: readonly string[];
  /** It is told whatever mutes it. */
  readonly isInsistent: boolean;
  /** Of a storm. */
  readonly digest?: Digest;
}

export const NOTHING_TO_TELL: Telling = { announces: [], why: [], mention: [], isInsistent: false };

/** A problem at the end of a transaction. */
interface Settling {
  readonly known: Problem;
  readonly before: Problem | undefined;
  /** Those of its alerts that have changed. */
  readonly changed: readonly Alert[];
}

/** What becomes of a problem at the end of a transaction. */
export interface Settled {
  readonly problem: Problem;
  /** Its primary, where what mutes it has changed. */
  readonly primary?: Alert;
  /** Undefined: nobody is told anything. */
  readonly telling: Telling | undefined;
  /** Why nobody is told what there was to tell. */
  readonly mutedBy?: readonly Mute[];
  /** Silences that mute it from now on. */
  readonly newSilences: readonly string[];
}

/**
 * Whether what a transaction has to tell of a problem is told: the last thing that is decided, when all that happened in it is
 * known. A problem that nobody has been told of is kept from everybody while it is muted; one that was told changes silently.
 * `isJudged`: something happened to it that may be muted; what people do to it is told.
 */
export function settle(
  state: State,
  about: Settling & Calling,
  telling: Telling | undefined,
  isJudged: boolean,
  rules: Rules,
  now: string,
): Settled {
  const settled = settleOutgrown(state, about, telling, isJudged, rules, now);
  const called = isJudged ? calledInTime(settled.problem, about, state, rules, now) : settled.problem;
  const problem = due(state, called, rules);
  return problem === settled.problem ? settled : { ...settled, problem };
}

function settleOutgrown(
  state: State,
  about: Settling,
  telling: Telling | undefined,
  isJudged: boolean,
  rules: Rules,
  now: string,
): Settled {
  const why =
    isJudged && about.known.resolved === undefined ? outgrown(about.known, about.changed) : undefined;
  if (why === undefined) return settleCovered(state, about, telling, isJudged, rules, now);
  const { acknowledged: _, ...rest } = about.known;
  const known = noted(asking(rest, rules, now), now, why);
  const { announces, why: reasons, ...others } = telling ?? NOTHING_TO_TELL;
  const more = { ...others, announces: [...announces, why], why: [...reasons, why] };
  return settleCovered(state, { ...about, known }, more, isJudged, rules, now);
}

function settleCovered(
  state: State,
  { known, before }: Settling,
  telling: Telling | undefined,
  isJudged: boolean,
  rules: Rules,
  now: string,
): Settled {
  const primary = state.alerts.get(known.primaryId);
  const mutes = primary && (isJudged ? judged(state, known, primary, rules, now) : known.muted);
  const problem = withMutes(known, mutes, now);
  const newSilences = silencesIn(mutes).filter((id) => !silencesIn(known.muted).includes(id));
  const seen = primary === undefined || !isJudged ? {} : primaryChange(primary, problem);
  const common = { newSilences, ...seen };
  const wasTold = known.announced !== undefined || known.told.length > 0;
  if (problem.muted !== undefined && telling?.isInsistent !== true) {
    const { by } = problem.muted;
    if (!wasTold) {
      const quiet = uncalled(problem, before);
      return { ...common, problem: quiet, telling: undefined, mutedBy: by };
    }
    const quiet = missing(uncalled(problem, before), telling);
    return { ...common, problem: quiet, telling: quietly(telling) };
  }
  const isFree = known.muted !== undefined && problem.muted === undefined;
  if (!isFree || isOver(problem)) {
    return { ...common, problem, telling };
  }
  const { freed, why } = withNews(known, problem, wasTold, rules, now);
  if (why === undefined) return { ...common, problem: freed, telling };
  const { announces, why: reasons, ...others } = telling ?? NOTHING_TO_TELL;
  return {
    ...common,
    problem: freed,
    telling: { ...others, announces: [...announces, why], why: [...reasons, why] },
  };
}

/** One that is over keeps what muted it; one that nobody was told of is judged by its own time. */
function judged(
  state: State,
  problem: Problem,
  primary: Alert,
  rules: Rules,
  now: string,
): Mutes | undefined {
  if (!mayBeMuted(problem, primary, state.around, rules)) return undefined;
  if (isOver(problem) && (problem.muted !== undefined || problem.announced !== undefined))
    return problem.muted;
  return mutesOf(primary, state.around, rules, now);
}

function withMutes(known: Problem, mutes: Mutes | undefined, now: string): Problem {
  if (mutes === undefined && known.muted === undefined) return known;
  const { muted, ...problem } = known;
  if (mutes === undefined) return problem;
  const { by, keys, until } = mutes;
  return {
    ...problem,
    muted: {
      since: muted?.since ?? now,
      by,
      keys,
      ...(until === undefined ? {} : { until }),
      ...(muted?.missed === undefined ? {} : { missed: muted.missed }),
    },
  };
}

function primaryChange(primary: Alert, { muted }: Problem): { readonly primary?: Alert } {
  if (isSameValue(primary.muted?.by, muted?.by)) return {};
  const { muted: _, ...rest } = primary;
  return { primary: muted === undefined ? rest : { ...rest, muted: { since: muted.since, by: muted.by } } };
}

/** Nobody is called for what is muted, until it is not. */
function uncalled(problem: Problem, before: Problem | undefined): Problem {
  const { incident, ...rest } = problem;
  if (before?.incident !== undefined || incident?.openedBy.kind !== 'system') return problem;
  return before?.incidentAt === undefined ? rest : { ...rest, incidentAt: before.incidentAt };
}

/** What would have asked for attention is told when it is no longer muted, if it is still so. */
function missing(problem: Problem, telling: Telling | undefined): Problem {
  const { muted } = problem;
  if (muted === undefined || telling === undefined || telling.announces.length === 0) return problem;
  const missed = [...new Set([...(muted.missed ?? []), ...telling.announces])].slice(-MISSED);
  return { ...problem, muted: { ...muted, missed } };
}

/** The last of what nobody was told. */
const MISSED = 10;

function quietly(telling: Telling | undefined): Telling | undefined {
  if (telling === undefined) return undefined;
  const { digest: _, ...rest } = telling;
  return { ...rest, announces: [] };
}

/** A problem that is no longer muted, and what is to be told of it; nothing, where all of it had been told before. */
function withNews(
  known: Problem,
  problem: Problem,
  wasTold: boolean,
  rules: Rules,
  now: string,
): { readonly freed: Problem; readonly why?: string } {
  const ended = `no longer ${known.muted?.by.map(({ kind }) => MUTED[kind]).join(' and ') ?? ''}`;
  const missed = known.muted?.missed ?? [];
  if (wasTold && missed.length === 0) return { freed: noted(problem, now, ended) };
  const why = `${ended}, and it still fires${missed.length === 0 ? '' : ` (meanwhile: ${missed.join('; ')})`}`;
  const incident = problem.incident ?? incidentFor(problem.id, problem.severity, rules, now);
  const { heldUntil: _, ...told } = problem;
  const freed = asking({ ...told, ...(incident === undefined ? {} : { incident }) }, rules, now);
  return { freed: noted(freed, now, why), why };
}

const MUTED: Readonly<Record<Mute['kind'], string>> = {
  silence: 'silenced',
  inhibition: 'inhibited',
  flapping: 'flapping',
};

function silencesIn(mutes: Pick<Mutes, 'by'> | undefined): readonly string[] {
  return (mutes?.by ?? []).flatMap((one) => (one.kind === 'silence' ? [one.silenceId] : []));
}

function due(state: State, problem: Problem, rules: Rules): Problem {
  const dueAt = problemDueAt(state, problem, rules);
  if (dueAt === problem.dueAt) return problem;
  const { dueAt: _, ...rest } = problem;
  return dueAt === undefined ? rest : { ...rest, dueAt };
}
