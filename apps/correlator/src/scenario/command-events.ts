import { eventOf, type Actor, type AlertCommand, type Matcher, type Target } from '@gomon/contracts';
import type { Alert } from '../decide/state.js';
import type { ProblemStep, SilenceTerms } from './commands.js';
import { isInAny, type LabelSubset } from './label-subset.js';
import { timeAt } from './moment.js';
import type { World } from './world.js';

/** Longer than any scenario. */
const TO_THE_END_MS = 30 * 86_400_000;

/** The commands that a step of a person is; none: there is nothing that it could be about. */
export function eventsOf(
  step: ProblemStep | SilenceTerms,
  world: World,
  id: string,
): readonly AlertCommand[] {
  const actor: Actor = { kind: 'slack', id: step.user };
  const event = <Type extends AlertCommand['type'], Data>(name: Type, data: Data, part = 0) =>
    eventOf(name, data, { id: `${id}.${part}`, source: 'gomon/scenario', time: new Date(timeAt(step.at)) });
  switch (step.command) {
    case 'silence': {
      const forMs = step.duration === undefined ? TO_THE_END_MS : Math.round(step.duration * 1_000);
      const data = { actor, matchers: matchersOf(step), forMs, comment: step.comment };
      return [event('gomon.command.v1.create-silence', data)];
    }
    case 'unsilence':
      return silencesOf(step, world).map((silenceId, index) =>
        event('gomon.command.v1.expire-silence', { actor, silenceId }, index),
      );
    default:
      break;
  }
  const alert = alertOf(step, world);
  if (alert === undefined) return [];
  const target: Target = { kind: 'alert', id: alert.id };
  const common = { actor, target };
  switch (step.command) {
    case 'acknowledge':
      return [event('gomon.command.v1.acknowledge-problem', { ...common, note: step.note })];
    case 'unacknowledge':
      return [event('gomon.command.v1.unacknowledge-problem', { ...common, note: step.note })];
    case 'escalate':
      return [event('gomon.command.v1.escalate-problem', { ...common, to: step.to, note: step.note })];
    case 'deescalate':
      return [event('gomon.command.v1.deescalate-problem', { ...common, to: step.to, note: step.note })];
    case 'assign':
      return [event('gomon.command.v1.assign-problem', { ...common, to: step.to })];
    case 'note':
      return [event('gomon.command.v1.add-note', { ...common, text: step.text })];
    case 'resolve':
      return [event('gomon.command.v1.resolve-problem', { ...common, reason: step.reason })];
    case 'reopen':
      return [event('gomon.command.v1.reopen-problem', { ...common, reason: step.reason })];
    case 'split': {
      const alertIds = withAlert(step, alert, world);
      return [event('gomon.command.v1.split-problem', { ...common, alertIds, reason: step.reason })];
    }
    case 'merge':
    case 'move': {
      const into = newestOf(step.into, world, false)?.problemId;
      if (into === undefined) return [];
      const { reason } = step;
      if (step.command === 'merge')
        return [event('gomon.command.v1.merge-problems', { ...common, into, reason })];
      const alertIds = withAlert(step, alert, world);
      return [event('gomon.command.v1.move-alerts', { ...common, alertIds, to: into, reason })];
    }
  }
}

function alertOf({ alert, command }: ProblemStep, world: World): Alert | undefined {
  return newestOf(alert, world, command === 'reopen');
}

/** Of the alerts that have the labels the newest that is open (or over, where that is wanted), else the newest. */
function newestOf(subset: LabelSubset, world: World, wantsOver: boolean): Alert | undefined {
  const meant = meantBy(subset, world);
  return meant.findLast(({ resolved }) => (resolved !== undefined) === wantsOver) ?? meant.at(-1);
}

/** All that have the labels and are part of the same problem as one of them. */
function withAlert({ alert }: ProblemStep, { problemId }: Alert, world: World): string[] {
  return meantBy(alert, world)
    .filter((one) => one.problemId === problemId)
    .map(({ id }) => id);
}

function meantBy(subset: LabelSubset, { alerts }: World): readonly Alert[] {
  const isMeant = isInAny([subset]);
  return [...alerts.values()].filter(({ said }) => isMeant(said.labels));
}

/** Those in force with the same terms; without terms all of them. */
function silencesOf(step: SilenceTerms, { silences }: World): readonly string[] {
  const wanted = JSON.stringify(matchersOf(step));
  return [...silences.values()]
    .map(({ data }) => data)
    .filter(({ expired, endsAt = '' }) => expired === undefined && endsAt > timeAt(step.at))
    .filter(({ matchers }) => wanted === '[]' || JSON.stringify(matchers) === wanted)
    .map(({ id }) => id);
}

function matchersOf({ alert, matchers }: SilenceTerms): Matcher[] {
  return [...alert, ...matchers];
}
