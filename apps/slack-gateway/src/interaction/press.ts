import { createHash } from 'node:crypto';
import { commandEvent, eventOf, type Actor, type CommandAnswer, type CommandEvent } from '@gomon/contracts';
import { z } from 'zod';
import { ACTIONS, CHOICES } from '../message/render-problem.js';

/** A press of a button, as far as it is looked at (`block_actions`, https://docs.slack.dev/reference/interaction-payloads). */
export const press = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().min(1), name: z.string().optional(), username: z.string().optional() }),
  response_url: z.url({ protocol: /^https?$/ }).optional(),
  container: z.object({ message_ts: z.string().optional(), channel_id: z.string().optional() }).optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        action_ts: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});
export type Press = z.infer<typeof press>;

const TYPES = {
  [ACTIONS.acknowledge]: 'gomon.command.v1.acknowledge-problem',
  [ACTIONS.resolve]: 'gomon.command.v1.resolve-problem',
  [ACTIONS.openIncident]: 'gomon.command.v1.open-incident',
  [ACTIONS.unacknowledge]: 'gomon.command.v1.unacknowledge-problem',
  [ACTIONS.escalate]: 'gomon.command.v1.escalate-problem',
  [ACTIONS.assignToMe]: 'gomon.command.v1.assign-problem',
  [ACTIONS.reopen]: 'gomon.command.v1.reopen-problem',
} as const;

/** What a press asks for. */
interface Wish {
  readonly type: CommandEvent['type'];
  /** Of a silence that is to end there is none. */
  readonly problemId?: string;
  readonly more: Readonly<Record<string, unknown>>;
}

const SNOOZE = 'silenced in Slack';

/** Undefined: it is none of ours. */
function wishOf(action: Press['actions'][number], user: Press['user']): Wish | undefined {
  const { action_id: id, value = '', selected_option: option } = action;
  if (isOurs(id)) {
    return { type: TYPES[id], problemId: value, more: id === ACTIONS.assignToMe ? { to: user.id } : {} };
  }
  if (id !== ACTIONS.more) return undefined;
  const [choice, ...rest] = (option?.value ?? '').split(':');
  if (choice === CHOICES.expire)
    return {
      type: 'gomon.command.v1.expire-silence',
      more: { silenceId: rest[0], reason: 'ended in Slack' },
    };
  const problemId = rest.at(-1) ?? '';
  const type = 'gomon.command.v1.create-silence';
  if (choice === CHOICES.silenceUntilResolved)
    return { type, problemId, more: { untilResolved: true, comment: SNOOZE } };
  if (choice !== CHOICES.silence) return undefined;
  return { type, problemId, more: { forMs: Number(rest[0]), comment: SNOOZE } };
}

/** The problem of which somebody wants to know why; undefined: the press is for something else. */
export function askedWhy({ actions: [action] }: Press): string | undefined {
  if (action?.action_id !== ACTIONS.more) return undefined;
  const [choice, id] = (action.selected_option?.value ?? '').split(':');
  return choice === CHOICES.why && z.uuid().safeParse(id).success ? id : undefined;
}

/** The command that a press asks for; undefined when its button is none of ours. The same press gives the same command. */
export function commandOf(pressed: Press, now: Date, traceparent: string): CommandEvent | undefined {
  const [action] = pressed.actions;
  const wish = action === undefined ? undefined : wishOf(action, pressed.user);
  if (action === undefined || wish === undefined) return undefined;
  const { problemId } = wish;
  if (problemId !== undefined && !z.uuid().safeParse(problemId).success) return undefined;
  const { user, container } = pressed;
  const name = user.name ?? user.username;
  const actor: Actor = { kind: 'slack', id: user.id, ...(name === undefined ? {} : { name }) };
  const identity = [
    user.id,
    container?.channel_id,
    container?.message_ts,
    action.action_id,
    action.action_ts,
    ...(action.selected_option ? [action.selected_option.value] : []),
  ];
  const id = `press.${createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32)}`;
  const data = {
    actor,
    ...(problemId === undefined ? {} : { target: { kind: 'problem' as const, id: problemId } }),
    ...wish.more,
  };
  const event = eventOf(wish.type, data, {
    id,
    source: 'gomon/slack-gateway',
    time: now,
    traceparent,
  });
  return commandEvent.safeParse(event).data;
}

function isOurs(actionId: string): actionId is keyof typeof TYPES {
  return Object.hasOwn(TYPES, actionId);
}

export const UNKNOWN_BUTTON = 'This button is not known here (any more): nothing was done.';

/** What the presser alone is told; undefined: the message itself says it all. */
export function wordsFor(answer: CommandAnswer | undefined): string | undefined {
  if (answer === undefined) return 'Accepted. It takes a little longer than usual; the message will show it.';
  if (answer.silence?.expired !== undefined && answer.outcome === 'done') return 'Done: the silence is over.';
  if (answer.silence !== undefined && answer.outcome === 'done')
    return `Done: ${answer.message}. It ends earlier with \`gomon silences expire ${answer.silence.id}\`.`;
  if (answer.outcome === 'done') return answer.hint === undefined ? undefined : `${answer.hint}.`;
  if (answer.outcome === 'forbidden') return `Nothing was done: ${answer.message}.`;
  if (answer.outcome === 'not-found') return 'Nothing was done: this problem is not known any more.';
  return `Nothing was done: ${answer.message}.`;
}
