import type { Actor, AlertCommand } from '@gomon/contracts';
import { scopeOf } from './acknowledgement.js';
import { asking } from './attention.js';
import { alertsIn, noted, type AlertAction, type Changes, type ProblemChange } from './changes.js';
import { answer, audit, because, done, nameOf } from './command-outcome.js';
import { idFrom } from './identity.js';
import { callFor, mergedInto, peopleOn, withMerged } from './merged.js';
import { raisedBy } from './raised-by.js';
import type { Rules } from './rules.js';
import { splitOff } from './split-off.js';
import { membersOf, type Alert, type Problem, type State } from './state.js';
import { clock, earlier } from './time.js';

/** What a person decides about which alerts are one problem. */
type PlacementCommand = Extract<
  AlertCommand,
  { type: `gomon.command.v1.${'merge-problems' | 'split-problem' | 'move-alerts'}` }
>;

/**
 * Alerts become part of another problem because a person says so. They, and those that stay in either problem, are placed: the
 * rules leave them where they are. That the problem is open has been seen to.
 */
export function decidePlacement(
  state: State,
  problem: Problem,
  command: PlacementCommand,
  rules: Rules,
  now: string,
): Changes {
  const { data } = command;
  const placing = new Placing(state, problem, data.actor, rules, now);
  switch (command.type) {
    case 'gomon.command.v1.merge-problems':
      return placing.merge(command.data);
    case 'gomon.command.v1.split-problem':
      return placing.split(command.data, command.id);
    case 'gomon.command.v1.move-alerts':
      return placing.move(command.data);
  }
}

class Placing {
  private readonly members: readonly Alert[];

  constructor(
    private readonly state: State,
    private readonly problem: Problem,
    private readonly actor: Actor,
    private readonly rules: Rules,
    private readonly now: string,
  ) {
    this.members = membersOf(state, problem);
  }

  /** The problem that the person names goes on, whichever was told first. */
  merge({ into, reason }: { readonly into: string; readonly reason?: string | undefined }): Changes {
    const { problem, rules, now, actor, members } = this;
    const known = this.other(into);
    if (typeof known === 'string') return answer('refused', `into: ${known}`, problem);
    const by = `merged by ${nameOf(actor)}${because(reason)}`;
    const counts = {
      total: known.counts.total + problem.counts.total,
      firing: known.counts.firing + problem.counts.firing,
    };
    const startsAt = earlier(known.startsAt, problem.startsAt);
    const whole = withMerged({ ...known, counts, startsAt }, [problem], rules, now);
    const raised = raisedBy(whole, problem.counts.firing === 0 ? [] : [problem], rules, now);
    const call = callFor(peopleOn([known, problem], rules, actor));
    const why = [`${problem.title} is part of it: ${by}`, raised.why, call?.said]
      .filter((part) => part !== undefined)
      .join('; ');
    const announce = raised.why !== undefined || call !== undefined;
    const merged = `part of ${known.title}: ${by}`;
    return {
      ...this.placed(members, raised.problem, { action: 'merged', why: merged }),
      problems: [
        mergedInto(problem, { to: known.id, why: merged, actor }, now),
        {
          problem: noted(raised.problem, now, why, actor),
          tell: { announce, why, ...(call === undefined ? {} : { mention: call.mention }) },
        },
      ],
      outcome: done(`part of ${known.title} now`, known),
    };
  }

