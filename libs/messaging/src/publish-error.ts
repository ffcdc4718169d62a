import { JetStreamApiError, JetStreamError } from '@nats-io/jetstream';
import { PermissionViolationError } from '@nats-io/transport-node';
import { describeError } from './log.js';

/**
 * - no-answer: not connected, no stream takes the subject, or no acknowledgement in time. It may be stored all the same:
 *   publish again with the same id.
 * - refused: the stream or the server said no (full, no permission).
 * - overloaded: too many messages are on their way; it was not sent.
 * - too-large: it was not sent and never will be.
 */
export type PublishFailure = 'no-answer' | 'refused' | 'overloaded' | 'too-large';

/** A message that was not acknowledged by its stream. `retryable`: trying again can help. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
  constructor(
    readonly reason: PublishFailure,
    readonly retryable: boolean,
    readonly subject: string,
    detail: string,
    cause?: unknown,
  ) {
    super(`${subject} was not published (${reason}): ${detail}`, cause === undefined ? {} : { cause });
  }
}

/** JetStream's code for a message above the stream's max_msg_size. */
const MESSAGE_SIZE_EXCEEDS_MAXIMUM = 10054;

/** What an error of the client means for the sender. */
export function publishErrorOf(error: unknown, subject: string): PublishError {
  if (error instanceof PublishError) return error;
  const detail = describeError(error);
  if (error instanceof JetStreamApiError) {
    return error.code === MESSAGE_SIZE_EXCEEDS_MAXIMUM
      ? new PublishError('too-large', false, subject, detail, error)
      : new PublishError('refused', error.status >= 500 || error.status === 429, subject, detail, error);
  }
  if (detail.includes('max_payload')) return new PublishError('too-large', false, subject, detail, error);
  const cause = error instanceof Error ? error.cause : undefined;
  if (
    error instanceof JetStreamError ||
    error instanceof PermissionViolationError ||
    cause instanceof PermissionViolationError
  ) {
    return new PublishError('refused', true, subject, detail, error);
  }
  return new PublishError('no-answer', true, subject, detail, error);
}
