import type { Actor, AlertCommand, Ending, Target } from '@gomon/contracts';
import { noted, nothing, type Changes, type CommandOutcome, type ProblemChange } from './changes.js';
import { statusBefore } from './episode.js';
import { endedWith } from './problem-end.js';
import { decideIncidentRecorded, openIncident } from './decide-incident.js';
import { decideTold } from './decide-told.js';
import type { Rules } from './rules.js';
import { membersOf, type Alert, type Problem, type State } from './state.js';
import { clock, plusMs } from './time.js';

/** A command, as its stream has it. */
export interface CommandInput {
  readonly kind: 'command';
  readonly command: AlertCommand;
}

/** What a command changes; that it comes too late, or again, changes nothing and is said. */
export function decideCommand(state: State, { command }: CommandInput, rules: Rules, now: string): Changes {
  switch (command.type) {
    case 'gomon.command.v1.acknowledge-problem':
      return acknowledge(state, command.data, now);
    case 'gomon.command.v1.resolve-problem':
      return resolve(state, command.data, rules, now);
    case 'gomon.command.v1.archive-alert':
      return archive(state, command.data, now);
    case 'gomon.command.v1.open-incident':
      return own(state, command.data, rules, now);
    case 'gomon.command.v1.record-told':
      return decideTold(state, command.data, now);
    case 'gomon.command.v1.record-incident':
      return decideIncidentRecorded(state, command.data, now);
  }
}

function acknowledge(
  state: State,
  { target, actor, note }: { target: Target; actor: Actor; note?: string | undefined },
  now: string,
): Changes {
  const problem = targeted(state, target);
  if (problem === undefined) return answer('not-found', `there is no ${target.kind} ${target.id}`);
  const over = overMessage(problem);
  if (over !== undefined) return answer('without-effect', over, problem);
  if (problem.acknowledged !== undefined) {
    const { by, at } = problem.acknowledged;
    return answer('without-effect', `${nameOf(by)} acknowledged it at ${clock(at)}`, problem);
  }
  const acknowledged = { at: now, by: actor, ...(note === undefined ? {} : { note }) };
  const why = `acknowledged by ${nameOf(actor)}${note === undefined ? '' : `: ${note}`}`;
  const members = membersOf(state, problem).filter((member) => member.resolved === undefined);
  return {
    alerts: members.map((member) => ({ ...member, acknowledged, updatedAt: now })),
    problems: [
      { problem: noted({ ...problem, acknowledged }, now, why, actor), tell: { announce: false, why } },
    ],
    actions: members.map((member) => audit(member, 'acknowledged', actor, why)),
    outcome: done('acknowledged', problem),
  };
}

function resolve(
  state: State,
  { target, actor, reason }: { target: Target; actor: Actor; reason?: string | undefined },
  rules: Rules,
  now: string,
): Changes {
  const problem = targeted(state, target);
  if (problem === undefined) return answer('not-found', `there is no ${target.kind} ${target.id}`);
  const over = overMessage(problem);
  if (over !== undefined) return answer('without-effect', over, problem);
  const resolved = endingBy(actor, reason, now);
  const why = `resolved by ${nameOf(actor)}${reason === undefined ? '' : `: ${reason}`}`;
  const members = membersOf(state, problem).filter((member) => member.resolved === undefined);
  return {
    alerts: members.map((member) => ended(member, resolved, now)),
    problems: [{ problem: noted({ ...problem, resolved }, now, why, actor), tell: { announce: false, why } }],
    actions: members.map((member) => audit(member, 'resolved', actor, why)),
    outcome: { ...done('resolved', problem), hint: stillReported(rules, now) },
  };
}

function own(
  state: State,
  { target, actor, note }: { target: Target; actor: Actor; note?: string | undefined },
  rules: Rules,
  now: string,
): Changes {
  const problem = targeted(state, target);
  if (problem === undefined) return answer('not-found', `there is no ${target.kind} ${target.id}`);
  const over = overMessage(problem);
  return over === undefined
    ? openIncident(problem, { actor, note }, rules, now)
    : answer('without-effect', over, problem);
}

/** An end by hand is none of the source's: who makes it shall know what comes next. */
function stillReported(rules: Rules, now: string): string {
  const quietUntil = clock(plusMs(now, rules.quietAfterPersonMs));
  return `Its source has not reported an end: repeats stay quiet until ${quietUntil}, then the problem comes back`;
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
  const resolved = known.resolved ?? endingBy(actor, reason, now);
  const alert: Alert = { ...ended(known, resolved, now), archived };
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
  if (left.length > 0 && resolved !== undefined) return endedWith(state, problem, alert, resolved, now, why);
  return {
    problem: noted(
      {
        ...problem,
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

function overMessage(problem: Problem): string | undefined {
  const { archived, resolved } = problem;
  if (archived !== undefined) return `${nameOf(archived.by)} archived it at ${clock(archived.at)}`;
  return resolved === undefined ? undefined : `it ended at ${clock(resolved.at)}`;
}

function ended(alert: Alert, resolved: Ending, now: string): Alert {
  const { dueAt: _, ...rest } = alert;
  return { ...rest, resolved, updatedAt: now };
}

function endingBy(actor: Actor, reason: string | undefined, now: string): Ending {
  return { at: now, by: 'person', actor, ...(reason === undefined ? {} : { reason }) };
}

function audit(
  alert: Alert,
  action: Changes['actions'][number]['action'],
  actor: Actor,
  why: string,
): Changes['actions'][number] {
  return { alertId: alert.id, problemId: alert.problemId, action, actor, why, before: statusBefore(alert) };
}

function nameOf(actor: Actor): string {
  return actor.name ?? actor.id;
}

function done(message: string, problem: Problem | undefined): CommandOutcome {
  return {
    kind: 'command',
    outcome: 'done',
    message,
    ...(problem === undefined ? {} : { problemId: problem.id }),
  };
}

function answer(
  outcome: 'without-effect' | 'not-found',
  message: string,
  problem?: Problem,
  alertId?: string,
): Changes {
  return nothing({
    kind: 'command',
    outcome,
    message,
    ...(problem === undefined ? {} : { problemId: problem.id }),
    ...(alertId === undefined ? {} : { alertId }),
  });
}
