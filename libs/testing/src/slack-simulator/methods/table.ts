import type { Method } from '../method.js';
import {
  authTest,
  channelInfo,
  deleteMessage,
  history,
  joinChannel,
  listChannels,
  postEphemeral,
  replies,
  userInfo,
} from './others.js';
import { postMessage } from './post-message.js';
import { update } from './update.js';

/** How many calls a minute a tier allows at least (https://docs.slack.dev/apis/web-api/rate-limits). */
const TIERS = { tier2: 20, tier3: 50, tier4: 100, special: 600 } as const;

/** The methods of the Web API that are simulated, with their calls a minute. */
export const METHODS: Readonly<Record<string, { readonly call: Method; readonly perMinute: number }>> = {
  'auth.test': { call: authTest, perMinute: TIERS.special },
  'chat.postMessage': { call: postMessage, perMinute: TIERS.special },
  'chat.update': { call: update, perMinute: TIERS.tier3 },
  'chat.postEphemeral': { call: postEphemeral, perMinute: TIERS.tier4 },
  'chat.delete': { call: deleteMessage, perMinute: TIERS.tier3 },
  'conversations.history': { call: history, perMinute: TIERS.tier3 },
  'conversations.replies': { call: replies, perMinute: TIERS.tier3 },
  'conversations.list': { call: listChannels, perMinute: TIERS.tier2 },
  'conversations.info': { call: channelInfo, perMinute: TIERS.tier3 },
  'conversations.join': { call: joinChannel, perMinute: TIERS.tier3 },
  'users.info': { call: userInfo, perMinute: TIERS.tier4 },
};
