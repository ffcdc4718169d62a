import type { Actor } from '@gomon/contracts';
import { nextAttention, type Asking, type Attention } from './attention.js';
import { calledNow } from './calls.js';
import { noted, nothing, tellOf, type AlertAction, type Changes, type ProblemChange } from './changes.js';
import { audit } from './command-outcome.js';
import { raised } from './decide-problem.js';
import { endByTime } from './end-by-time.js';
import { action, statusBefore } from './episode.js';
import { stableAt } from './flapping.js';
import { missedBeat } from './heartbeats.js';
import { endedWith } from './problem-end.js';
import type { Rules } from './rules.js';
import { membersOf, type Alert, type Problem, type State } from './state.js';
import { earliest, span } from './time.js';

/** The time of an alert, a problem or a heartbeat has come to be looked at. */
export interface TickInput {
  readonly kind: 'tick';
  readonly target: { readonly kind: 'alert' | 'problem' | 'heartbeat'; readonly id: string };
  /** The time up to which everything that was accepted is decided: what we know of the time at the sources. */
  readonly watermark: string;
  /** Since when we have listened without a break. Silence counts from there: our own outage makes nothing overdue. */
  readonly listeningSince: string;
}

const NOTHING_DUE = nothing({ kind: 'tick', why: 'nothing is due any more' });
const NOT_YET = nothing({ kind: 'tick', why: 'not yet' });

export function decideTick(state: State, input: TickInput, rules: Rules, now: string): Changes {
  const { kind, id } = input.target;
  switch (kind) {
    case 'alert': {
      const alert = state.alerts.get(id);
      return alert === undefined ? NOTHING_DUE : onAlert(state, alert, input, rules, now);
    }
    case 'problem': {
      const problem = state.problems.get(id);
      return problem === undefined ? NOTHING_DUE : onProblem(state, problem, input, rules, now);
    }
    case 'heartbeat': {
      const beat = state.beats.get(id);
      return beat === undefined ? NOTHING_DUE : missedBeat(state, beat, input, rules, now);
    }
  }
}

/** An alert that its source no longer repeats ends, provisionally; one that has flapped is stable. */
function onAlert(state: State, known: Alert, input: TickInput, rules: Rules, now: string): Changes {
  const stable = stableAt(known, rules);
  if (stable !== undefined && stable <= input.watermark) return calmed(state, known, input, rules, now);
  const end = known.resolved === undefined ? endByTime(known, input.listeningSince, rules) : undefined;
  if (end === undefined || input.watermark < end.at) {
    const { dueAt: _, ...rest } = known;
    const dueAt = earliest(end?.at, stable);
    return { ...NOT_YET, alerts: [dueAt === undefined ? rest : { ...rest, dueAt }] };
  }
  const { why } = end;
  const actor = { kind: 'system', id: 'resolve-timeout' } as const;
  const resolved = { at: input.watermark, by: 'timeout', actor, reason: why } as const;
  const { dueAt: _, ...rest } = known;
  const alert: Alert = {
    ...rest,
    resolved,
    updatedAt: now,
    ...(stable === undefined ? {} : { dueAt: stable }),
  };
  const problem = state.problems.get(known.problemId);
  return {
    alerts: [alert],
    problems: problem === undefined ? [] : [endedWith(problem, alert, resolved, now, why)],
    actions: [action(alert, 'resolved', actor, why, statusBefore(known))],
    outcome: { kind: 'tick', why },
  };
}

/** That it still fires is told when it is settled: nothing mutes it any more. */
function calmed(state: State, known: Alert, input: TickInput, rules: Rules, now: string): Changes {
  const { flappingSince: _, dueAt: __, ...rest } = known;
  const end = known.resolved === undefined ? endByTime(known, input.listeningSince, rules) : undefined;
  const alert: Alert = { ...rest, updatedAt: now, ...(end === undefined ? {} : { dueAt: end.at }) };
  const why = `stable again: ${known.resolved === undefined ? 'it fires' : 'it is resolved'}`;
  const problem = state.problems.get(known.problemId);
  return {
    alerts: [alert],
    problems:
      problem === undefined ? [] : [{ problem: noted(problem, now, why), tell: tellOf(alert, problem, why) }],
    actions: [action(alert, 'stable', { kind: 'system', id: 'flapping' }, why, statusBefore(known))],
    outcome: { kind: 'tick', why },
  };
}

