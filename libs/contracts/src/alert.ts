import { z } from 'zod';
import { about } from './about.js';
import { actor } from './actor.js';
import { cloudEvent } from './cloud-event.js';
import { muted } from './mute.js';
import { observation } from './observation.js';
import { severity } from './severity.js';
import { source } from './source.js';
import { timestamp } from './timestamp.js';

/** Status as people read it; stored as facts (acknowledged at, resolved at), so that both can hold. */
export const status = z.enum(['firing', 'acknowledged', 'escalated', 'resolved', 'archived']);
export type Status = z.infer<typeof status>;

/**
 * How an episode ended. An end made by us (by a person, by silence, because its source no longer holds it) is provisional:
 * the source may still report the alert.
 */
export const ending = z.object({
  at: timestamp,
  by: z.enum(['source', 'person', 'timeout', 'reconciliation', 'merge']),
  actor: actor.optional(),
  reason: z.string().optional(),
  /** Whoever ended it says that it was nothing that anybody should have been told. */
  noise: z.boolean().optional(),
});
export type Ending = z.infer<typeof ending>;

export const acknowledgement = z.object({
  at: timestamp,
  by: actor,
  note: z.string().optional(),
  /** What it was given for: what becomes worse than that, nobody has said that they are on. */
  scope: z
    .object({
      severity,
      /** Whose alerts of the problem are. */
      owners: z.array(z.string()),
      alerts: z.number().int().positive(),
    })
    .optional(),
});
export type Acknowledgement = z.infer<typeof acknowledgement>;

/** A person has changed the severity. `from` is what it was before any person did. */
export const escalation = z.object({
  at: timestamp,
  by: actor,
  from: severity,
  to: severity,
  note: z.string().optional(),
});
export type Escalation = z.infer<typeof escalation>;

/** Whose it is. */
export const assignment = z.object({ at: timestamp, by: actor, to: z.string() });
export type Assignment = z.infer<typeof assignment>;

/** A person has decided which problem it is part of: for as long as the episode lives, the rules leave it there. */
export const placement = z.object({ at: timestamp, by: actor });
export type Placement = z.infer<typeof placement>;

/** An alert as readers see it. */
export const alertView = observation.omit({ status: true, notes: true }).extend({
  id: z.uuid(),
  /** Identity, computed by the correlator from scope, source and identifying labels. */
  fingerprint: z.string(),
  scope: z.string(),
  source,
  status,
  severity,
  title: z.string(),
  /** Counts the firing-to-resolved spans of this fingerprint. */
  episode: z.number().int().positive(),
  /** Observations of this episode, repeats included. */
  observations: z.number().int().nonnegative(),
  firstSeenAt: timestamp,
  lastSeenAt: timestamp,
  updatedAt: timestamp,
  acknowledged: acknowledgement.optional(),
  assigned: assignment.optional(),
  resolved: ending.optional(),
  escalated: escalation.optional(),
  incidentId: z.uuid().optional(),
  about: about.default({}),
  /** What keeps it from being told, or kept it until it ended. */
  muted: muted.optional(),
  /** It changes all the time, since then. */
  flappingSince: timestamp.optional(),
  /** The problem it belongs to. */
  problemId: z.uuid(),
  placed: placement.optional(),
  notes: z.array(z.string()).optional(),
});
export type AlertView = z.infer<typeof alertView>;

/** What changed with alerts in one transaction of the correlator: one message for all of them. */
export const alertsChanged = z.object({
  scope: z.string(),
  changes: z.array(
    z.object({
      fact: z.enum(['fired', 'changed', 'resolved', 'acknowledged', 'archived']),
      alertId: z.uuid(),
      fingerprint: z.string(),
      problemId: z.uuid(),
      source,
      title: z.string(),
      severity,
      status,
      episode: z.number().int().positive(),
      startsAt: timestamp.optional(),
      at: timestamp,
      why: z.string(),
    }),
  ),
});
export type AlertsChanged = z.infer<typeof alertsChanged>;

export const alertsChangedEvent = cloudEvent('gomon.alert.v1.changed', alertsChanged);
export type AlertsChangedEvent = z.infer<typeof alertsChangedEvent>;
