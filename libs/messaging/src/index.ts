/**
 * Messages over NATS: the connection, the streams and their consumers, publishing with acknowledgement, Nest handlers for
 * streams, dead letters, commands and queries.
 */
export { backoffMs, jittered, type Backoff } from './backoff.js';
export { Claims, type Held } from './claims.js';
export { CommandSender } from './commands.js';
export type { NatsAddress } from './connection-options.js';
export {
  DeadLetterNotFoundError,
  DeadLetters,
  ReplayRefusedError,
  type StoredDeadLetter,
} from './dead-letters.js';
export { Convergence, type Shown } from './converge.js';
export { DEFAULT_POLICY, type DeliveryPolicy } from './delivery-policy.js';
export type { Delivery } from './delivery.js';
export { HandlerErrorFilter } from './handler-error-filter.js';
export { HandlerTimeoutError, JetStreamContext } from './handler.js';
export { REPLAY_OF_HEADER, TRACEPARENT_HEADER } from './headers.js';
export { describeError, type Log } from './log.js';
export { hasLostMessages } from './lost-messages.js';
export { Nats, NotConnectedError, type NatsOptions } from './nats.js';
export { NewestVersions } from './newest-versions.js';
export { again, done, never, type Outcome } from './outcome.js';
export { deadLetterOf, publishDeadLetter, type UnhandledMessage } from './publish-dead-letter.js';
export { PublishError, type PublishFailure } from './publish-error.js';
export { Publisher, type OutgoingMessage, type Stored } from './publisher.js';
export {
  queryClientOptions,
  QueryError,
  queryServerOptions,
  SafeReplyDeserializer,
  sendQuery,
  type Query,
  type QueryFailure,
} from './queries.js';
export { DestructiveChangeError, reconcileStreams, type ReconcileOptions } from './reconcile-streams.js';
export { BUCKETS, CONSUMERS, STREAMS, type ConsumerDeclaration, type StreamDeclaration } from './streams.js';
export {
  HandlerWiringError,
  JetStreamTransport,
  type Consumes,
  type JetStreamTransportOptions,
} from './transport.js';
export { trimConsumed } from './trim-consumed.js';
