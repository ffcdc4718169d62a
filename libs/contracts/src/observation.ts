import { z } from 'zod';
import { labels } from './labels.js';
import { source } from './source.js';
import { cloudEvent } from './cloud-event.js';
import { timestamp } from './timestamp.js';

/** One alert's state as a source reported it. */
export const observation = z.object({
  status: z.enum(['firing', 'resolved']),
  labels,
  annotations: labels,
  /** When the condition began, as the sender says. */
  startsAt: timestamp.optional(),
  /** resolved: when it ended. firing: the end of a lease, where the sender gives one. */
  endsAt: timestamp.optional(),
  /** The sender's own fingerprint: information, never our identity. By it a snapshot names what it holds. */
  senderFingerprint: z.string().optional(),
  /** The part of its source in whose snapshots it is held, e.g. `pods/monitoring`. */
  extent: z.string().min(1).max(300).optional(),
  /** Grafana's rule, which also ties its NoData and Error alerts to it. */
  ruleUid: z.string().optional(),
  /** Why the sender's state is what it is, e.g. Grafana's `MissingSeries`: such an end proves no health. */
  stateReason: z.string().optional(),
  generatorUrl: z.string().optional(),
  silenceUrl: z.string().optional(),
  dashboardUrl: z.string().optional(),
  panelUrl: z.string().optional(),
  imageUrl: z.string().optional(),
  /** Measured values by query, null where one was not a number. */
  values: z.record(z.string(), z.number().nullable()).optional(),
  valueString: z.string().optional(),
  /** Fields of the sender that have no place above, as they came. */
  details: z.record(z.string(), z.json()).optional(),
  /** What was changed at the border, in words (cut, cleaned, converted). */
  notes: z.array(z.string()).optional(),
});
export type Observation = z.infer<typeof observation>;

/** The group in which a webhook delivered its alerts; kept as it came, as information. */
export const deliveryGroup = z.object({
  receiver: z.string().optional(),
  status: z.string().optional(),
  groupKey: z.string().optional(),
  groupLabels: labels.optional(),
  commonLabels: labels.optional(),
  commonAnnotations: labels.optional(),
  externalUrl: z.string().optional(),
  title: z.string().optional(),
  message: z.string().optional(),
  /** Alerts the sender cut off: a resolved group with some of them says nothing about those. */
  truncatedAlerts: z.number().int().nonnegative().optional(),
  details: z.record(z.string(), z.json()).optional(),
});
export type DeliveryGroup = z.infer<typeof deliveryGroup>;

/**
 * What a source held to be true of one part of itself when it looked. An open alert of that part which it does not hold is
 * over after two looks. Its observations stand beside it, or came before.
 */
export const snapshot = z.object({
  extent: z.string().min(1).max(300),
  /** The sender's fingerprints of what fires, and of what may still do: such an alert stays open, and none opens. */
  holds: z.array(z.string()),
});
export type Snapshot = z.infer<typeof snapshot>;

/**
 * One delivery of a source, accepted whole. Its event id is made once for the delivery and kept by our own retries.
 * `delta`: what changed, as webhooks tell it. `snapshot`: beside it, all that the source holds to be true of one part of itself.
 */
export const report = z.object({
  kind: z.enum(['delta', 'snapshot']),
  /** The cluster whose alerts these are: all of one scope is decided by one writer. */
  scope: z.string().min(1),
  source,
  acceptedAt: timestamp,
  /** A delivery above the message size is split; parts count from 0. */
  part: z.object({ index: z.number().int().nonnegative(), of: z.number().int().positive() }).optional(),
  group: deliveryGroup.optional(),
  /** Of a snapshot. */
  snapshot: snapshot.optional(),
  observations: z.array(observation),
});
export type Report = z.infer<typeof report>;

export const observedEvent = cloudEvent('gomon.observed.v1', report);
export type ObservedEvent = z.infer<typeof observedEvent>;
