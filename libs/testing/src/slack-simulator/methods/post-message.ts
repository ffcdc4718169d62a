import { failed, type Method } from '../method.js';
import { BOT_USER, type Message } from '../workspace.js';
import { contentOf, shown } from './content.js';

/** https://docs.slack.dev/reference/methods/chat.postMessage */
export const postMessage: Method = (args, workspace) => {
  const channel = workspace.byIdOrName(args['channel']);
  if (channel === undefined) return failed('channel_not_found');
  if (channel.isArchived) return failed('is_archived');
  if (!channel.isMember) return failed('not_in_channel');
  const checked = contentOf(args);
  if ('refusal' in checked) return checked.refusal;
  const threadTs = args['thread_ts'];
  // A reply to a parent that is not there lands in the channel, without an error.
  const hasParent = channel.messages.some(({ ts }) => ts === threadTs);
  const message: Message = {
    ts: workspace.nextTs(),
    user: BOT_USER,
    ...checked.content,
    ...(typeof threadTs === 'string' && hasParent
      ? {
          thread_ts: threadTs,
          isBroadcast: args['reply_broadcast'] === true || args['reply_broadcast'] === 'true',
        }
      : {}),
  };
  workspace.add(channel, message);
  return { ok: true, channel: channel.id, ts: message.ts, message: shown(message, true) };
};
