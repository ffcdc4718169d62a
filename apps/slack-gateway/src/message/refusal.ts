import { again, backoffMs, never, type Log, type Outcome } from '@gomon/messaging';
import type { Record } from './record-told.js';
import type { Telling } from './telling.js';

/** What we wrote is at fault: trying again does not help. */
const CONTENT_ERRORS = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_attachments',
  'msg_too_long',
  'msg_blocks_too_long',
  'no_text',
  'metadata_too_large',
]);
/** The message cannot be changed any more: it is posted again. */
const GONE_ERRORS = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'channel_not_found',
  'is_archived',
  'is_inactive',
]);
/** The channel does not take messages; another one may. */
const CHANNEL_ERRORS = /^(channel_not_found|not_in_channel|is_archived|restricted_action.*)$/;

export const isAboutContent = (error: string): boolean => CONTENT_ERRORS.has(error);
export const isGone = (error: string): boolean => GONE_ERRORS.has(error);
export const isAboutChannel = (error: string): boolean => CHANNEL_ERRORS.test(error);

const RETRY = { baseMs: 60_000, factor: 2, capMs: 10 * 60_000 };

/** Slack says no, and there is no other way: it is said and recorded. What a person may mend is tried again later. */
export async function outcomeOfRefusal(
  { problem, attempt }: Telling,
  refusal: { readonly channel: string; readonly error: string },
  { record, log }: { readonly record: Record; readonly log: Log },
): Promise<Outcome> {
  log('error', 'Slack refuses a message', { problem: problem.id, ...refusal });
  await record.failed(problem, refusal.channel, refusal.error);
  const reason = `Slack says ${refusal.error}`;
  return isAboutContent(refusal.error)
    ? never(reason)
    : again(backoffMs(attempt, Math.random(), RETRY), reason);
}
