import {
  cursorOf,
  idOfCursor,
  type getIncidentAnswer,
  type listIncidentsAnswer,
  type listIncidentsQuery,
} from '@gomon/contracts';
import type { z } from 'zod';
import type { Database } from '../database/database.js';
import { incidentView } from '../decide/views.js';
import { PROBLEM_SELECTION, problemOf, type ProblemRow } from '../store/problem-row.js';

/** Incidents, the newest first. */
export async function findIncidents(
  database: Database,
  query: z.infer<typeof listIncidentsQuery>,
): Promise<z.infer<typeof listIncidentsAnswer>> {
  const rows = await database.query<ProblemRow>(
    `select ${PROBLEM_SELECTION} from problems join (
       select id as incident_id, problem_id, resolved_at as closed_at from incidents
     ) shown on problem_id = problems.id
     where ($1::uuid is null or incident_id < $1) and ($3::text[] is null or severity = any($3))
       and ($2::text[] is null or case when closed_at is null then 'open' else 'resolved' end = any($2))
       and ($4::text is null or scope = $4)
     order by incident_id desc limit $5`,
    [
      idOfCursor(query.cursor) ?? null,
      query.status ?? null,
      query.severity ?? null,
      query.scope ?? null,
      query.limit + 1,
    ],
  );
  const items = viewsOf(rows.slice(0, query.limit));
  const last = items.at(-1);
  return {
    items,
    ...(rows.length > query.limit && last !== undefined ? { nextCursor: cursorOf(last.id) } : {}),
  };
}

export async function findIncident(
  database: Database,
  id: string,
): Promise<z.infer<typeof getIncidentAnswer>> {
  const rows = await database.query<ProblemRow>(
    `select ${PROBLEM_SELECTION} from problems where id = (select problem_id from incidents where id = $1)`,
    [id],
  );
  return { incident: viewsOf(rows)[0] ?? null };
}

function viewsOf(rows: readonly ProblemRow[]) {
  return rows.flatMap((row) => incidentView(problemOf(row)) ?? []);
}
