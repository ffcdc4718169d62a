import { z } from 'zod';
import { about } from './about.js';
import { actor } from './actor.js';
import { acknowledgement, assignment, ending, escalation, status } from './alert.js';
import { cloudEvent } from './cloud-event.js';
import { incident } from './incident.js';
import { labels } from './labels.js';
import { muted } from './mute.js';
import { observation } from './observation.js';
import { severity } from './severity.js';
import { source } from './source.js';
import { timestamp } from './timestamp.js';

/** At most so many members and timeline entries travel with a problem. */
export const SAMPLE_MEMBERS = 20;
export const TIMELINE_ENTRIES = 20;

export const timelineEntry = z.object({ at: timestamp, text: z.string(), by: actor.optional() });
export type TimelineEntry = z.infer<typeof timelineEntry>;

/** When attention was asked for last, and why. A message that only changes asks for none. */
export const announcement = z.object({
  /** Of the problem. */
  version: z.number().int().positive(),
  at: timestamp,
  why: z.string(),
  /** Whom Slack is to notify: ids of members (`U…`) and user groups (`S…`), `here`, `channel`. */
  mention: z.array(z.string()).optional(),
});
export type Announcement = z.infer<typeof announcement>;

/** Why an alert is taken for the likely cause of the others. */
export const likelyCause = z.object({
  /** In words. */
  why: z.string(),
  /** 0 to 1: how much speaks for it. */
  score: z.number().min(0).max(1),
});
export type LikelyCause = z.infer<typeof likelyCause>;

/** The problem that another one has become a part of. */
export const merged = z.object({ problemId: z.uuid(), at: timestamp, why: z.string() });
export type Merged = z.infer<typeof merged>;

/** So many alerts join a problem that digests are told of them instead of single notices. */
export const storm = z.object({
  /** By which limit, as the rules name it. */
  rule: z.string(),
  since: timestamp,
  /** Of the last digest, or of its beginning. */
  from: timestamp,
  /** Alerts that joined and that ended since then. */
  joined: z.number().int().nonnegative(),
  ended: z.number().int().nonnegative(),
  /** So many digests were told. */
  digests: z.number().int().nonnegative(),
  nextAt: timestamp,
});
export type Storm = z.infer<typeof storm>;

/** Of each kind at most so many are named in a digest; what is left is counted together. */
export const DIGEST_ENTRIES = 5;

const share = { total: z.number().int().nonnegative(), firing: z.number().int().nonnegative() };
const others = z.object({ ...share, names: z.number().int().positive() });

/** What a problem in a storm is made of: counts instead of each of its alerts. */
export const digest = z.object({
  /** Counted from 1 in each storm. */
  number: z.number().int().positive(),
  at: timestamp,
  /** Of the digest before, or of the beginning of the storm. */
  from: timestamp,
  /** Alerts that joined and that ended since then. */
  joined: z.number().int().nonnegative(),
  ended: z.number().int().nonnegative(),
  /** Of the alerts that the problem has now; those that fire are still open. */
  ...share,
  severities: z.array(z.object({ ...share, severity })).max(severity.options.length),
  /** Where most fire; an empty name: no namespace. */
  namespaces: z.array(z.object({ ...share, name: z.string() })).max(DIGEST_ENTRIES),
  otherNamespaces: others.optional(),
  /** What fires most. */
  titles: z.array(z.object({ ...share, name: z.string() })).max(DIGEST_ENTRIES),
  otherTitles: others.optional(),
  /** The storm is over. */
  last: z.boolean(),
});
export type Digest = z.infer<typeof digest>;

/** A digest that was told. `version`: of the problem. */
export const toldDigest = digest.extend({ version: z.number().int().positive() });
export type ToldDigest = z.infer<typeof toldDigest>;

