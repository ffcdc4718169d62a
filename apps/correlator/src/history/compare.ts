import type { Labels, Severity } from '@gomon/contracts';
import type { Outcome, ProblemOutcome } from './outcome.js';

/** A problem, as it is named to people. */
export interface Named {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly labels: Labels;
  readonly openedAt: string;
  readonly alerts: number;
}

/** Problems that are others by the other rules. */
export interface Change {
  /**
   * merged: several are one. split: one is several. regrouped: several are several others. new, gone: by one of the rules
   * alone. changed: the same alerts, and something else about them.
   */
  readonly kind: 'merged' | 'split' | 'regrouped' | 'new' | 'gone' | 'changed';
  readonly before: readonly Named[];
  readonly after: readonly Named[];
  /** What is else, in words. */
  readonly what: readonly string[];
}

/** A P0 or P1 of which people would not have been told, or later. */
export interface Hidden extends Named {
  readonly why: string;
  /** Told so much later; absent: not at all. */
  readonly laterMs?: number;
}

interface Numbers {
  readonly before: number;
  readonly after: number;
}

/** What would have been else. */
export interface Comparison {
  readonly hidden: readonly Hidden[];
  readonly messages: readonly (Numbers & { readonly channel: string })[];
  readonly problems: Numbers;
  readonly incidents: Numbers;
  readonly muted: Numbers;
  readonly changes: readonly Change[];
  /** Nothing at all. */
  readonly same: boolean;
}

/** What other rules make of the same time. An alert is the same by both where its condition began with the same report. */
export function compare(before: Outcome, after: Outcome): Comparison {
  const parts = partsOf(before.problems, after.problems);
  const changes = parts.flatMap(changeOf);
  return {
    hidden: parts.flatMap(hiddenIn),
    messages: byChannel(before, after),
    problems: { before: before.problems.length, after: after.problems.length },
    incidents: { before: incidentsIn(before.problems), after: incidentsIn(after.problems) },
    muted: { before: mutedIn(before), after: mutedIn(after) },
    changes,
    same: changes.length === 0,
  };
}

/** Problems before and after that share alerts, directly or by others. */
interface Part {
  readonly before: readonly ProblemOutcome[];
  readonly after: readonly ProblemOutcome[];
}

function partsOf(before: readonly ProblemOutcome[], after: readonly ProblemOutcome[]): readonly Part[] {
  const holderAfter = holders(after);
  const holderBefore = holders(before);
  const placed = { before: new Set<ProblemOutcome>(), after: new Set<ProblemOutcome>() };
  const parts: Part[] = [];
  const all = [
    ...before.map((problem) => ['before', problem] as const),
    ...after.map((problem) => ['after', problem] as const),
  ];
  for (const first of all) {
    const part: { readonly before: ProblemOutcome[]; readonly after: ProblemOutcome[] } = {
      before: [],
      after: [],
    };
    const waiting: (readonly [keyof Part, ProblemOutcome])[] = [first];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [side, problem] = next;
      if (placed[side].has(problem)) continue;
      placed[side].add(problem);
      part[side].push(problem);
      const [others, otherSide] =
        side === 'before' ? ([holderAfter, 'after'] as const) : ([holderBefore, 'before'] as const);
      for (const id of problem.alertIds) {
        const other = others.get(id);
        if (other !== undefined) waiting.push([otherSide, other]);
      }
    }
    if (part.before.length + part.after.length > 0) parts.push(part);
  }
  return parts;
}

function holders(problems: readonly ProblemOutcome[]): ReadonlyMap<string, ProblemOutcome> {
  return new Map(problems.flatMap((problem) => problem.alertIds.map((id) => [id, problem] as const)));
}

function changeOf(part: Part): readonly Change[] {
  const what = [...differences(part)];
  const kind = kindOf(part);
  if (kind === 'changed' && what.length === 0) return [];
  return [{ kind, before: part.before.map(named), after: part.after.map(named), what }];
}

function kindOf({ before, after }: Part): Change['kind'] {
  if (before.length === 0) return 'new';
  if (after.length === 0) return 'gone';
  if (before.length === 1 && after.length === 1) return 'changed';
  if (after.length === 1) return 'merged';
  return before.length === 1 ? 'split' : 'regrouped';
}

