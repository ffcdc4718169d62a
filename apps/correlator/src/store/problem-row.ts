import type {
  Acknowledgement,
  Announcement,
  Assignment,
  Ending,
  Escalation,
  LikelyCause,
  Merged,
  Severity,
  Storm,
  TimelineEntry,
  Told,
  ToldDigest,
} from '@gomon/contracts';
import type { Asking } from '../decide/attention.js';
import type { Archiving, Joins, Problem, ProblemMuted, Untold } from '../decide/state.js';
import { optional } from './alert-row.js';
import { incidentOf, type IncidentJson } from './incident-row.js';

/** A row of `problems` as `pg` reads it. */
export interface ProblemRow {
  readonly id: string;
  readonly scope: string;
  readonly version: number;
  readonly severity: Severity;
  readonly title: string;
  readonly source_kind: string;
  readonly source_instance: string;
  readonly primary_alert_id: string;
  readonly alerts_total: number;
  readonly alerts_firing: number;
  readonly likely_cause: LikelyCause | null;
  readonly merged: Merged | null;
  readonly starts_at: Date;
  readonly opened_at: Date;
  readonly updated_at: Date;
  readonly acknowledged: Acknowledgement | null;
  readonly escalated: Escalation | null;
  readonly assigned: Assignment | null;
  readonly resolved: Ending | null;
  readonly archived: Archiving | null;
  /** The row of `incidents`, where there is one. */
  readonly incident: IncidentJson | null;
  readonly channel: string;
  readonly timeline: readonly TimelineEntry[];
  readonly announced: Announcement | null;
  readonly told: readonly Told[];
  readonly untold: readonly Untold[];
  readonly asking: Asking | null;
  readonly held_until: Date | null;
  readonly incident_at: Date | null;
  readonly muted: ProblemMuted | null;
  readonly joins: readonly Joins[] | null;
  readonly storm: Storm | null;
  readonly digest: ToldDigest | null;
  readonly due_at: Date | null;
}

export const PROBLEM_COLUMNS = `id, scope, version, severity, title, source_kind, source_instance, primary_alert_id, alerts_total, alerts_firing,
  likely_cause, merged, starts_at,
  opened_at, updated_at, acknowledged_at, acknowledged, escalated_at, escalated, assigned_to, assigned,
  resolved_at, resolved, archived_at, archived, channel, timeline, announced, told, untold,
  asking, held_until, incident_at, muted, mute_keys, joins, storm, digest, due_at`;

/** The columns, and the incident beside them. */
export const PROBLEM_SELECTION = `${PROBLEM_COLUMNS},
  (select to_json(i) from incidents i where i.problem_id = problems.id) as incident`;

export function problemOf(row: ProblemRow): Problem {
  return {
    id: row.id,
    scope: row.scope,
    version: row.version,
    severity: row.severity,
    title: row.title,
    source: { kind: row.source_kind, instance: row.source_instance },
    primaryId: row.primary_alert_id,
    counts: { total: row.alerts_total, firing: row.alerts_firing },
    ...optional('likelyCause', row.likely_cause ?? undefined),
    ...optional('mergedInto', row.merged ?? undefined),
    startsAt: row.starts_at.toISOString(),
    openedAt: row.opened_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    ...optional('acknowledged', row.acknowledged ?? undefined),
    ...optional('escalated', row.escalated ?? undefined),
    ...optional('assigned', row.assigned ?? undefined),
    ...optional('resolved', row.resolved ?? undefined),
    ...optional('archived', row.archived ?? undefined),
    ...(row.incident === null ? {} : { incident: incidentOf(row.incident) }),
    channel: row.channel,
    timeline: row.timeline,
    ...optional('announced', row.announced ?? undefined),
    told: row.told,
    untold: row.untold,
    ...optional('asking', row.asking ?? undefined),
    ...optional('heldUntil', row.held_until?.toISOString()),
    ...optional('incidentAt', row.incident_at?.toISOString()),
    ...optional('muted', row.muted ?? undefined),
    ...optional('joins', row.joins ?? undefined),
    ...optional('storm', row.storm ?? undefined),
    ...optional('digest', row.digest ?? undefined),
    ...optional('dueAt', row.due_at?.toISOString()),
  };
}

/** The same as JSON, for `json_populate_recordset`. */
export function problemJson(problem: Problem): Record<string, unknown> {
  return {
    id: problem.id,
    scope: problem.scope,
    version: problem.version,
    severity: problem.severity,
    title: problem.title,
    source_kind: problem.source.kind,
    source_instance: problem.source.instance,
    primary_alert_id: problem.primaryId,
    alerts_total: problem.counts.total,
    alerts_firing: problem.counts.firing,
    likely_cause: problem.likelyCause,
    merged: problem.mergedInto,
    starts_at: problem.startsAt,
    opened_at: problem.openedAt,
    updated_at: problem.updatedAt,
    acknowledged_at: problem.acknowledged?.at,
    acknowledged: problem.acknowledged,
    escalated_at: problem.escalated?.at,
    escalated: problem.escalated,
    assigned_to: problem.assigned?.to,
    assigned: problem.assigned,
    resolved_at: problem.resolved?.at,
    resolved: problem.resolved,
    archived_at: problem.archived?.at,
    archived: problem.archived,
    channel: problem.channel,
    timeline: problem.timeline,
    announced: problem.announced,
    told: problem.told,
    untold: problem.untold,
    asking: problem.asking,
    held_until: problem.heldUntil,
    incident_at: problem.incidentAt,
    muted: problem.muted,
    mute_keys: problem.resolved === undefined ? problem.muted?.keys : undefined,
    joins: problem.joins,
    storm: problem.storm,
    digest: problem.digest,
    due_at: problem.dueAt,
  };
}
