import { createHash } from 'node:crypto';
import { commandEvent, eventOf, type Actor, type CommandAnswer, type CommandEvent } from '@gomon/contracts';
import { z } from 'zod';
import { ACTIONS } from '../message/render-problem.js';

/** A press of a button, as far as it is looked at (`block_actions`, https://docs.slack.dev/reference/interaction-payloads). */
export const press = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().min(1), name: z.string().optional(), username: z.string().optional() }),
  response_url: z.url({ protocol: /^https?$/ }).optional(),
  container: z.object({ message_ts: z.string().optional(), channel_id: z.string().optional() }).optional(),
  actions: z
    .array(z.object({ action_id: z.string(), action_ts: z.string(), value: z.string().optional() }))
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

/** The command that a press asks for; undefined when its button is none of ours. The same press gives the same command. */
export function commandOf(pressed: Press, now: Date, traceparent: string): CommandEvent | undefined {
  const [action] = pressed.actions;
  if (action === undefined || !isOurs(action.action_id)) return undefined;
  const target = z.uuid().safeParse(action.value);
  if (!target.success) return undefined;
  const { user, container } = pressed;
  const name = user.name ?? user.username;
  const actor: Actor = { kind: 'slack', id: user.id, ...(name === undefined ? {} : { name }) };
  const identity = [
    user.id,
    container?.channel_id,
    container?.message_ts,
    action.action_id,
    action.action_ts,
  ];
  const id = `press.${createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32)}`;
  const data = {
    actor,
    target: { kind: 'problem' as const, id: target.data },
    ...(action.action_id === ACTIONS.assignToMe ? { to: user.id } : {}),
  };
  const event = eventOf(TYPES[action.action_id], data, {
    id,
    source: 'gomon/slack-gateway',
    time: now,
    traceparent,
  });
  return commandEvent.parse(event);
}

function isOurs(actionId: string): actionId is keyof typeof TYPES {
  return Object.hasOwn(TYPES, actionId);
}

export const UNKNOWN_BUTTON = 'This button is not known here (any more): nothing was done.';

/** What the presser alone is told; undefined: the message itself says it all. */
export function wordsFor(answer: CommandAnswer | undefined): string | undefined {
  if (answer === undefined) return 'Accepted. It takes a little longer than usual; the message will show it.';
  if (answer.outcome === 'done') return answer.hint === undefined ? undefined : `${answer.hint}.`;
  if (answer.outcome === 'forbidden') return `Nothing was done: ${answer.message}.`;
  if (answer.outcome === 'not-found') return 'Nothing was done: this problem is not known any more.';
  return `Nothing was done: ${answer.message}.`;
}
