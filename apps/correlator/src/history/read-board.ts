import type { Actor, Board, BoardProblem, Severity } from '@gomon/contracts';
import type { Reader } from '../database/transaction.js';
import { problemsById } from '../store/load-state.js';
import type { Problem } from '../decide/state.js';

/** So many alerts are looked at, and shown of one problem; and an answer has to fit into a message. */
const MOST_ALERTS = 5_000;
const MOST_MEMBERS = 50;
const MOST_BYTES = 600_000;

interface AlertRow {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly correlation_id: string;
  readonly updated_at: Date;
}

interface ActionRow {
  readonly alert_id: string;
  readonly problem_id: string;
  readonly at: Date;
  readonly action: string;
  readonly actor: Actor;
}

/** What the audit says of an alert at a time. */
interface Standing {
  readonly alert: AlertRow;
  readonly problemId: string;
  readonly isOpen: boolean;
  readonly acknowledged?: { readonly at: string; readonly by: Actor };
  readonly isEscalated: boolean;
}

/** What was open at a time, by what the audit says; beside it from when on it can be decided anew. */
export async function readBoard(
  reader: Reader,
  at: string,
  replay: { readonly storedFrom: string | undefined; readonly quietAfterPersonMs: number },
): Promise<Board> {
  const alerts = await openAt(reader, at);
  const actions = await actionsUntil(
    reader,
    alerts.slice(0, MOST_ALERTS).map(({ id }) => id),
    at,
  );
  const standings = alerts.slice(0, MOST_ALERTS).flatMap((alert) => standingOf(alert, actions.get(alert.id)));
  const open = standings.filter(({ isOpen }) => isOpen);
  const problems = await problemsAround(
    reader,
    open.map(({ problemId }) => problemId),
  );
  const placed = Map.groupBy(open, ({ problemId }) => survivorAt(problemId, problems, at));
  const muted = await mutedAt(reader, [...placed.keys()], at);
  const shown: BoardProblem[] = [];
  let bytes = 0;
  const sorted = [...placed].flatMap(([id, of]) => {
    const problem = problems.get(id);
    return problem === undefined ? [] : [boardProblemOf(problem, of, muted.has(id), at)];
  });
  for (const problem of sorted.toSorted(worstFirst)) {
    bytes += JSON.stringify(problem).length;
    if (bytes > MOST_BYTES) break;
    shown.push(problem);
  }
  const replayFrom = replay.storedFrom === undefined ? undefined : await quietBefore(reader, at, replay);
  return {
    at,
    problems: shown,
    complete: shown.length === sorted.length && alerts.length <= MOST_ALERTS,
    unknown: [
      ...unknownOf(
        [...placed.keys()].flatMap((id) => problems.get(id) ?? []),
        at,
      ),
      ...(replayFrom === undefined ? [NOT_ANEW] : []),
    ],
    ...(replayFrom === undefined ? {} : { replayFrom }),
  };
}

/** Those that had begun, and have ended later or not yet. */
function openAt(reader: Reader, at: string): Promise<readonly AlertRow[]> {
  return reader.query<AlertRow>(
    `(select id, title, severity, correlation_id, updated_at from alerts_active
      where first_seen_at <= $1 and (resolved_at is null or resolved_at > $1) limit ${MOST_ALERTS + 1})
     union all
     (select id, title, severity, correlation_id, updated_at from alerts_archive
      where first_seen_at <= $1 and (resolved_at is null or resolved_at > $1) and archived_at > $1
      limit ${MOST_ALERTS + 1})`,
    [at],
  );
}

const TELLING = [
  'fired',
  'reopened',
  'resolved',
  'archived',
  'acknowledged',
  'unacknowledged',
  'escalated',
  'deescalated',
];

async function actionsUntil(
  reader: Reader,
  alertIds: readonly string[],
  at: string,
): Promise<ReadonlyMap<string, readonly ActionRow[]>> {
  const rows = await reader.query<ActionRow>(
    `select alert_id, problem_id, at, action, actor from alert_actions
     where alert_id = any($1::uuid[]) and at <= $2 and action = any($3::text[]) order by at, id`,
    [alertIds, at, TELLING],
  );
  return Map.groupBy(rows, ({ alert_id: id }) => id);
}

/** None: nothing was decided about it yet. */
function standingOf(alert: AlertRow, actions: readonly ActionRow[] = []): readonly Standing[] {
  let standing: Standing | undefined;
  for (const { action, at, actor, problem_id: problemId } of actions) {
    const before: Standing = standing ?? { alert, problemId, isOpen: false, isEscalated: false };
    const { acknowledged: _, ...rest } = { ...before, problemId };
    switch (action) {
      case 'fired':
      case 'reopened':
        standing = { ...rest, isOpen: true };
        break;
      case 'resolved':
      case 'archived':
        standing = { ...before, problemId, isOpen: false };
        break;
      case 'acknowledged':
        standing = { ...rest, acknowledged: { at: at.toISOString(), by: actor } };
        break;
      case 'unacknowledged':
        standing = rest;
        break;
      // Nobody has said that they are on what it is now.
      default:
        standing = { ...rest, isEscalated: action === 'escalated' };
    }
  }
  return standing === undefined ? [] : [standing];
}

