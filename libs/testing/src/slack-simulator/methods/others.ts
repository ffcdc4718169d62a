import { failed, type Method } from '../method.js';
import { APP_ID, BOT_USER, TEAM_ID, USERS, type Channel } from '../workspace.js';
import { contentOf, shown } from './content.js';

/** https://docs.slack.dev/reference/methods/auth.test */
export const authTest: Method = () => ({
  ok: true,
  url: 'https://gomon-simulator.example/',
  team: 'simulated',
  user: USERS[BOT_USER],
  team_id: TEAM_ID,
  user_id: BOT_USER,
  bot_id: 'B0GOMON',
  app_id: APP_ID,
  is_enterprise_install: false,
});

/** https://docs.slack.dev/reference/methods/chat.postEphemeral */
export const postEphemeral: Method = (args, workspace) => {
  const channel = workspace.byIdOrName(args['channel']);
  if (channel === undefined) return failed('channel_not_found');
  if (channel.isArchived) return failed('is_archived');
  const { user } = args;
  if (typeof user !== 'string' || !Object.hasOwn(USERS, user)) return failed('user_not_in_channel');
  const checked = contentOf(args);
  if ('refusal' in checked) return checked.refusal;
  const { text, blocks } = checked.content;
  workspace.ephemerals.push({ channel: channel.id, user, text, blocks, at: new Date().toISOString() });
  workspace.changed();
  return { ok: true, message_ts: workspace.nextTs() };
};

/** https://docs.slack.dev/reference/methods/chat.delete */
export const deleteMessage: Method = (args, workspace) => {
  const channel = workspace.byId(args['channel']);
  if (channel === undefined) return failed('channel_not_found');
  const index = channel.messages.findIndex(({ ts }) => ts === args['ts']);
  if (index < 0) return failed('message_not_found');
  if (channel.messages[index]?.user !== BOT_USER) return failed('cant_delete_message');
  channel.messages.splice(index, 1);
  workspace.changed();
  return { ok: true, channel: channel.id, ts: args['ts'] };
};

/** https://docs.slack.dev/reference/methods/conversations.history */
export const history: Method = (args, workspace) => {
  const channel = workspace.byId(args['channel']);
  if (channel === undefined) return failed('channel_not_found');
  if (!channel.isMember) return failed('not_in_channel');
  const oldest = timeOf(args['oldest'], 0);
  const latest = timeOf(args['latest'], Infinity);
  if (Number.isNaN(oldest)) return failed('invalid_ts_oldest');
  if (Number.isNaN(latest)) return failed('invalid_ts_latest');
  const isInclusive = args['inclusive'] === true || args['inclusive'] === 'true';
  const isIn = (ts: number) => (isInclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest);
  const parents = channel.messages.filter(
    ({ ts, thread_ts, isBroadcast }) =>
      isIn(Number(ts)) && ((thread_ts ?? ts) === ts || isBroadcast === true),
  );
  return page(
    args,
    parents.toReversed().map((message) => shown(message, isSet(args['include_all_metadata']))),
  );
};

/** https://docs.slack.dev/reference/methods/conversations.replies */
export const replies: Method = (args, workspace) => {
  const channel = workspace.byId(args['channel']);
  if (channel === undefined) return failed('channel_not_found');
  const thread = channel.messages.filter(
    ({ ts, thread_ts }) => ts === args['ts'] || thread_ts === args['ts'],
  );
  if (thread.length === 0) return failed('thread_not_found');
  return page(
    args,
    thread.map((message) => shown(message, isSet(args['include_all_metadata']))),
  );
};

function page(args: Readonly<Record<string, unknown>>, messages: readonly unknown[]) {
  const from = args['cursor'] === undefined || args['cursor'] === '' ? 0 : Number(args['cursor']);
  if (!Number.isSafeInteger(from) || from < 0) return failed('invalid_cursor');
  const limit = Math.min(999, Number(args['limit'] ?? 100));
  const end = from + limit;
  const hasMore = end < messages.length;
  return {
    ok: true,
    messages: messages.slice(from, end),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? String(end) : '' },
  };
}

/** https://docs.slack.dev/reference/methods/conversations.list */
export const listChannels: Method = (_args, workspace) => ({
  ok: true,
  channels: workspace.channels.map(channelShown),
  response_metadata: { next_cursor: '' },
});

/** https://docs.slack.dev/reference/methods/conversations.info */
export const channelInfo: Method = (args, workspace) => {
  const channel = workspace.byId(args['channel']);
  return channel === undefined ? failed('channel_not_found') : { ok: true, channel: channelShown(channel) };
};

/** https://docs.slack.dev/reference/methods/conversations.join */
export const joinChannel: Method = (args, workspace) => {
  const channel = workspace.byId(args['channel']);
  if (channel === undefined) return failed('channel_not_found');
  if (channel.isArchived) return failed('is_archived');
  channel.isMember = true;
  return { ok: true, channel: channelShown(channel) };
};

/** https://docs.slack.dev/reference/methods/users.info */
export const userInfo: Method = (args) => {
  const { user } = args;
  if (typeof user !== 'string' || !Object.hasOwn(USERS, user)) return failed('user_not_found');
  return { ok: true, user: { id: user, name: USERS[user], real_name: USERS[user] } };
};

function channelShown({ id, name, isArchived, isMember }: Channel): Record<string, unknown> {
  return { id, name, is_channel: true, is_private: false, is_archived: isArchived, is_member: isMember };
}

function timeOf(value: unknown, fallback: number): number {
  return value === undefined || value === '' ? fallback : Number(value);
}

function isSet(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}
