import {
  compileMatchers,
  labelOf,
  silenceStateAt,
  type Mute,
  type Silence as SilenceData,
  type SilenceState,
} from '@gomon/contracts';
import { Windows, type Window } from '@gomon/contracts/windows';
import type { Alert } from './state.js';
import { clock, earlier } from './time.js';

/** A silence, ready to be used. */
export interface Silence {
  readonly data: SilenceData;
  readonly isFor: (alert: Pick<Alert, 'scope' | 'fingerprint' | 'said'>) => boolean;
  /** The window of its recurrence in which a time lies; undefined: none, or it has no recurrence. */
  readonly windowAt: (time: string) => Window | undefined;
  readonly nextWindow: (time: string) => Window | undefined;
}

/** @throws RecurrenceError */
export function compileSilence(data: SilenceData): Silence {
  const { alert, matchers, recurrence, startsAt } = data;
  const test = compileMatchers(matchers);
  const windows = recurrence === undefined ? undefined : Windows.of(recurrence, startsAt);
  return {
    data,
    isFor: ({ scope, fingerprint, said }) =>
      (alert === undefined || (alert.scope === scope && alert.fingerprint === fingerprint)) &&
      test(said.labels),
    windowAt: remembered((time) => windows?.at(time)),
    nextWindow: (time) => windows?.after(time),
  };
}

/** Of many alerts that are judged in the same moment, the first one reckons for all. */
function remembered<Value>(of: (time: string) => Value): (time: string) => Value {
  let last: { readonly time: string; readonly value: Value } | undefined;
  return (time) => {
    if (last?.time !== time) last = { time, value: of(time) };
    return last.value;
  };
}

export function stateAt({ data, windowAt }: Silence, now: string): SilenceState {
  return silenceStateAt(data, windowAt(now) !== undefined, now);
}

/** Until when it is in force without a break; undefined: with its alert, or for ever. */
export function untilOf({ data, windowAt }: Silence, now: string): string | undefined {
  const window = windowAt(now);
  if (window === undefined) return data.endsAt;
  return data.endsAt === undefined ? window.endsAt : earlier(window.endsAt, data.endsAt);
}

/** Whether it was in force during all of a time that is over. */
export function covers({ data, windowAt }: Silence, from: string, to: string): boolean {
  if (from < data.startsAt || (data.endsAt !== undefined && to > data.endsAt)) return false;
  if (data.expired !== undefined && to > data.expired.at) return false;
  if (data.recurrence === undefined) return true;
  const window = windowAt(from);
  return window !== undefined && to <= window.endsAt;
}

/** Why it mutes an alert, as a mute of it. */
export function muteBy(silence: Silence, alert: Pick<Alert, 'said'>, now: string): Mute {
  const { id, matchers, author, comment, alert: one } = silence.data;
  const because = one === undefined ? evidenceOf(matchers, alert) : 'this alert';
  const until = untilOf(silence, now);
  const name = author.name ?? author.id;
  return {
    kind: 'silence',
    silenceId: id,
    why: `silenced by ${name}${until === undefined ? '' : ` until ${clock(until)}`} (${because}): ${comment}`,
    ...(until === undefined ? {} : { until }),
  };
}

function evidenceOf(matchers: SilenceData['matchers'], { said }: Pick<Alert, 'said'>): string {
  return [...new Set(matchers.map(({ name }) => name))]
    .map((name) => `${name}="${labelOf(said.labels, name)}"`)
    .join(', ');
}
