import type { Acknowledgement } from '@gomon/contracts';
import type { Alert, Problem } from './state.js';

type Scope = NonNullable<Acknowledgement['scope']>;

/** So many times as many alerts are another thing than what somebody said that they are on. */
const GROWTH = 10;

/** What an acknowledgement is given for. */
export function scopeOf(
  { severity, counts }: Pick<Problem, 'severity' | 'counts'>,
  members: readonly Alert[],
): Scope {
  const owners = new Set(members.flatMap(({ about }) => about.owner ?? []));
  return { severity, owners: [...owners].sort(), alerts: counts.total };
}

/** Why an acknowledgement does not cover a problem any more; undefined: it does. */
export function outgrown(
  { acknowledged, severity, counts }: Pick<Problem, 'acknowledged' | 'severity' | 'counts'>,
  members: readonly Alert[],
): string | undefined {
  const scope = acknowledged?.scope;
  if (scope === undefined) return undefined;
  if (severity < scope.severity) return `it is ${severity}, and was acknowledged as ${scope.severity}`;
  const foreign = members.find(
    ({ severity: level, resolved, about }) =>
      level === 'P0' &&
      resolved === undefined &&
      about.owner !== undefined &&
      !scope.owners.includes(about.owner),
  );
  if (foreign !== undefined) {
    return `${foreign.title}, a P0 of ${foreign.about.owner ?? ''}, is part of it, and was not when it was acknowledged`;
  }
  return counts.total >= scope.alerts * GROWTH
    ? `it has ${counts.total} alerts, and had ${scope.alerts} when it was acknowledged`
    : undefined;
}
