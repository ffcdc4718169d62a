import type { AlertAction, Changes, Outcome } from './changes.js';
import { decideCommand, type CommandInput } from './decide-command.js';
import { decideObservation } from './decide-observation.js';
import { decideSnapshot, type SnapshotInput } from './decide-snapshot.js';
import { decideTick, type TickInput } from './decide-tick.js';
import type { ObservationInput } from './episode.js';
import type { Rules } from './rules.js';
import type { Alert, Problem, State } from './state.js';

export type Input = ObservationInput | SnapshotInput | CommandInput | TickInput;

/** What an input came from, as the audit names it. */
export function causeOf(input: Input): string {
  switch (input.kind) {
    case 'observation':
    case 'snapshot':
      return `report:${input.reportId}`;
    case 'command':
      return `command:${input.command.id}`;
    case 'tick':
      return `tick:${input.alertId}:${input.watermark}`;
  }
}

/** The one decision function: what an input changes, and why. Pure: the same arguments give the same changes. */
export function decide(state: State, input: Input, rules: Rules, now: string): Changes {
  switch (input.kind) {
    case 'observation':
      return decideObservation(state, input, rules, now);
    case 'snapshot':
      return decideSnapshot(state, input, now);
    case 'command':
      return decideCommand(state, input, rules, now);
    case 'tick':
      return decideTick(state, input, rules, now);
  }
}

/** What a transaction writes. */
export interface Decided {
  /** Each alert and problem that changed, as it is at the end. */
  readonly alerts: readonly Alert[];
  readonly problems: readonly Problem[];
  /** With what caused them. */
  readonly actions: readonly (AlertAction & { readonly cause: string })[];
  /** One for each problem that has something to tell. */
  readonly facts: readonly DecidedFact[];
  /** One for each input, in their order. */
  readonly outcomes: readonly Outcome[];
  /** Everything that was loaded, with the changes. */
  readonly state: State;
}

export interface DecidedFact {
  readonly problem: Problem;
  readonly fact: 'opened' | 'changed' | 'resolved' | 'archived';
  readonly announce: boolean;
  readonly why: readonly string[];
}

/** Why a reader is to be told names at most so many reasons. */
const REASONS = 10;

/**
 * Decides the inputs of one transaction one after another, each on what the one before left. However much happened to a
 * problem, it gets one version and one fact.
 */
export function decideAll(state: State, inputs: readonly Input[], rules: Rules, now: string): Decided {
  const alerts = new Map(state.alerts);
  const problems = new Map(state.problems);
  const newest = new Map(state.newest);
  const working: State = { alerts, problems, newest };
  const changedAlerts = new Set<string>();
  const changedProblems = new Set<string>();
  const tells = new Map<string, Telling>();
  const actions: (AlertAction & { cause: string })[] = [];
  const outcomes: Outcome[] = [];
  for (const input of inputs) {
    const changes = decide(working, input, rules, now);
    for (const alert of changes.alerts) {
      alerts.set(alert.id, alert);
      newest.set(alert.fingerprint, alert.id);
      changedAlerts.add(alert.id);
    }
    for (const { problem, tell } of changes.problems) {
      problems.set(problem.id, problem);
      changedProblems.add(problem.id);
      if (tell === undefined) continue;
      const telling = tells.get(problem.id) ?? { announces: [], why: [], observations: 0 };
      if (tell.announce && !telling.announces.includes(tell.why)) telling.announces.push(tell.why);
      if (!telling.why.includes(tell.why)) telling.why.push(tell.why);
      tells.set(problem.id, telling);
    }
    const { outcome } = changes;
    const telling = outcome.kind === 'observation' ? tells.get(outcome.problemId ?? '') : undefined;
    if (telling !== undefined && outcome.kind === 'observation' && outcome.end === 'told')
      telling.observations += 1;
    const cause = causeOf(input);
    actions.push(...changes.actions.map((action) => ({ ...action, cause })));
    outcomes.push(outcome);
  }
  for (const id of changedProblems) {
    const problem = problems.get(id);
    if (problem !== undefined) problems.set(id, versioned(problem, tells.get(id), now));
  }
  const facts: DecidedFact[] = [];
  for (const [id, { announces, why }] of tells) {
    const problem = problems.get(id);
    if (problem === undefined) continue;
    facts.push({
      problem,
      fact: factOf(state.problems.get(id), problem),
      announce: announces.length > 0,
      why: why.slice(-REASONS),
    });
  }
  return {
    alerts: [...changedAlerts].flatMap((id) => alerts.get(id) ?? []),
    problems: [...changedProblems].flatMap((id) => problems.get(id) ?? []),
    actions,
    facts,
    outcomes,
    state: working,
  };
}

interface Telling {
  /** Of what is told, what asks for attention. */
  announces: string[];
  why: string[];
  observations: number;
}

/** A problem that nobody is told of has its first version too. */
function versioned(problem: Problem, telling: Telling | undefined, now: string): Problem {
  if (telling === undefined) return problem.version === 0 ? { ...problem, version: 1 } : problem;
  const version = problem.version + 1;
  const untold =
    telling.observations === 0
      ? problem.untold
      : [...problem.untold, { version, observations: telling.observations }];
  if (telling.announces.length === 0) return { ...problem, version, untold };
  return { ...problem, version, untold, announced: { version, at: now, why: telling.announces.join('; ') } };
}

function factOf(before: Problem | undefined, after: Problem): DecidedFact['fact'] {
  if (before === undefined) return 'opened';
  if (after.archived !== undefined && before.archived === undefined) return 'archived';
  if (after.resolved !== undefined && before.resolved === undefined) return 'resolved';
  return 'changed';
}