/** Problems, and those that they have become a part of. */
async function problemsAround(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, Problem>> {
  const known = new Map<string, Problem>();
  for (let wanted = [...new Set(ids)]; wanted.length > 0;) {
    const found = await problemsById(reader, wanted);
    for (const problem of found) known.set(problem.id, problem);
    const next = found.flatMap(({ mergedInto }) => mergedInto?.problemId ?? []);
    wanted = [...new Set(next)].filter((id) => !known.has(id));
  }
  return known;
}

function survivorAt(id: string, problems: ReadonlyMap<string, Problem>, at: string): string {
  const seen = new Set<string>();
  let last = id;
  while (!seen.has(last)) {
    seen.add(last);
    const merged = problems.get(last)?.mergedInto;
    if (merged !== undefined && merged.at <= at) last = merged.problemId;
  }
  return last;
}

/** Problems that something kept from being told: that stands in the audit of their primaries. */
async function mutedAt(
  reader: Reader,
  problemIds: readonly string[],
  at: string,
): Promise<ReadonlySet<string>> {
  const rows = await reader.query<{ id: string; action: string }>(
    `select p.id, last.action from problems p cross join lateral (
       select action from alert_actions
       where alert_id = p.primary_alert_id and at <= $2 and action in ('muted', 'unmuted')
       order by at desc, id desc limit 1) last
     where p.id = any($1::uuid[])`,
    [problemIds, at],
  );
  return new Set(rows.filter(({ action }) => action === 'muted').map(({ id }) => id));
}

function boardProblemOf(
  problem: Problem,
  open: readonly Standing[],
  muted: boolean,
  at: string,
): BoardProblem {
  const primary = open.find(({ alert }) => alert.id === problem.primaryId);
  const members = primary === undefined ? open : [primary, ...open.filter((one) => one !== primary)];
  const acknowledged = open.find((one) => one.acknowledged !== undefined)?.acknowledged;
  const { incident } = problem;
  return {
    id: problem.id,
    scope: problem.scope,
    severity: problem.severity,
    status:
      acknowledged !== undefined
        ? 'acknowledged'
        : open.some(({ isEscalated }) => isEscalated)
          ? 'escalated'
          : 'firing',
    title: problem.title,
    since: problem.openedAt,
    ...(acknowledged === undefined ? {} : { acknowledged }),
    muted,
    ...(incident === undefined || incident.openedAt > at ? {} : { incidentId: incident.id }),
    members: members
      .slice(0, MOST_MEMBERS)
      .map(({ alert: { id, title, severity } }) => ({ alertId: id, title, severity })),
    firing: open.length,
  };
}

/** Worst first, and of those the oldest. */
export function worstFirst(a: BoardProblem, b: BoardProblem): number {
  const [one, other] = [`${a.severity} ${a.since} ${a.id}`, `${b.severity} ${b.since} ${b.id}`];
  return one < other ? -1 : one > other ? 1 : 0;
}

const NOT_ANEW =
  'it cannot be decided anew: at no moment before, from which on everything is stored, was nothing open';

function unknownOf(problems: readonly Problem[], at: string): string[] {
  const changed = problems.filter(({ updatedAt }) => updatedAt > at).length;
  return changed === 0
    ? []
    : [
        `severity, title and likely cause of ${changed} of these problems are those of now: they have changed since`,
        'an alert that was moved from one problem to another is shown where it was when something was decided about it last',
      ];
}

/**
 * The latest moment before a time at which nothing was open, of those from which on everything is stored. What a person has ended
 * counts as open for as long as its repeats stay quiet.
 */
async function quietBefore(
  reader: Reader,
  at: string,
  { storedFrom, quietAfterPersonMs }: Parameters<typeof readBoard>[2],
): Promise<string | undefined> {
  const [row] = await reader.query<{ at: Date | null }>(
    `with spans as (
       select id, opened_at, coalesce(least(archived_at, resolved_at +
         case when resolved ->> 'by' = 'person' then $3::bigint * interval '1 millisecond' else interval '0' end),
         'infinity') as ended_at
       from problems where opened_at <= $1),
     relevant as (select * from spans where ended_at >= $2::timestamptz),
     following as (
       select opened_at, max(ended_at) over (order by opened_at, id rows between unbounded preceding and 1 preceding) as before
       from relevant)
     select max(opened_at) as at from following where opened_at >= $2::timestamptz and (before is null or before < opened_at)`,
    [at, storedFrom, quietAfterPersonMs],
  );
  return row?.at?.toISOString();
}
