import type { Actor } from '@gomon/contracts';
import { noted, type ProblemChange } from './changes.js';
import { firstCallAt } from './calls.js';
import { openedWith } from './decide-incident.js';
import { slackIdOf } from './people.js';
import type { Rules } from './rules.js';
import type { Problem } from './state.js';

/** A problem whose alerts are part of another one: it is over, and says where they are. */
export function mergedInto(
  problem: Problem,
  { to, why, actor }: { readonly to: string; readonly why: string; readonly actor: Actor },
  now: string,
): ProblemChange {
  const { asking: _, dueAt: __, ...rest } = problem;
  const over: Problem = {
    ...rest,
    untold: isUnheard(problem) ? [] : problem.untold,
    counts: { total: 0, firing: 0 },
    mergedInto: { problemId: to, at: now, why },
    resolved: problem.resolved ?? { at: now, by: 'merge', actor, reason: why },
  };
  return { problem: noted(over, now, why, actor), tell: { announce: false, why } };
}

/** Nobody is known to have been told of it: what is part of another one before that is told with the other one alone. */
function isUnheard({ told }: Problem): boolean {
  return told.length === 0;
}

/**
 * The problem that goes on with what people did about those that are part of it now: whose it is stays, else it is whose one of
 * those was; an incident that a person has opened for one goes on here. That somebody acknowledged one of them says nothing of
 * the rest. What was still to be told of those that nobody has heard of is told with its next version.
 */
export function withMerged(
  problem: Problem,
  merged: readonly Problem[],
  { incidentProvider }: Pick<Rules, 'incidentProvider'>,
  now: string,
): Problem {
  const assigned = problem.assigned ?? merged.find((one) => one.assigned !== undefined)?.assigned;
  const owned = merged.find(({ incident }) => incident !== undefined && incident.openedBy.kind !== 'system');
  const incident =
    problem.incident ??
    (owned?.incident === undefined || incidentProvider === 'none'
      ? undefined
      : openedWith(problem.id, owned.incident.openedBy, `${owned.title}, which is part of it, is one`, now));
  const incidentAt = incident === undefined ? firstCallAt([problem, ...merged]) : undefined;
  const left = merged.filter(isUnheard).flatMap(({ untold }) => untold);
  const observations = left.reduce((sum, one) => sum + one.observations, 0);
  return {
    ...problem,
    untold:
      observations === 0
        ? problem.untold
        : [...problem.untold, { version: problem.version + 1, observations }],
    ...(assigned === undefined ? {} : { assigned }),
    ...(incident === undefined ? {} : { incident }),
    ...(incidentAt === undefined ? {} : { incidentAt }),
  };
}

/** Somebody is on a problem: they have acknowledged it, or it is theirs. */
export interface OnIt {
  readonly name: string;
  /** By which Slack notifies them, where that is known. */
  readonly slack?: string;
}

/** Whoever was on one of some problems, once each; `except`: who knows already. */
export function peopleOn(
  problems: readonly Problem[],
  { people }: Pick<Rules, 'people'>,
  except?: Actor,
): readonly OnIt[] {
  const knows = except === undefined ? undefined : slackIdOf(except, people);
  const found = new Map<string, OnIt>();
  for (const { acknowledged, assigned } of problems)
    for (const who of [acknowledged?.by, assigned?.to]) {
      if (who === undefined || isSame(who, except)) continue;
      const slack = slackIdOf(who, people);
      if (slack !== undefined && slack === knows) continue;
      const name = typeof who === 'string' ? who : (who.name ?? who.id);
      found.set(slack ?? name, { name, ...(slack === undefined ? {} : { slack }) });
    }
  return [...found.values()];
}

function isSame(who: Actor | string, actor: Actor | undefined): boolean {
  if (actor === undefined) return false;
  return typeof who === 'string'
    ? who === (actor.name ?? actor.id)
    : who.kind === actor.kind && who.id === actor.id;
}

/** How those who are on problems that became one are told so; undefined: nobody is. */
export function callFor(
  on: readonly OnIt[],
): { readonly said: string; readonly mention: readonly string[] } | undefined {
  if (on.length === 0) return undefined;
  const names = on.map(({ name }) => name);
  return {
    said: `${names.join(', ')}: you were on it, or on what is part of it now`,
    mention: on.flatMap(({ slack }) => slack ?? []),
  };
}
