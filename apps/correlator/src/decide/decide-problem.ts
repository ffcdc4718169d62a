import type { Actor, AlertCommand, Assignment, Escalation, Severity } from '@gomon/contracts';
import { scopeOf } from './acknowledgement.js';
import { asking } from './attention.js';
import { noted, type Changes, type CommandOutcome } from './changes.js';
import { audit, because, done, endingBy, nameOf, without } from './command-outcome.js';
import { incidentFor, openIncident } from './decide-incident.js';
import { decidePlacement } from './decide-placement.js';
import type { SilenceCommand } from './decide-silence.js';
import { endByTime } from './end-by-time.js';
import type { Rules } from './rules.js';
import { membersOf, newestOf, type Alert, type Problem, type State } from './state.js';
import { clock, plusMs } from './time.js';

/** What is done to one problem. */
export type ProblemCommand = Exclude<Extract<AlertCommand, { data: { target: unknown } }>, SilenceCommand>;

const SEVERITIES: readonly Severity[] = ['P0', 'P1', 'P2', 'P3', 'P4'];

/** What a person does with a problem. That the problem is in a state in which it can be done has been seen to. */
export function decideProblem(
  state: State,
  problem: Problem,
  command: ProblemCommand,
  rules: Rules,
  now: string,
): Changes {
  const { data } = command;
  const act = new Act(state, problem, data.actor, now);
  switch (command.type) {
    case 'gomon.command.v1.acknowledge-problem':
      return acknowledge(act, command.data.note);
    case 'gomon.command.v1.unacknowledge-problem':
      return unacknowledge(act, command.data.note, rules);
    case 'gomon.command.v1.escalate-problem':
      return escalate(act, command.data, rules);
    case 'gomon.command.v1.deescalate-problem':
      return deescalate(act, command.data);
    case 'gomon.command.v1.assign-problem':
      return assign(act, command.data.to, rules);
    case 'gomon.command.v1.add-note':
      return act.told(
        problem,
        { action: 'noted', why: `note by ${act.name}: ${command.data.text}` },
        'noted',
      );
    case 'gomon.command.v1.resolve-problem':
      return resolve(act, command.data, rules);
    case 'gomon.command.v1.reopen-problem':
      return reopen(state, act, command.data.reason, rules);
    case 'gomon.command.v1.open-incident':
      return openIncident(problem, command.data, rules, now);
    case 'gomon.command.v1.merge-problems':
    case 'gomon.command.v1.split-problem':
    case 'gomon.command.v1.move-alerts':
      return decidePlacement(state, problem, command, rules, now);
  }
}

/** Somebody does something to a problem. */
class Act {
  readonly members: readonly Alert[];

  constructor(
    state: State,
    readonly problem: Problem,
    readonly actor: Actor,
    readonly now: string,
  ) {
    this.members = membersOf(state, problem);
  }

  get name(): string {
    return nameOf(this.actor);
  }

  get open(): readonly Alert[] {
    return this.members.filter(({ resolved }) => resolved === undefined);
  }

  /** The problem as it is now, with what is said of it; alerts and audit where there are members that it is about. */
  told(
    problem: Problem,
    said: {
      readonly action: Changes['actions'][number]['action'];
      readonly why: string;
      readonly announce?: boolean;
    },
    message: string,
    about: readonly Alert[] = this.members,
    changed?: (alert: Alert) => Alert,
  ): Changes {
    const { action, why, announce = false } = said;
    // A person who asks for attention gets it, whatever is muted.
    const tell = announce ? { announce, why, insists: true } : { announce, why };
    const { now, actor } = this;
    return {
      alerts: changed === undefined ? [] : about.map((alert) => ({ ...changed(alert), updatedAt: now })),
      problems: [{ problem: noted(problem, now, why, actor), tell }],
      actions: about.map((alert) => audit(alert, action, actor, why)),
      outcome: done(message, problem),
    };
  }
}

function acknowledge(act: Act, note: string | undefined): Changes {
  const { actor, now, problem } = act;
  const acknowledged = {
    at: now,
    by: actor,
    ...(note === undefined ? {} : { note }),
    scope: scopeOf(problem, act.open),
  };
  const why = `acknowledged by ${act.name}${because(note)}`;
  const { asking: _, ...answered } = problem;
  return act.told(
    { ...answered, acknowledged },
    { action: 'acknowledged', why },
    'acknowledged',
    act.open,
    (alert) => ({
      ...alert,
      acknowledged,
    }),
  );
}

function unacknowledge(act: Act, note: string | undefined, rules: Rules): Changes {
  const { acknowledged: _, ...problem } = act.problem;
  const why = `${act.name} is not on it any more${because(note)}`;
  return act.told(
    asking(problem, rules, act.now),
    { action: 'unacknowledged', why },
    'no longer acknowledged',
    act.open,
    unacknowledged,
  );
}

function unacknowledged(alert: Alert): Alert {
  const { acknowledged: _, ...rest } = alert;
  return rest;
}

/** An acknowledgement was given for what it was: of what is worse nobody has said that they are on it. */
function escalate(
  act: Act,
  { to, note }: { to?: Severity | undefined; note?: string | undefined },
  rules: Rules,
): Changes {
  const { problem, now } = act;
  const level = to ?? SEVERITIES[SEVERITIES.indexOf(problem.severity) - 1];
  if (level === undefined || level >= problem.severity) {
    return without(
      `it is ${problem.severity}${to === undefined ? '' : `, which ${to} is not above`}`,
      problem,
    );
  }
  const why = `escalated from ${problem.severity} to ${level} by ${act.name}${because(note)}`;
  return act.told(
    asking(raised(problem, { by: act.actor, to: level, note }, rules, now), rules, now),
    { action: 'escalated', why, announce: true },
    `it is ${level} now`,
    act.open,
    unacknowledged,
  );
}