  /** Whoever is on the problem is on both parts, until they say otherwise. */
  split(
    { alertIds, reason }: { readonly alertIds: readonly string[]; readonly reason?: string | undefined },
    commandId: string,
  ): Changes {
    const { problem, rules, now, actor } = this;
    const named = this.named(alertIds);
    if (typeof named === 'string') return answer('refused', `alertIds: ${named}`, problem);
    const primary = named.find(({ id }) => id === problem.primaryId) ?? worstOf(named);
    if (primary === undefined || !named.some(fires))
      return answer('refused', 'alertIds: none of them fires', problem);
    const id = idFrom(now, 'problem', 'split', commandId);
    const severity = worstOf(named)?.severity ?? primary.severity;
    const first = { id, severity, ...ledBy(primary), startsAt: startOf(named, now) };
    const { heldUntil: _, ...opened } = splitOff(problem, first, rules, now);
    const counts = countsOf(named);
    const { acknowledged, assigned } = problem;
    const own: Problem = {
      ...opened,
      counts,
      ...(assigned === undefined ? {} : { assigned }),
      ...(acknowledged === undefined
        ? {}
        : { acknowledged: { ...acknowledged, scope: scopeOf({ severity, counts }, named.filter(fires)) } }),
    };
    const by = `by ${nameOf(actor)}${because(reason)}`;
    const why = `split off from ${problem.title} ${by}`;
    return {
      ...this.placed(named, own, { action: 'split', why }),
      problems: [
        this.without(named, `${alertsIn(named)} split off ${by}`),
        {
          problem: noted(acknowledged === undefined ? asking(own, rules, now) : own, now, why, actor),
          tell: { announce: true, why },
        },
      ],
      outcome: done(`${alertsIn(named)} split off`, own),
    };
  }

  move({
    alertIds,
    to,
    reason,
  }: {
    readonly alertIds: readonly string[];
    readonly to: string;
    readonly reason?: string | undefined;
  }): Changes {
    const { problem, rules, now, actor, state } = this;
    const known = this.other(to);
    if (typeof known === 'string') return answer('refused', `to: ${known}`, problem);
    if (alertIds.every((id) => state.alerts.get(id)?.problemId === known.id))
      return answer('without-effect', `they are part of ${known.title} already`, known);
    const named = this.named(alertIds);
    if (typeof named === 'string') return answer('refused', `alertIds: ${named}`, problem);
    const more = countsOf(named);
    const grown: Problem = {
      ...known,
      counts: { total: known.counts.total + more.total, firing: known.counts.firing + more.firing },
      startsAt: earlier(known.startsAt, startOf(named, now)),
    };
    const raised = raisedBy(grown, named.filter(fires), rules, now);
    const by = `moved by ${nameOf(actor)}${because(reason)}`;
    const joined = `${alertsIn(named)} more, ${by}`;
    const why = raised.why === undefined ? joined : `${joined}; ${raised.why}`;
    return {
      ...this.placed(named, raised.problem, {
        action: 'moved',
        why: `from ${problem.title} to ${known.title}, ${by}`,
      }),
      problems: [
        this.without(named, `${alertsIn(named)} belong to ${known.title}, ${by}`),
        {
          problem: noted(raised.problem, now, why, actor),
          tell: { announce: raised.why !== undefined, why },
        },
      ],
      outcome: done(`${alertsIn(named)} part of ${known.title} now`, known),
    };
  }

  /** Another problem that can take alerts in, or why it cannot. */
  private other(id: string): Problem | string {
    const known = this.state.problems.get(id);
    if (known === undefined) return `there is no problem ${id}`;
    if (id === this.problem.id) return 'it is that problem itself';
    if (known.scope !== this.problem.scope) return `it is of another scope, ${known.scope}`;
    const { mergedInto: into, resolved, archived } = known;
    if (into !== undefined) return `it is part of problem ${into.problemId} since ${clock(into.at)}`;
    const ended = archived ?? resolved;
    return ended === undefined ? known : `it ended at ${clock(ended.at)}`;
  }

  /** Alerts of the problem that leave something that fires behind, or why they cannot go. */
  private named(ids: readonly string[]): readonly Alert[] | string {
    const { problem, members, state } = this;
    const wanted = new Set(ids);
    for (const id of wanted) {
      const alert = state.alerts.get(id);
      if (alert === undefined) return `there is no alert ${id} in problem ${problem.id}`;
      if (alert.problemId !== problem.id) return `alert ${id} is part of problem ${alert.problemId}`;
    }
    const leaves = members.some((alert) => !wanted.has(alert.id) && fires(alert));
    return leaves
      ? members.filter(({ id }) => wanted.has(id))
      : 'nothing that fires would be left of it: merge it instead';
  }

