import {
  cursorOf,
  idOfCursor,
  type getProblemAnswer,
  type listProblemsAnswer,
  type listProblemsQuery,
} from '@gomon/contracts';
import type { z } from 'zod';
import type { Database } from '../database/database.js';
import { stateOf, type Problem } from '../decide/state.js';
import { problemView } from '../decide/views.js';
import { alertsWhere, problemsById, sampleOf } from '../store/load-state.js';
import { PROBLEM_SELECTION, problemOf, type ProblemRow } from '../store/problem-row.js';

const STATUS_SQL = `case when archived_at is not null then 'archived' when resolved_at is not null then 'resolved'
  when acknowledged_at is not null then 'acknowledged' when escalated ->> 'to' < escalated ->> 'from' then 'escalated'
  else 'firing' end`;

/** Problems with whom they are told to, the newest first. */
export async function findProblems(
  database: Database,
  query: z.infer<typeof listProblemsQuery>,
): Promise<z.infer<typeof listProblemsAnswer>> {
  const rows = await database.query<ProblemRow>(
    `select ${PROBLEM_SELECTION} from problems
     where ($1::uuid is null or id < $1) and ($2::text[] is null or ${STATUS_SQL} = any($2))
       and ($3::text[] is null or severity = any($3)) and ($4::text is null or scope = $4)
     order by id desc limit $5`,
    [
      idOfCursor(query.cursor) ?? null,
      query.status ?? null,
      query.severity ?? null,
      query.scope ?? null,
      query.limit + 1,
    ],
  );
  const problems = rows.slice(0, query.limit).map(problemOf);
  const items = await withMembers(database, problems);
  const last = problems.at(-1);
  return {
    items,
    ...(rows.length > query.limit && last !== undefined ? { nextCursor: cursorOf(last.id) } : {}),
  };
}

export async function findProblem(database: Database, id: string): Promise<z.infer<typeof getProblemAnswer>> {
  const [found] = await withMembers(database, await problemsById(database, [id]));
  return { found: found ?? null };
}

async function withMembers(database: Database, problems: readonly Problem[]) {
  const many = problems.filter(({ counts }) => counts.total > 1).map(({ id }) => id);
  const [primaries, sample] = await Promise.all([
    alertsWhere(
      database,
      'id',
      problems.map(({ primaryId }) => primaryId),
    ),
    sampleOf(database, many),
  ]);
  const state = stateOf(
    [...new Map([...sample, ...primaries].map((alert) => [alert.id, alert])).values()],
    problems,
  );
  return problems.map((problem) => ({
    problem: problemView(state, problem),
    tell: { receiver: 'slack' as const, channel: problem.channel, announce: false, why: [] },
  }));
}
