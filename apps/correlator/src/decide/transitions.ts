import type { AlertCommand, Role } from '@gomon/contracts';

/** What must hold of a problem for a command to do something. */
export type From =
  'open' | 'open, not acknowledged' | 'acknowledged' | 'ended by hand' | 'not archived' | 'any';

/** What a command does to a problem, and who may. */
export interface Transition {
  /** The least role that may; `system`: the gateways alone. */
  readonly who: Role | 'system';
  readonly from: From;
  /** In the audit; empty: it leaves nothing there. */
  readonly action: string;
  /** How the receivers are told. */
  readonly told: 'announced' | 'silently' | 'not at all';
  readonly does: string;
}

type NameIn<Type> = Type extends `gomon.command.v1.${infer Name}` ? Name : never;
export type AlertCommandName = NameIn<AlertCommand['type']>;

/** Every transition; the guard, the checks of `from` and the page in the documentation come from here. */
export const TRANSITIONS = {
  'acknowledge-problem': {
    who: 'responder',
    from: 'open, not acknowledged',
    action: 'acknowledged',
    told: 'silently',
    does: 'Somebody is on it.',
  },
  'unacknowledge-problem': {
    who: 'responder',
    from: 'acknowledged',
    action: 'unacknowledged',
    told: 'silently',
    does: 'Nobody is on it any more.',
  },
  'escalate-problem': {
    who: 'responder',
    from: 'open',
    action: 'escalated',
    told: 'announced',
    does: 'It is worse than it stands: one level, or to a level. It is acknowledged by nobody then, and P1 and P0 have an incident.',
  },
  'deescalate-problem': {
    who: 'responder',
    from: 'open',
    action: 'deescalated',
    told: 'silently',
    does: 'It is less bad than it stands: one level, or to a level. An incident stays.',
  },
  'assign-problem': {
    who: 'responder',
    from: 'open',
    action: 'assigned',
    told: 'silently',
    does: 'It is somebody’s, or nobody’s any more.',
  },
  'add-note': {
    who: 'responder',
    from: 'not archived',
    action: 'noted',
    told: 'silently',
    does: 'Something that others should know; it stands in the timeline.',
  },
  'resolve-problem': {
    who: 'responder',
    from: 'open',
    action: 'resolved',
    told: 'silently',
    does: 'It is over, or was noise. Provisional: what its source still reports after a while brings it back.',
  },
  'reopen-problem': {
    who: 'responder',
    from: 'ended by hand',
    action: 'reopened',
    told: 'silently',
    does: 'Takes an end by hand back.',
  },
  'open-incident': {
    who: 'responder',
    from: 'open',
    action: '',
    told: 'silently',
    does: 'Somebody must own it: an incident is opened in the provider.',
  },
  'merge-problems': {
    who: 'responder',
    from: 'open',
    action: 'merged',
    told: 'silently',
    does: 'It becomes part of another problem, which goes on. Whoever was on either is mentioned; that the other one becomes worse is announced.',
  },
  'split-problem': {
    who: 'responder',
    from: 'open',
    action: 'split',
    told: 'announced',
    does: 'Some of its alerts become a problem of their own.',
  },
  'move-alerts': {
    who: 'responder',
    from: 'open',
    action: 'moved',
    told: 'silently',
    does: 'Some of its alerts become part of another problem. What makes that one worse is announced. Of all three the alerts that stay are `placed` as well: see [what people decide](../users/correlation.md#what-people-decide).',
  },
  'archive-alert': {
    who: 'responder',
    from: 'not archived',
    action: 'archived',
    told: 'silently',
    does: 'An alert is put away, with a reason; a problem whose alerts are all archived is archived with them.',
  },
  'create-silence': {
    who: 'responder',
    from: 'any',
    action: '',
    told: 'not at all',
    does: 'What matches, or one alert, is not told: see [silences](../users/silences.md). What it mutes from then on stands in the audit as `muted`.',
  },
  'update-silence': {
    who: 'responder',
    from: 'any',
    action: '',
    told: 'not at all',
    does: 'Other terms for a silence that is not over.',
  },
  'expire-silence': {
    who: 'responder',
    from: 'any',
    action: '',
    told: 'not at all',
    does: 'A silence is over (the undo of it). What still fires and nobody was told of is told then.',
  },
  'record-told': {
    who: 'system',
    from: 'any',
    action: '',
    told: 'not at all',
    does: 'A gateway says where it told a problem.',
  },
  'record-incident': {
    who: 'system',
    from: 'any',
    action: '',
    told: 'silently',
    does: 'A gateway says what became of an incident.',
  },
} as const satisfies Readonly<Record<AlertCommandName, Transition>>;

export function transitionOf(type: AlertCommand['type']): Transition {
  return TRANSITIONS[type.slice('gomon.command.v1.'.length) as AlertCommandName];
}
