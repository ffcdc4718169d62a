import { failed, type Method } from '../method.js';
import { BOT_USER } from '../workspace.js';
import { contentOf, shown } from './content.js';

const LONGEST_UPDATE = 4_000;

/** https://docs.slack.dev/reference/methods/chat.update */
export const update: Method = (args, workspace) => {
  const channel = workspace.byId(args['channel']);
  if (channel === undefined) return failed('channel_not_found');
  if (channel.isArchived) return failed('is_archived');
  const message = channel.messages.find(({ ts }) => ts === args['ts']);
  if (message === undefined) return failed('message_not_found');
  if (message.user !== BOT_USER) return failed('cant_update_message');
  const { text } = args;
  if (typeof text === 'string' && text.length > LONGEST_UPDATE) {
    return failed('msg_too_long', ['[ERROR] the text of an update cannot exceed 4,000 characters']);
  }
  const hasContent =
    args['text'] !== undefined || args['blocks'] !== undefined || args['attachments'] !== undefined;
  if (!hasContent) return failed('no_text');
  const checked = contentOf(args);
  if ('refusal' in checked) return checked.refusal;
  const { content } = checked;
  message.text = content.text;
  // A text without blocks removes the blocks that were there.
  message.blocks = content.blocks;
  message.pings = content.pings;
  if (args['metadata'] !== undefined) {
    if (content.metadata === undefined) delete message.metadata;
    else message.metadata = content.metadata;
  }
  message.edited = { user: BOT_USER, ts: workspace.nextTs() };
  workspace.changed();
  return { ok: true, channel: channel.id, ts: message.ts, text: message.text, message: shown(message, true) };
};
