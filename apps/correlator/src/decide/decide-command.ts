import type { Actor, AlertCommand, Target } from '@gomon/contracts';
import { noted, type Changes, type ProblemChange } from './changes.js';
import { answer, audit, done, endingBy, nameOf } from './command-outcome.js';
import { decideIncidentRecorded } from './decide-incident.js';
import { decideProblem, type ProblemCommand } from './decide-problem.js';
import { decideSilence } from './decide-silence.js';
import { decideTold } from './decide-told.js';
import { forbidden, personOf } from './people.js';
import { endedWith } from './problem-end.js';
import type { Rules } from './rules.js';
import { membersOf, type Alert, type Problem, type State } from './state.js';
import { clock } from './time.js';
import { transitionOf, type From } from './transitions.js';

/** A command, as its stream has it. */
export interface CommandInput {
  readonly kind: 'command';
  readonly command: AlertCommand;
}

/** What a command changes; that it comes too late, or again, or from somebody who may not, changes nothing and is said. */
export function decideCommand(state: State, input: CommandInput, rules: Rules, now: string): Changes {
  const command = named(input.command, rules);
  const { who, from } = transitionOf(command.type);
  const refusal = forbidden(command.data.actor, who, rules);
  if (refusal !== undefined) return answer('forbidden', refusal);
  switch (command.type) {
    case 'gomon.command.v1.archive-alert':
      return archive(state, command.data, now);
    case 'gomon.command.v1.record-told':
      return decideTold(state, command.data, now);
    case 'gomon.command.v1.record-incident':
      return decideIncidentRecorded(state, command.data, now);
    case 'gomon.command.v1.create-silence':
    case 'gomon.command.v1.update-silence':
    case 'gomon.command.v1.expire-silence':
      return decideSilence(state, command, now);
    default:
      return onProblem(state, command, from, rules, now);
  }
}

/** With the name by which the rules know whoever it is from. */
function named<Command extends AlertCommand>(command: Command, { people }: Rules): Command {
  const { actor } = command.data;
  const name = personOf(actor, people)?.name;
  return name === undefined ? command : { ...command, data: { ...command.data, actor: { ...actor, name } } };
}

function onProblem(state: State, command: ProblemCommand, from: From, rules: Rules, now: string): Changes {
  const { target } = command.data;
  const problem = targeted(state, target);
  if (problem === undefined) return answer('not-found', `there is no ${target.kind} ${target.id}`);
  const obstacle = obstacleTo(from, problem);
  return obstacle === undefined
    ? decideProblem(state, problem, command, rules, now)
    : answer('without-effect', obstacle, problem);
}

/** Why a problem is not in a state for something; undefined: it is. */
function obstacleTo(from: From, problem: Problem): string | undefined {
  const { acknowledged, archived, resolved } = problem;
  const away =
    archived === undefined ? undefined : `${nameOf(archived.by)} archived it at ${clock(archived.at)}`;
  const over = away ?? (resolved === undefined ? undefined : `it ended at ${clock(resolved.at)}`);
  switch (from) {
    case 'any':
      return undefined;
    case 'not archived':
      return away;
    case 'open':
      return over;
    case 'open, not acknowledged':
      if (over !== undefined || acknowledged === undefined) return over;
      return `${nameOf(acknowledged.by)} acknowledged it at ${clock(acknowledged.at)}`;
    case 'acknowledged':
      return over ?? (acknowledged === undefined ? 'nobody has acknowledged it' : undefined);
    case 'ended by hand':
      if (away !== undefined) return away;
      if (resolved === undefined) return 'it is open';
      return resolved.by === 'person' ? undefined : `it ended at ${clock(resolved.at)}, by nobody's hand`;
  }
}

function archive(
  state: State,
  { alertId, actor, reason }: { alertId: string; actor: Actor; reason: string },
  now: string,
): Changes {
  const known = state.alerts.get(alertId);
  if (known === undefined) return answer('not-found', `there is no alert ${alertId}`);
  const problem = state.problems.get(known.problemId);
  if (known.archived !== undefined) {
    const { by, at } = known.archived;
    return answer('without-effect', `${nameOf(by)} archived it at ${clock(at)}`, problem, alertId);
  }
  const archived = { at: now, by: actor, reason };
  const why = `archived by ${nameOf(actor)}: ${reason}`;
  const { dueAt: _, ...rest } = known;
  const alert: Alert = {
    ...rest,
    resolved: known.resolved ?? endingBy(actor, reason, now),
    updatedAt: now,
    archived,
  };
  return {
    alerts: [alert],
    problems: problem === undefined ? [] : [withoutArchived(state, problem, alert, now, why)],
    actions: [audit(known, 'archived', actor, why)],
    outcome: { ...done('archived', problem), alertId },
  };
}

/** A problem whose members are all archived is archived with them. */
function withoutArchived(
  state: State,
  problem: Problem,
  alert: Alert,
  now: string,
  why: string,
): ProblemChange {
  const { archived, resolved } = alert;
  const left = membersOf(state, problem).filter(
    (member) => member.id !== alert.id && member.archived === undefined,
  );
  const isEnded = state.alerts.get(alert.id)?.resolved === undefined;
  if (left.length > 0 && resolved !== undefined) {
    const after = isEnded
      ? endedWith(problem, alert, resolved, now, why).problem
      : noted(problem, now, why, archived?.by);
    return { problem: after, tell: { announce: false, why } };
  }
  return {
    problem: noted(
      {
        ...problem,
        counts: { total: problem.counts.total, firing: 0 },
        ...(problem.resolved === undefined && resolved !== undefined ? { resolved } : {}),
        ...(archived === undefined ? {} : { archived }),
      },
      now,
      why,
      archived?.by,
    ),
    tell: { announce: false, why },
  };
}

function targeted(state: State, target: Target): Problem | undefined {
  const id = target.kind === 'problem' ? target.id : state.alerts.get(target.id)?.problemId;
  return id === undefined ? undefined : state.problems.get(id);
}
