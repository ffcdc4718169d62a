import { z } from 'zod';
import { actor } from './actor.js';
import { severity } from './severity.js';
import { timestamp } from './timestamp.js';

/** What a provider has of an incident. */
export const linkedIncident = z.object({
  opsgenieIncidentId: z.string().min(1),
  /** Where a person opens it. */
  externalUrl: z.string(),
  /** As we last left it there. */
  providerStatus: z.enum(['open', 'resolved']),
  at: timestamp,
});
export type LinkedIncident = z.infer<typeof linkedIncident>;

/** A problem that somebody must own, mirrored in the provider. It is open for as long as its problem is. */
export const incident = z.object({
  id: z.uuid(),
  status: z.enum(['open', 'resolved']),
  openedAt: timestamp,
  openedBy: actor,
  why: z.string(),
  resolvedAt: timestamp.optional(),
  /** Absent: the provider has none (yet). */
  linked: linkedIncident.optional(),
  /** What keeps the provider from having it as it is. */
  failure: z.object({ at: timestamp, reason: z.string() }).optional(),
});
export type Incident = z.infer<typeof incident>;

/** An incident by itself, with what its problem says. */
export const incidentView = incident.omit({ linked: true }).extend({
  ...linkedIncident.omit({ at: true }).partial().shape,
  problemId: z.uuid(),
  scope: z.string(),
  severity,
  title: z.string(),
});
export type IncidentView = z.infer<typeof incidentView>;
