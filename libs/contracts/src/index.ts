/**
 * The messages of GoMon and the words they use:
 *
 * - observation: one alert's state as a source reported it; report: one delivery of observations; source: kind and
 *   instance of the sender, by its credential.
 * - alert: the condition's life in the database; fingerprint: its identity; episode: one firing-to-resolved span.
 * - problem: alerts that belong together; one of them is primary, the likely cause.
 * - mute: what keeps an alert from being told. route, receiver: as in Prometheus Alertmanager.
 * - fact: something that happened (past tense); command: something to be done (imperative); query: a question;
 *   decision: what was decided and why.
 *
 * No I/O and no framework here: schemas (zod) are the single source of types and runtime checks.
 */
export * from './about.js';
export * from './actor.js';
export * from './alert.js';
export * from './clean-text.js';
export * from './cloud-event.js';
export * from './cluster.js';
export * from './command.js';
export * from './dead-letter.js';
export * from './environments.js';
export * from './file-fault.js';
export * from './history.js';
export * from './history-task.js';
export * from './incident.js';
export * from './incident-change.js';
export * from './labels.js';
export * from './matcher.js';
export * from './mute.js';
export * from './observation.js';
export * from './page-cursor.js';
export * from './problem.js';
export * from './query.js';
export * from './recurrence.js';
export type { EscalationStep } from './rules-file/attention.js';
export { OWNER_RECEIVER } from './rules-file/attention.js';
export * from './rules-file/check-rules-file.js';
export * from './rules-file/correlation.js';
export * from './rules-file/correlation-pack.js';
export { SAID_BY_TEXTS } from './rules-file/correlation-patterns.js';
export { duration as spanOfTime } from './rules-file/duration.js';
export * from './rules-file/rules-file.js';
export * from './rules-file/unseen-labels.js';
export * from './rules-version.js';
export * from './severity.js';
export * from './silence.js';
export * from './source.js';
export * from './spool-state.js';
export * from './subjects.js';
export * from './timestamp.js';
export * from './token.js';
export * from './why.js';
