import { failed, type Answer, type Arguments } from '../method.js';
import { faultsInBlocks } from '../validate-blocks.js';
import { mrkdwnIn, pingsIn, type Message } from '../workspace.js';

export type Content = Pick<Message, 'text' | 'blocks' | 'attachments' | 'pings'> & Pick<Message, 'metadata'>;

const LONGEST_POST = 40_000;
const METADATA_BYTES = 8_000;

/** What a call wants to show, checked; an answer when Slack would refuse it. */
export function contentOf(args: Arguments): { readonly content: Content } | { readonly refusal: Answer } {
  const text = typeof args['text'] === 'string' ? args['text'] : '';
  const blocks = args['blocks'] ?? [];
  const attachments = Array.isArray(args['attachments']) ? args['attachments'] : [];
  const faults = faultsInBlocks(blocks);
  if (faults.length > 0)
    return {
      refusal: failed(
        'invalid_blocks',
        faults.map((fault) => `[ERROR] ${fault}`),
      ),
    };
  if (!Array.isArray(blocks)) return { refusal: failed('invalid_blocks_format') };
  if (text === '' && blocks.length === 0 && attachments.length === 0) return { refusal: failed('no_text') };
  const { metadata } = args;
  if (metadata !== undefined) {
    const error = metadataError(metadata);
    if (error !== undefined) return { refusal: failed(error) };
  }
  const shown = text.slice(0, LONGEST_POST);
  // Beside blocks the text is a fallback, but what it mentions is notified all the same.
  const pings = [shown, ...mrkdwnIn(blocks), ...mrkdwnIn(attachments)].flatMap(pingsIn);
  return {
    content: {
      text: shown,
      blocks,
      attachments,
      pings,
      ...(isMetadata(metadata) && Object.keys(metadata).length > 0 ? { metadata } : {}),
    },
  };
}

function metadataError(metadata: unknown): string | undefined {
  if (typeof metadata === 'object' && metadata !== null && Object.keys(metadata).length === 0)
    return undefined;
  if (!isMetadata(metadata)) return 'invalid_metadata_format';
  if (JSON.stringify(metadata).length > METADATA_BYTES) return 'metadata_too_large';
  const isFlat = Object.values(metadata.event_payload).every(
    (value) =>
      ['string', 'number', 'boolean'].includes(typeof value) || (typeof value === 'object' && value !== null),
  );
  return isFlat ? undefined : 'invalid_metadata_schema';
}

function isMetadata(value: unknown): value is NonNullable<Message['metadata']> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'event_type' in value &&
    typeof value.event_type === 'string' &&
    'event_payload' in value &&
    typeof value.event_payload === 'object' &&
    value.event_payload !== null
  );
}

/** A message as the API shows it. */
export function shown(message: Message, withMetadata: boolean): Record<string, unknown> {
  const { ts, user, text, blocks, metadata, thread_ts, isBroadcast, edited } = message;
  return {
    type: 'message',
    ts,
    user,
    bot_id: 'B0GOMON',
    app_id: 'A0GOMON',
    text,
    blocks,
    ...(thread_ts === undefined ? {} : { thread_ts }),
    ...(isBroadcast === true ? { subtype: 'thread_broadcast' } : {}),
    ...(edited === undefined ? {} : { edited }),
    ...(metadata === undefined
      ? {}
      : { metadata: withMetadata ? metadata : { event_type: metadata.event_type } }),
  };
}
