import type {
  About,
  Acknowledgement,
  Assignment,
  Ending,
  Escalation,
  Muted,
  Placement,
  Severity,
} from '@gomon/contracts';
import type { Alert, Archiving, Said } from '../decide/state.js';

/** A row of `alerts_active` or `alerts_archive` as `pg` reads it. */
export interface AlertRow {
  readonly id: string;
  readonly scope: string;
  readonly fingerprint: string;
  readonly source_kind: string;
  readonly source_instance: string;
  readonly episode: number;
  readonly severity: Severity;
  readonly title: string;
  readonly labels: Said['labels'];
  readonly details: Omit<Said, 'labels'>;
  readonly starts_at: Date | null;
  readonly latest_starts_at: Date | null;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly updated_at: Date;
  readonly observations: number;
  readonly heard_at: Date;
  /** bigint comes as text. */
  readonly heard_seq: string;
  readonly acknowledged: Acknowledgement | null;
  readonly assigned: Assignment | null;
  readonly resolved: Ending | null;
  readonly ended_by_source_at: Date | null;
  readonly ended_by_source_seq: string | null;
  readonly correlation_id: string;
  readonly missed_looks: number;
  readonly due_at: Date | null;
  readonly about: About;
  readonly inhibits: readonly string[] | null;
  readonly changes: readonly string[] | null;
  readonly flapping_since: Date | null;
  readonly muted: Muted | null;
  readonly escalated: Escalation | null;
  readonly incident_id: string | null;
  readonly lease_until: Date | null;
  readonly placed: Placement | null;
  readonly archived: Archiving | null;
}

export const ALERT_COLUMNS = `id, scope, fingerprint, source_kind, source_instance, episode, severity, title, labels, details,
  starts_at, latest_starts_at, first_seen_at, last_seen_at, updated_at, observations, heard_at, heard_seq,
  acknowledged_at, acknowledged, assigned_to, assigned, resolved_at, resolved, ended_by_source_at, ended_by_source_seq, correlation_id, due_at,
  extent, missed_looks, about, inhibits, changes, flapping_since, muted,
  escalated_at, escalated, incident_id, lease_until, placed`;

export function alertOf(row: AlertRow): Alert {
  return {
    id: row.id,
    scope: row.scope,
    fingerprint: row.fingerprint,
    source: { kind: row.source_kind, instance: row.source_instance },
    episode: row.episode,
    said: { ...row.details, labels: row.labels },
    severity: row.severity,
    title: row.title,
    ...optional('startsAt', row.starts_at?.toISOString()),
    ...optional('latestStartsAt', row.latest_starts_at?.toISOString()),
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    observations: row.observations,
    lastHeard: { acceptedAt: row.heard_at.toISOString(), order: Number(row.heard_seq) },
    ...optional('acknowledged', row.acknowledged ?? undefined),
    ...optional('assigned', row.assigned ?? undefined),
    ...optional('resolved', row.resolved ?? undefined),
    ...(row.ended_by_source_at === null
      ? {}
      : {
          endedBySource: {
            acceptedAt: row.ended_by_source_at.toISOString(),
            order: Number(row.ended_by_source_seq),
          },
        }),
    ...optional('archived', row.archived ?? undefined),
    problemId: row.correlation_id,
    about: row.about,
    ...optional('inhibits', row.inhibits ?? undefined),
    ...optional('changes', row.changes ?? undefined),
    ...optional('flappingSince', row.flapping_since?.toISOString()),
    ...optional('muted', row.muted ?? undefined),
    ...optional('escalated', row.escalated ?? undefined),
    ...optional('incidentId', row.incident_id ?? undefined),
    ...optional('leaseUntil', row.lease_until?.toISOString()),
    ...optional('placed', row.placed ?? undefined),
    missedLooks: row.missed_looks,
    ...optional('dueAt', row.due_at?.toISOString()),
  };
}

/** The same as JSON, for `json_populate_recordset`. */
export function alertJson(alert: Alert): Record<string, unknown> {
  const { labels, ...details } = alert.said;
  return {
    id: alert.id,
    scope: alert.scope,
    fingerprint: alert.fingerprint,
    source_kind: alert.source.kind,
    source_instance: alert.source.instance,
    episode: alert.episode,
    severity: alert.severity,
    title: alert.title,
    labels,
    details,
    starts_at: alert.startsAt,
    latest_starts_at: alert.latestStartsAt,
    first_seen_at: alert.firstSeenAt,
    last_seen_at: alert.lastSeenAt,
    updated_at: alert.updatedAt,
    observations: alert.observations,
    heard_at: alert.lastHeard.acceptedAt,
    // The column is older than that several reports may share a sequence.
    heard_seq: alert.lastHeard.order,
    acknowledged_at: alert.acknowledged?.at,
    acknowledged: alert.acknowledged,
    assigned_to: alert.assigned?.to,
    assigned: alert.assigned,
    resolved_at: alert.resolved?.at,
    resolved: alert.resolved,
    ended_by_source_at: alert.endedBySource?.acceptedAt,
    ended_by_source_seq: alert.endedBySource?.order,
    correlation_id: alert.problemId,
    due_at: alert.dueAt,
    extent: alert.said.extent,
    missed_looks: alert.missedLooks,
    about: alert.about,
    inhibits: alert.inhibits,
    changes: alert.changes,
    flapping_since: alert.flappingSince,
    muted: alert.muted,
    escalated_at: alert.escalated?.at,
    escalated: alert.escalated,
    incident_id: alert.incidentId,
    lease_until: alert.leaseUntil,
    placed: alert.placed,
    archived_at: alert.archived?.at,
    archived: alert.archived,
  };
}

/** A key only where there is a value. */
export function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Readonly<Record<Key, Value>>> {
  const present: Partial<Record<Key, Value>> = {};
  if (value !== undefined) present[key] = value;
  return present;
}
