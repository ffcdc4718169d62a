import type { Mute } from '@gomon/contracts';
import { inhibitionsOf } from './inhibition.js';
import type { Rules } from './rules.js';
import { covers, muteBy, stateAt, type Silence } from './silences.js';
import type { Alert, Around, Problem, ProblemMuted } from './state.js';
import { earlier } from './time.js';

/** What mutes an alert, what can end that, and when a part of it ends by itself. */
export type Mutes = Pick<ProblemMuted, 'by' | 'keys' | 'until'>;

/**
 * What mutes an alert. One that fires is judged by now, one that is over by the time in which it fired: what came and went in a
 * maintenance window is none of anybody's business because it was reported after it. Undefined: nothing.
 */
export function mutesOf(
  alert: Alert,
  around: Around,
  rules: Pick<Rules, 'inhibitions'>,
  now: string,
): Mutes | undefined {
  const { resolved } = alert;
  const isActive = (silence: Silence) =>
    resolved === undefined
      ? stateAt(silence, now) === 'active'
      : covers(silence, alert.startsAt ?? alert.firstSeenAt, resolved.at);
  const silences = around.silences.filter((silence) => isActive(silence) && silence.isFor(alert));
  const inhibitions =
    rules.inhibitions.length === 0 ? { by: [], keys: [] } : inhibitionsOf(alert, rules, around);
  const flapping: readonly Mute[] =
    alert.flappingSince === undefined ? [] : [{ kind: 'flapping', why: 'it changes all the time' }];
  const bySilences = silences.map((silence) => muteBy(silence, alert, now));
  const by = [...bySilences, ...inhibitions.by, ...flapping];
  if (by.length === 0) return undefined;
  const until = bySilences.flatMap((one) => (one.kind === 'silence' ? (one.until ?? []) : []));
  return {
    by,
    keys: [...silences.map(({ data }) => `silence:${data.id}`), ...inhibitions.keys],
    ...(until.length === 0 ? {} : { until: until.reduce(earlier) }),
  };
}

/** Whether anything around could mute an alert, or did: most of the time nothing does. */
export function mayBeMuted(
  problem: Problem,
  alert: Alert,
  around: Around,
  rules: Pick<Rules, 'inhibitions'>,
): boolean {
  return (
    problem.muted !== undefined ||
    alert.flappingSince !== undefined ||
    around.silences.length > 0 ||
    rules.inhibitions.length > 0
  );
}
