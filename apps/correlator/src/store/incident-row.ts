import type { Actor } from '@gomon/contracts';
import type { Incident, Problem } from '../decide/state.js';
import { optional } from './alert-row.js';

/** A row of `incidents` as PostgreSQL writes it as JSON. */
export interface IncidentJson {
  readonly id: string;
  readonly opened_at: string;
  readonly opened_by: Actor;
  readonly why: string;
  readonly opsgenie_incident_id: string | null;
  readonly external_url: string | null;
  readonly provider_status: 'open' | 'resolved' | null;
  readonly linked_at: string | null;
  readonly failure: Incident['failure'] | null;
}

export const INCIDENT_COLUMNS = `id, scope, problem_id, opened_at, opened_by, why, resolved_at, opsgenie_incident_id,
  external_url, provider_status, linked_at, failure, updated_at`;

export function incidentOf(row: IncidentJson): Incident {
  const { opsgenie_incident_id: id, external_url: url, provider_status: status, linked_at: at } = row;
  return {
    id: row.id,
    openedAt: iso(row.opened_at),
    openedBy: row.opened_by,
    why: row.why,
    ...(id === null || url === null || status === null || at === null
      ? {}
      : {
          linked: { opsgenieIncidentId: id, externalUrl: url, providerStatus: status, at: iso(at) },
        }),
    ...optional('failure', row.failure ?? undefined),
  };
}

/** For `json_populate_recordset`. */
export function incidentJson(problem: Problem, incident: Incident): Record<string, unknown> {
  return {
    id: incident.id,
    scope: problem.scope,
    problem_id: problem.id,
    opened_at: incident.openedAt,
    opened_by: incident.openedBy,
    why: incident.why,
    resolved_at: problem.resolved?.at ?? problem.archived?.at,
    opsgenie_incident_id: incident.linked?.opsgenieIncidentId,
    external_url: incident.linked?.externalUrl,
    provider_status: incident.linked?.providerStatus,
    linked_at: incident.linked?.at,
    failure: incident.failure,
    updated_at: problem.updatedAt,
  };
}

/** PostgreSQL writes times in JSON with the offset of the session. */
function iso(time: string): string {
  return new Date(time).toISOString();
}
