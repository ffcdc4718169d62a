import { faultOfTerms, type AlertCommand, type Silence as SilenceData } from '@gomon/contracts';
import { RecurrenceError } from '@gomon/contracts/windows';
import { nothing, type Changes } from './changes.js';
import { answer, nameOf } from './command-outcome.js';
import { idFrom } from './identity.js';
import { compileSilence, stateAt, type Silence } from './silences.js';
import type { Alert, State } from './state.js';
import { clock, plusMs } from './time.js';

type Command<Name extends string> = Extract<AlertCommand, { type: `gomon.command.v1.${Name}` }>;
export type SilenceCommand =
  Command<'create-silence'> | Command<'update-silence'> | Command<'expire-silence'>;

/** Silences are made, changed and ended; a command that is done again does nothing new. */
export function decideSilence(state: State, command: SilenceCommand, now: string): Changes {
  switch (command.type) {
    case 'gomon.command.v1.create-silence':
      return create(state, command, now);
    case 'gomon.command.v1.update-silence':
      return onKnown(state, command.data.silenceId, now, (known) => update(known, command.data, now));
    case 'gomon.command.v1.expire-silence':
      return onKnown(state, command.data.silenceId, now, ({ data }) =>
        written({ ...data, expired: expiry(command.data, now), updatedAt: now }, 'ended'),
      );
  }
}

function create(state: State, { id, data }: Command<'create-silence'>, now: string): Changes {
  const { actor, target, matchers, startsAt = now, forMs, untilResolved, recurrence, comment } = data;
  const alert = target === undefined ? undefined : targeted(state, target);
  if (target !== undefined && alert === undefined) {
    return answer('not-found', `there is no ${target.kind} ${target.id}`);
  }
  if (data.endsAt !== undefined && forMs !== undefined) {
    return answer('refused', 'forMs: either it or endsAt');
  }
  if (untilResolved === true && alert?.resolved !== undefined) {
    return answer('refused', `untilResolved: the alert ended at ${clock(alert.resolved.at)}`);
  }
  const endsAt = data.endsAt ?? (forMs === undefined ? undefined : plusMs(startsAt, forMs));
  const silence: SilenceData = {
    id: idFrom(now, 'silence', id),
    matchers,
    ...(alert === undefined ? {} : { alert: oneAlert(alert) }),
    startsAt,
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(untilResolved === undefined ? {} : { untilResolved }),
    ...(recurrence === undefined ? {} : { recurrence }),
    comment,
    author: actor,
    createdAt: now,
    updatedAt: now,
  };
  const fault = faultOfTerms(silence, alert !== undefined, now);
  if (fault !== undefined) return answer('refused', `${fault.field}: ${fault.message}`);
  const what = alert === undefined ? 'silenced' : `${alert.title} is silenced`;
  return written(silence, `${what}${endsAt === undefined ? '' : ` until ${clock(endsAt)}`}`);
}

function update({ data: known }: Silence, terms: Command<'update-silence'>['data'], now: string): Changes {
  const { matchers, startsAt, endsAt, recurrence, comment } = terms;
  const silence: SilenceData = {
    ...known,
    ...(matchers === undefined ? {} : { matchers }),
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(recurrence === undefined ? {} : { recurrence }),
    ...(comment === undefined ? {} : { comment }),
    updatedAt: now,
  };
  const fault = faultOfTerms(silence, silence.alert !== undefined, now);
  if (fault !== undefined) return answer('refused', `${fault.field}: ${fault.message}`);
  return written(silence, 'changed');
}

function onKnown(state: State, id: string, now: string, then: (known: Silence) => Changes): Changes {
  const known = state.around.silences.find(({ data }) => data.id === id);
  if (known === undefined) return answer('not-found', `there is no silence ${id}`);
  if (stateAt(known, now) !== 'expired') return then(known);
  const { expired, endsAt } = known.data;
  const by = expired === undefined ? '' : ` by ${nameOf(expired.by)}`;
  return answer(
    'without-effect',
    `it ended at ${clock(expired?.at ?? endsAt ?? now)}${by}`,
    undefined,
    undefined,
    id,
  );
}

/** A recurrence that cannot be used is refused with the reason. */
function written(data: SilenceData, message: string): Changes {
  try {
    const outcome = { kind: 'command', outcome: 'done', message, silenceId: data.id } as const;
    return { ...nothing(outcome), silences: [compileSilence(data)] };
  } catch (error) {
    if (!(error instanceof RecurrenceError)) throw error;
    return answer('refused', `recurrence: ${error.message}`);
  }
}

function expiry(
  { actor, reason }: Command<'expire-silence'>['data'],
  now: string,
): NonNullable<SilenceData['expired']> {
  return { at: now, by: actor, ...(reason === undefined ? {} : { reason }) };
}

function targeted(
  state: State,
  target: { readonly kind: 'problem' | 'alert'; readonly id: string },
): Alert | undefined {
  if (target.kind === 'alert') return state.alerts.get(target.id);
  return state.alerts.get(state.problems.get(target.id)?.primaryId ?? '');
}

function oneAlert({ id, scope, fingerprint, title }: Alert): NonNullable<SilenceData['alert']> {
  return { id, scope, fingerprint, title };
}

/** Silences that end because the one alert that they are for has. */
export function endedWithAlert(state: State, alert: Alert, now: string): readonly Silence[] {
  return state.around.silences.flatMap((silence) => {
    const { data } = silence;
    if (data.untilResolved !== true || data.alert?.id !== alert.id || data.expired !== undefined) return [];
    const by = { kind: 'system', id: 'resolved' } as const;
    return compileSilence({
      ...data,
      expired: { at: now, by, reason: 'its alert is resolved' },
      updatedAt: now,
    });
  });
}