  /** Alerts as they are part of a problem, which is given as it is now, and all others of both problems as they stay. */
  private placed(
    moving: readonly Alert[],
    to: Problem,
    { action, why }: Pick<AlertAction, 'action' | 'why'>,
  ): Pick<Changes, 'alerts' | 'actions'> {
    const { actor, now, members, state } = this;
    const placed = { at: now, by: actor };
    const moved = new Set(moving.map(({ id }) => id));
    const leftBehind = members.filter(({ id }) => !moved.has(id));
    const joined = membersOf(state, to);
    const isNew = (alert: Alert) => alert.placed === undefined;
    const stays = `stays: ${nameOf(actor)} has decided which alerts are part of it`;
    return {
      alerts: [
        ...moving.map(({ incidentId: _, escalated: __, ...alert }) => ({
          ...followed({ ...alert, problemId: to.id }, to),
          placed,
        })),
        ...leftBehind.filter(isNew).map((alert) => ({ ...alert, placed })),
        ...joined.map((alert) => ({ placed, ...followed(alert, to) })),
      ].map((alert): Alert => ({ ...alert, updatedAt: now })),
      actions: [
        ...moving.map((alert) => ({ ...audit(alert, action, actor, why), problemId: to.id })),
        ...[...leftBehind, ...joined].filter(isNew).map((alert) => audit(alert, 'placed', actor, stays)),
      ],
    };
  }

  /** The problem without some of its alerts. It stays as bad as it is: the others are as they were. */
  private without(gone: readonly Alert[], why: string): ProblemChange {
    const { problem, now, actor } = this;
    const ids = new Set(gone.map(({ id }) => id));
    const less = countsOf(gone);
    const left: Problem = {
      ...problem,
      counts: { total: problem.counts.total - less.total, firing: problem.counts.firing - less.firing },
    };
    const primary = ids.has(problem.primaryId)
      ? worstOf(this.members.filter(({ id }) => !ids.has(id)))
      : undefined;
    const { likelyCause: _, ...rest } = left;
    const led = primary === undefined ? left : { ...rest, ...ledBy(primary) };
    return { problem: noted(led, now, why, actor), tell: { announce: false, why } };
  }
}

/** Who is on a problem shows at its open alerts. */
function followed(alert: Alert, { acknowledged, assigned }: Problem): Alert {
  if (!fires(alert)) return alert;
  const { acknowledged: _, assigned: __, ...rest } = alert;
  return {
    ...rest,
    ...(acknowledged === undefined ? {} : { acknowledged }),
    ...(assigned === undefined ? {} : { assigned }),
  };
}

function fires({ resolved, archived }: Alert): boolean {
  return resolved === undefined && archived === undefined;
}

function countsOf(alerts: readonly Alert[]): Problem['counts'] {
  return { total: alerts.length, firing: alerts.filter(fires).length };
}

/** What a person sees of a problem without anything known of causes: the worst that fires, and of those the first. */
function worstOf(alerts: readonly Alert[]): Alert | undefined {
  const firing = alerts.filter(fires);
  const [first, ...others] = firing.length > 0 ? firing : alerts;
  if (first === undefined) return undefined;
  return others.reduce((best, one) => (rankOf(one) < rankOf(best) ? one : best), first);
}

function rankOf({ severity, startsAt, firstSeenAt, id }: Alert): string {
  return `${severity} ${startsAt ?? firstSeenAt} ${id}`;
}

function startOf(alerts: readonly Alert[], now: string): string {
  return alerts.reduce((first, { startsAt, firstSeenAt }) => earlier(first, startsAt ?? firstSeenAt), now);
}

function ledBy({ id, title, source }: Alert): Pick<Problem, 'primaryId' | 'title' | 'source'> {
  return { primaryId: id, title, source };
}
