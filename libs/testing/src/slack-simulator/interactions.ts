import { createHmac, randomUUID } from 'node:crypto';
import { APP_ID, TEAM_ID, USERS, type Channel, type Message, type Workspace } from './workspace.js';

/** What a person did, and what the app answered. */
export interface Interaction {
  readonly at: string;
  readonly user: string;
  readonly actionId: string;
  readonly status: number | null;
  readonly body: string;
  readonly tookMs: number;
  /** Slack shows an error to the person after 3 s. */
  readonly wasLate: boolean;
}

const ANSWER_WITHIN_MS = 3_000;

/** Sends an interaction as Slack does: a signed form with a `payload`. */
export async function interact(
  where: { readonly url: string; readonly signingSecret: string; readonly simulatorUrl: string },
  press: {
    readonly channel: Channel;
    readonly message: Message;
    readonly actionId: string;
    readonly user: string;
    /** Of a button that is no longer there: the person's screen was behind. */
    readonly value?: string;
    /** Of an overflow menu: which of its options, by their text. */
    readonly option?: string;
  },
): Promise<Interaction> {
  const { channel, message, actionId, user, value, option } = press;
  const element = value === undefined ? actionIn(message.blocks, actionId) : { type: 'button', value };
  const action = element['type'] === 'overflow' ? selected(element, option) : element;
  const now = Date.now();
  const payload = {
    type: 'block_actions',
    token: 'deprecated',
    api_app_id: APP_ID,
    team: { id: TEAM_ID, domain: 'simulated' },
    enterprise: null,
    is_enterprise_install: false,
    user: { id: user, username: USERS[user] ?? user, name: USERS[user] ?? user, team_id: TEAM_ID },
    container: { type: 'message', message_ts: message.ts, channel_id: channel.id, is_ephemeral: false },
    trigger_id: `${now}.1.${randomUUID()}`,
    channel: { id: channel.id, name: channel.name },
    message: {
      type: 'message',
      user: message.user,
      ts: message.ts,
      text: message.text,
      blocks: message.blocks,
    },
    state: { values: {} },
    response_url: `${where.simulatorUrl}/__response/${channel.id}/${message.ts}/${user}`,
    actions: [{ ...action, action_id: actionId, action_ts: (now / 1_000).toFixed(6) }],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(now / 1_000));
  const signature = createHmac('sha256', where.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const answer = await fetch(where.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    },
    body,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS * 2),
  }).then(
    async (response) => ({ status: response.status, body: await response.text() }),
    (error: unknown) => ({ status: null, body: String(error) }),
  );
  const tookMs = Date.now() - now;
  return {
    at: new Date(now).toISOString(),
    user,
    actionId,
    ...answer,
    tookMs,
    wasLate: tookMs > ANSWER_WITHIN_MS,
  };
}

/** An overflow menu whose option was chosen: the options are not sent, but the one is. */
function selected(
  { options, ...menu }: Readonly<Record<string, unknown>>,
  chosen: string | undefined,
): Record<string, unknown> {
  const all = Array.isArray(options) ? (options as { text: { text: string } }[]) : [];
  const option = all.find(({ text }) => text.text === chosen);
  if (option === undefined) throw new Error(`the menu has no option ${chosen ?? ''}`);
  return { ...menu, selected_option: option };
}

/** What an app sends to a response_url: by default only its presser sees it. */
export function respond(
  workspace: Workspace,
  target: { readonly channelId: string; readonly ts: string; readonly user: string },
  body: Readonly<Record<string, unknown>>,
): void {
  const channel = workspace.byId(target.channelId);
  const message = channel?.messages.find(({ ts }) => ts === target.ts);
  const text = typeof body['text'] === 'string' ? body['text'] : '';
  const blocks = Array.isArray(body['blocks']) ? body['blocks'] : [];
  if (body['replace_original'] === true && message !== undefined) {
    message.text = text;
    message.blocks = blocks;
  } else {
    workspace.ephemerals.push({
      channel: target.channelId,
      user: target.user,
      text,
      blocks,
      at: new Date().toISOString(),
    });
  }
  workspace.changed();
}

function actionIn(blocks: readonly unknown[], actionId: string): Record<string, unknown> {
  for (const block of blocks) {
    if (typeof block !== 'object' || block === null) continue;
    const elements = [
      ...('elements' in block && Array.isArray(block.elements) ? (block.elements as unknown[]) : []),
      ...('accessory' in block ? [block.accessory] : []),
    ];
    for (const element of elements) {
      if (
        typeof element === 'object' &&
        element !== null &&
        'action_id' in element &&
        element.action_id === actionId
      ) {
        return { ...element, ...('block_id' in block ? { block_id: block.block_id } : {}) };
      }
    }
  }
  throw new Error(`the message has no button ${actionId}`);
}