function deescalate(
  act: Act,
  { to, note }: { to?: Severity | undefined; note?: string | undefined },
): Changes {
  const { problem } = act;
  const level = to ?? SEVERITIES[SEVERITIES.indexOf(problem.severity) + 1];
  if (level === undefined || level <= problem.severity) {
    return without(
      `it is ${problem.severity}${to === undefined ? '' : `, which ${to} is not below`}`,
      problem,
    );
  }
  const why = `de-escalated from ${problem.severity} to ${level} by ${act.name}${because(note)}`;
  const { escalated: _, ...rest } = problem;
  const { actor: by, now } = act;
  const changed: Problem = {
    ...rest,
    severity: level,
    ...escalationTo(problem, { by, to: level, note }, now),
  };
  return act.told(changed, { action: 'deescalated', why }, `it is ${level} now`, act.open);
}

/** A problem that is worse than it stood: nobody has said that they are on that, and what is urgent is an incident. */
export function raised(
  problem: Problem,
  { by, to, note }: { readonly by: Actor; readonly to: Severity; readonly note?: string | undefined },
  rules: Rules,
  now: string,
): Problem {
  const { acknowledged: _, heldUntil: __, ...rest } = problem;
  const incident = problem.incident ?? incidentFor(problem.id, to, rules, now);
  return {
    ...rest,
    severity: to,
    ...escalationTo(problem, { by, to, note }, now),
    ...(incident === undefined ? {} : { incident }),
  };
}

/** Absent when it is back at what it was before anybody changed it. */
function escalationTo(
  problem: Problem,
  { by, to, note }: { readonly by: Actor; readonly to: Severity; readonly note?: string | undefined },
  now: string,
): { readonly escalated?: Escalation } {
  const from = problem.escalated?.from ?? problem.severity;
  if (from === to) return {};
  return { escalated: { at: now, by, from, to, ...(note === undefined ? {} : { note }) } };
}

function assign(act: Act, to: string | undefined, rules: Rules): Changes {
  const { problem, now, actor } = act;
  const named = to === actor.id ? act.name : to;
  const person = named === undefined ? undefined : (rules.people.byName.get(named)?.name ?? named);
  if (person === problem.assigned?.to) {
    return without(person === undefined ? 'it is nobody’s' : `it is ${person}’s`, problem);
  }
  const { assigned: _, ...rest } = problem;
  const assigned: Assignment | undefined =
    person === undefined ? undefined : { at: now, by: actor, to: person };
  const why = person === undefined ? `${act.name} made it nobody’s` : `assigned to ${person} by ${act.name}`;
  const withAssigned = <T extends object>(thing: T) =>
    assigned === undefined ? thing : { ...thing, assigned };
  return act.told(
    withAssigned(rest),
    { action: 'assigned', why },
    person === undefined ? 'nobody’s' : `it is ${person}’s`,
    act.open,
    ({ assigned: __, ...alert }) => withAssigned(alert),
  );
}

function resolve(
  act: Act,
  { reason, noise }: { reason?: string | undefined; noise?: boolean | undefined },
  rules: Rules,
): Changes {
  const { problem, now, actor } = act;
  const resolved = { ...endingBy(actor, reason, now), ...(noise === true ? { noise } : {}) };
  const what = noise === true ? 'marked as noise' : 'resolved';
  const why = `${what} by ${act.name}${because(reason)}`;
  const changes = act.told(
    { ...problem, counts: { total: problem.counts.total, firing: 0 }, resolved },
    { action: 'resolved', why },
    what,
    act.open,
    ({ dueAt: _, ...alert }) => ({
      ...alert,
      resolved,
    }),
  );
  return { ...changes, outcome: { ...outcomeOf(changes), hint: stillReported(act.open, rules, now) } };
}

/** Only what that end has ended goes on: what its source has ended, or begun anew, since then stays as it is. */
function reopen(state: State, act: Act, reason: string | undefined, rules: Rules): Changes {
  const { problem, members } = act;
  const ended = members.filter(
    ({ resolved, endedBySource, archived }) =>
      resolved?.by === 'person' && endedBySource === undefined && archived === undefined,
  );
  if (ended.length === 0) return without('its source has reported the end since', problem);
  const newest = ended.map(({ fingerprint }) => newestOf(state, fingerprint));
  if (newest.some((alert, index) => alert !== undefined && alert.id !== ended[index]?.id)) {
    return without('it has fired anew since, which is a problem of its own', problem);
  }
  const { resolved: _, counts, ...rest } = problem;
  const open = { ...rest, counts: { total: counts.total, firing: ended.length } };
  const why = `${act.name} took its end back${because(reason)}`;
  return act.told(
    asking(open, rules, act.now),
    { action: 'reopened', why },
    'open again',
    ended,
    ({ resolved: __, ...alert }) => {
      const end = endByTime(alert, '', rules);
      return end === undefined ? alert : { ...alert, dueAt: end.at };
    },
  );
}

/** So many alerts are called by their names. */
const NAMED = 5;

/** An end by hand is none of the source's: who makes it shall know what comes next. */
function stillReported(open: readonly Alert[], rules: Rules, now: string): string {
  const quietUntil = clock(plusMs(now, rules.quietAfterPersonMs));
  const names = open.map(({ title }) => title).slice(0, NAMED);
  const more = open.length > NAMED ? ` and ${open.length - NAMED} more` : '';
  return `The source has not reported the end of ${names.join(', ')}${more}: repeats stay quiet until ${quietUntil}, then the problem comes back`;
}

function outcomeOf({ outcome }: Changes): CommandOutcome {
  if (outcome.kind !== 'command') throw new Error('a command has an outcome of its own');
  return outcome;
}