/** Where a problem was told: the record by which a gateway finds its message again. */
export const told = z.object({
  receiver: z.enum(['slack']),
  /** As it was routed, e.g. `#alert-critical`. */
  channel: z.string(),
  /** Slack's channel id and message ts. */
  channelId: z.string(),
  ts: z.string(),
  /** The version of the problem that the message shows. */
  version: z.number().int().positive(),
  /** The version of the last announcement that was told there. */
  announced: z.number().int().positive().optional(),
  /** The version of the last digest that was told there. */
  digested: z.number().int().positive().optional(),
  at: timestamp,
});
export type Told = z.infer<typeof told>;

/** One of the alerts that belong to a problem. */
export const problemMember = z.object({
  alertId: z.uuid(),
  title: z.string(),
  severity,
  status,
  primary: z.boolean(),
  startsAt: timestamp.optional(),
  endsAt: timestamp.optional(),
});
export type ProblemMember = z.infer<typeof problemMember>;

/** A problem as readers see it: its present state, whole, so that no second question is needed. */
export const problemView = z.object({
  id: z.uuid(),
  scope: z.string(),
  /** Plus one with each transaction that changes the problem. Readers ignore versions older than what they know. */
  version: z.number().int().positive(),
  status,
  severity,
  title: z.string(),
  source,
  /** What the primary alert (the likely cause) says. */
  primary: observation
    .omit({ status: true, notes: true, details: true })
    .extend({ alertId: z.uuid(), labels, annotations: labels, about: about.default({}) }),
  startsAt: timestamp,
  openedAt: timestamp,
  updatedAt: timestamp,
  acknowledged: acknowledgement.optional(),
  escalated: escalation.optional(),
  assigned: assignment.optional(),
  resolved: ending.optional(),
  /** What keeps it from being told, or kept it until it ended. */
  muted: muted.optional(),
  /** It changes all the time, since then. */
  flappingSince: timestamp.optional(),
  /** Alerts that a person has ended while their source still reports them, by title. */
  stillReported: z.array(z.string()).optional(),
  /** Somebody must own it. */
  incident: incident.optional(),
  /** Somebody was called for another problem right before: it is an incident from then on, unless its cause is told. */
  incidentAt: timestamp.optional(),
  /** Why the primary alert is taken for the cause of the others; absent: there are no others, or nothing is known of it. */
  likelyCause: likelyCause.optional(),
  /** Its alerts belong to another problem now. */
  mergedInto: merged.optional(),
  counts: z.object({
    total: z.number().int().nonnegative(),
    firing: z.number().int().nonnegative(),
    resolved: z.number().int().nonnegative(),
  }),
  members: z.array(problemMember).max(SAMPLE_MEMBERS),
  timeline: z.array(timelineEntry).max(TIMELINE_ENTRIES),
  announced: announcement.optional(),
  storm: storm.optional(),
  /** The newest. */
  digest: toldDigest.optional(),
  told: z.array(told),
});
export type ProblemView = z.infer<typeof problemView>;

/** Who is to be told of a problem, and why now. `announce` asks for attention; else the message is updated silently. */
export const tell = z.object({
  receiver: z.enum(['slack']),
  channel: z.string(),
  announce: z.boolean(),
  why: z.array(z.string()),
});
export type Tell = z.infer<typeof tell>;

export const problemFact = z.enum(['opened', 'changed', 'resolved', 'archived']);
export type ProblemFact = z.infer<typeof problemFact>;

export const problemChange = z.object({ problem: problemView, tell });
export type ProblemChange = z.infer<typeof problemChange>;

export const problemOpenedEvent = cloudEvent('gomon.problem.v1.opened', problemChange);
export const problemChangedEvent = cloudEvent('gomon.problem.v1.changed', problemChange);
export const problemResolvedEvent = cloudEvent('gomon.problem.v1.resolved', problemChange);
export const problemArchivedEvent = cloudEvent('gomon.problem.v1.archived', problemChange);

/** Any fact of a problem; each carries the whole present state. */
export const problemEvent = z.discriminatedUnion('type', [
  problemOpenedEvent,
  problemChangedEvent,
  problemResolvedEvent,
  problemArchivedEvent,
]);
export type ProblemEvent = z.infer<typeof problemEvent>;