/** What mutes it is looked at when it is settled; here, whether somebody has to be called or asked again, or a digest is due. */
function onProblem(state: State, waiting: Problem, input: TickInput, rules: Rules, now: string): Changes {
  const called = calledNow(waiting, input.watermark, rules, now);
  const known = called?.problem ?? waiting;
  const asked = withCalled(called, askedAgain(state, known, input, rules, now));
  if (known.storm === undefined || input.watermark < known.storm.nextAt) return asked;
  const why = 'a digest is due';
  const problem = asked.problems.at(-1)?.problem ?? known;
  const due: ProblemChange = { problem, tell: { announce: false, why, digest: 'now' } };
  return { ...asked, problems: [...asked.problems, due], outcome: { kind: 'tick', why } };
}

function withCalled(called: ProblemChange | undefined, { problems, ...asked }: Changes): Changes {
  if (called?.tell === undefined) return { ...asked, problems };
  return { ...asked, problems: [called, ...problems], outcome: { kind: 'tick', why: called.tell.why } };
}

function askedAgain(state: State, known: Problem, input: TickInput, rules: Rules, now: string): Changes {
  const primary = state.alerts.get(known.primaryId);
  const next = nextAttention(known, primary, rules, input.listeningSince);
  if (next === undefined || known.asking === undefined) {
    return { ...NOTHING_DUE, problems: [{ problem: known }] };
  }
  if (input.watermark < next.at) {
    const later = { ...known, asking: { ...known.asking, from: input.listeningSince } };
    return { ...NOT_YET, problems: [{ problem: later }] };
  }
  const done =
    next.kind === 'remind'
      ? reminded(known, known.asking, now)
      : escalated(known, known.asking, next, rules, now);
  const { why, change } = done;
  return {
    alerts: [],
    problems: [change],
    actions: membersOf(state, known)
      .filter(({ resolved }) => resolved === undefined)
      .map((alert) => audit(alert, done.action, BY_TIME, why)),
    outcome: { kind: 'tick', why },
  };
}

const BY_TIME: Actor = { kind: 'system', id: 'escalation' };

interface Asked {
  readonly why: string;
  readonly change: ProblemChange;
  readonly action: AlertAction['action'];
}

function reminded(problem: Problem, asking: Asking, now: string): Asked {
  const why = `nobody has acknowledged it for ${span(Date.parse(now) - Date.parse(asking.since))}`;
  const again = { ...problem, asking: { ...asking, at: now, reminded: asking.reminded + 1 } };
  return {
    why,
    change: { problem: noted(again, now, why), tell: { announce: true, why } },
    action: 'reminded',
  };
}

/** One step of its escalation. */
function escalated(
  problem: Problem,
  asking: Asking,
  { step }: Extract<Attention, { kind: 'escalate' }>,
  rules: Rules,
  now: string,
): Asked {
  const { to, mention } = step;
  const isWorse = to !== undefined && to < problem.severity;
  const waited = `nobody has acknowledged it for ${span(Date.parse(now) - Date.parse(asking.since))}`;
  const why = `${isWorse ? `escalated from ${problem.severity} to ${to}` : 'escalated'}: ${waited}`;
  const next = { ...asking, at: now, escalated: asking.escalated + 1 };
  const worse = isWorse ? raised(problem, { by: BY_TIME, to, note: waited }, rules, now) : problem;
  return {
    why,
    change: {
      problem: noted({ ...worse, asking: next }, now, why, BY_TIME),
      tell: { announce: true, why, mention },
    },
    action: isWorse ? 'escalated' : 'reminded',
  };
}