function* differences({ before, after }: Part): Generator<string> {
  const [old] = before;
  const [present] = after;
  if (before.length === 1 && after.length === 1 && old !== undefined && present !== undefined) {
    if (old.severity !== present.severity) yield `${present.severity} instead of ${old.severity}`;
    if (old.primaryId !== present.primaryId)
      yield `its likely cause is ${present.title} instead of ${old.title}`;
    const [fewer, more] = [without(old, present), without(present, old)];
    if (fewer > 0) yield `${counted(fewer, 'alert')} less`;
    if (more > 0) yield `${counted(more, 'alert')} more`;
  }
  const told = [before, after].map(toldIn);
  if (told[0] !== told[1]) yield `told ${told[1] ?? ''} instead of ${told[0] ?? ''}`;
  const [was, is] = [incidentsIn(before), incidentsIn(after)];
  if (was !== is) yield `${counted(is, 'incident')} instead of ${was}`;
  const [muted, isMuted] = [before, after].map((all) => all.find((one) => one.muted !== undefined)?.muted);
  if (muted === undefined && isMuted !== undefined) yield `muted: ${isMuted}`;
  if (muted !== undefined && isMuted === undefined) yield `not muted any more, as it was: ${muted}`;
}

function without(one: ProblemOutcome, other: ProblemOutcome): number {
  const ids = new Set(other.alertIds);
  return one.alertIds.filter((id) => !ids.has(id)).length;
}

/** Where, and how often. */
function toldIn(problems: readonly ProblemOutcome[]): string {
  const channels = Map.groupBy(
    problems.flatMap(({ messages }) => messages),
    ({ channel }) => channel,
  );
  const told = [...channels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([channel, of]) => (of.length === 1 ? `in ${channel}` : `${of.length} times in ${channel}`));
  return told.length === 0 ? 'nobody' : told.join(' and ');
}

/** Sooner or later by so much is the same. */
const LATER_MS = 60_000;

function hiddenIn(part: Part): readonly Hidden[] {
  const problems = hiddenProblems(part);
  const known = new Set(problems.map(({ id }) => id));
  return [...problems, ...hiddenParts(part).filter(({ id }) => !known.has(id))];
}

/** What is a P0 or P1 of its own by the other rules, and muted, where it was a part of something that was told. */
function hiddenParts({ before, after }: Part): readonly Hidden[] {
  if (after.length < 2) return [];
  return after.flatMap((problem) => {
    const { severity, messages, muted: why, alertIds } = problem;
    if (severity > 'P1' || messages.length > 0 || why === undefined) return [];
    const ids = new Set(alertIds);
    const wasTold = before.some(
      (one) => one.messages.length > 0 && one.alertIds.some((alertId) => ids.has(alertId)),
    );
    return wasTold ? [{ ...named(problem), why }] : [];
  });
}

function hiddenProblems({ before, after }: Part): readonly Hidden[] {
  return before.flatMap((problem) => {
    const toldAt = problem.messages[0]?.at;
    if (problem.severity > 'P1' || toldAt === undefined) return [];
    const ids = new Set(problem.alertIds);
    const holding = after.filter(({ alertIds }) => alertIds.some((id) => ids.has(id)));
    const why = holding.find(({ muted }) => muted !== undefined)?.muted;
    if (why === undefined) return [];
    const [again] = holding
      .flatMap(({ messages }) => messages)
      .map(({ at }) => at)
      .sort();
    if (again === undefined) return [{ ...named(problem), why }];
    const laterMs = Date.parse(again) - Date.parse(toldAt);
    return laterMs < LATER_MS ? [] : [{ ...named(problem), why, laterMs }];
  });
}

function byChannel(before: Outcome, after: Outcome): Comparison['messages'] {
  const [old, present] = [before, after].map(({ problems }) =>
    Map.groupBy(
      problems.flatMap(({ messages }) => messages),
      ({ channel }) => channel,
    ),
  );
  const channels = [...new Set([...(old?.keys() ?? []), ...(present?.keys() ?? [])])].sort();
  return channels.map((channel) => ({
    channel,
    before: old?.get(channel)?.length ?? 0,
    after: present?.get(channel)?.length ?? 0,
  }));
}

function incidentsIn(problems: readonly ProblemOutcome[]): number {
  return problems.reduce((sum, { incidents }) => sum + incidents, 0);
}

function mutedIn({ problems }: Outcome): number {
  return problems.filter(({ muted }) => muted !== undefined).length;
}

function named({ id, title, severity, labels, openedAt, alertIds }: ProblemOutcome): Named {
  return { id, title, severity, labels, openedAt, alerts: alertIds.length };
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
