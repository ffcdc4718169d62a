import { SAMPLE_MEMBERS, type Snapshot, type Source } from '@gomon/contracts';
import type { Reader } from '../database/transaction.js';
import type { Beat } from '../decide/heartbeats.js';
import type { Rules } from '../decide/rules.js';
import {
  EMPTY_STATE,
  stateOf,
  type Alert,
  type Call,
  type Inhibitor,
  type Problem,
  type State,
} from '../decide/state.js';
import { ALERT_COLUMNS, alertOf, type AlertRow } from './alert-row.js';
import { PROBLEM_SELECTION, problemOf, type ProblemRow } from './problem-row.js';

/** An archived alert is remembered for so long: its source may still repeat it. */
const REMEMBERED_DAYS = 31;

/**
 * The newest episode of each fingerprint with its problem: all that observations of them can touch. `needsProblem`: whether that
 * of an alert can matter.
 */
export async function loadByFingerprints(
  tx: Reader,
  scope: string,
  fingerprints: readonly string[],
  needsProblem: (alert: Alert) => boolean = () => true,
): Promise<State> {
  const rows = await tx.query<AlertRow>(
    `select newest.* from unnest($2::text[]) as wanted (fingerprint)
     cross join lateral (
       select ${ALERT_COLUMNS}, null::jsonb as archived from alerts_active
       where scope = $1 and fingerprint = wanted.fingerprint
       order by episode desc limit 1
     ) newest
     union all
     select newest.* from unnest($2::text[]) as wanted (fingerprint)
     cross join lateral (
       select ${ALERT_COLUMNS}, archived from alerts_archive
       where scope = $1 and fingerprint = wanted.fingerprint
         and archived_at > clock_timestamp() - interval '${REMEMBERED_DAYS} days'
       order by episode desc limit 1
     ) newest`,
    [scope, fingerprints],
  );
  const alerts = rows.map(alertOf);
  const problemIds = alerts.filter(needsProblem).map(({ problemId }) => problemId);
  return withPrimaries(tx, alerts, await problemsById(tx, [...new Set(problemIds)]));
}

/** Alerts and problems, and of the problems the primary alerts. */
async function withPrimaries(
  tx: Reader,
  alerts: readonly Alert[],
  problems: readonly Problem[],
): Promise<State> {
  const known = new Set(alerts.map(({ id }) => id));
  const missing = problems.map(({ primaryId }) => primaryId).filter((id) => !known.has(id));
  return stateOf([...alerts, ...(await alertsWhere(tx, 'id', missing))], problems);
}

/** Problems with their primary alerts. */
export async function loadProblems(tx: Reader, ids: readonly string[]): Promise<State> {
  return withPrimaries(tx, [], await problemsById(tx, ids));
}

/** The first alerts of problems, those that fire and the worst before others: as many of each as its readers are shown. */
export async function sampleOf(tx: Reader, problemIds: readonly string[]): Promise<readonly Alert[]> {
  if (problemIds.length === 0) return [];
  const rows = await tx.query<AlertRow>(
    `select one.* from unnest($1::uuid[]) as wanted (problem)
     cross join lateral (
       select ${ALERT_COLUMNS}, null::jsonb as archived from alerts_active
       where correlation_id = wanted.problem
       order by resolved_at is not null, severity, first_seen_at limit ${SAMPLE_MEMBERS}
     ) one`,
    [problemIds],
  );
  return rows.map(alertOf);
}

/**
 * Problems with all their members, and alerts with the problem they belong to: what commands are about. The primary of one that
 * was merged is another one's member.
 */
export async function loadByIds(
  tx: Reader,
  wanted: { readonly problemIds: readonly string[]; readonly alertIds: readonly string[] },
): Promise<State> {
  const named = await alertsWhere(tx, 'id', wanted.alertIds);
  const problemIds = [...new Set([...wanted.problemIds, ...named.map(({ problemId }) => problemId)])];
  const [members, problems] = await Promise.all([
    membersOfProblems(tx, problemIds),
    problemsById(tx, problemIds),
  ]);
  return withPrimaries(tx, members, problems);
}

/** The same, and the newest episode of each of its fingerprints: what has begun since may be another problem's. */
export async function withNewest(tx: Reader, state: State): Promise<State> {
  const alerts = [...state.alerts.values()];
  const fingerprints = Map.groupBy(alerts, ({ scope }) => scope);
  const newer = await Promise.all(
    [...fingerprints].map(([scope, of]) =>
      loadByFingerprints(tx, scope, [...new Set(of.map(({ fingerprint }) => fingerprint))]),
    ),
  );
  return stateOf(
    [...alerts, ...newer.flatMap((one) => [...one.alerts.values()])],
    [...state.problems.values(), ...newer.flatMap((one) => [...one.problems.values()])],
  );
}

export async function problemsById(tx: Reader, ids: readonly string[]): Promise<readonly Problem[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<ProblemRow>(
    `select ${PROBLEM_SELECTION} from problems where id = any($1::uuid[])`,
    [ids],
  );
  return rows.map(problemOf);
}

export function membersOfProblems(tx: Reader, problemIds: readonly string[]): Promise<readonly Alert[]> {
  return alertsWhere(tx, 'correlation_id', problemIds);
}

export async function alertsWhere(
  tx: Reader,
  column: 'id' | 'correlation_id',
  ids: readonly string[],
): Promise<readonly Alert[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<AlertRow>(
    `select ${ALERT_COLUMNS}, null::jsonb as archived from alerts_active where ${column} = any($1::uuid[])
     union all
     select ${ALERT_COLUMNS}, archived from alerts_archive where ${column} = any($1::uuid[])`,
    [ids],
  );
  return rows.map(alertOf);
}

/** The open alerts of the parts of sources that snapshots are about, with their problems. */
export async function loadByExtents(
  tx: Reader,
  looks: readonly { readonly scope: string; readonly source: Source; readonly snapshot: Snapshot }[],
): Promise<State> {
  if (looks.length === 0) return EMPTY_STATE;
  const rows = await tx.query<AlertRow>(
    `select ${ALERT_COLUMNS}, null::jsonb as archived from alerts_active
     where resolved_at is null and (scope, source_kind, source_instance, extent) in
       (select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]))`,
    [
      looks.map(({ scope }) => scope),
      looks.map(({ source }) => source.kind),
      looks.map(({ source }) => source.instance),
      looks.map(({ snapshot }) => snapshot.extent),
    ],
  );
  const alerts = rows.map(alertOf);
  return withPrimaries(
    tx,
    alerts,
    await problemsById(tx, [...new Set(alerts.map(({ problemId }) => problemId))]),
  );
}

/** Firing alerts by what they mute: up to `most` for each key. */
export async function loadInhibitors(
  tx: Reader,
  keys: readonly string[],
  most: number,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Inhibitor>>> {
  if (keys.length === 0) return new Map();
  const rows = await tx.query<Inhibitor & { key: string }>(
    `select wanted.key, one.id, one.title from unnest($1::text[]) as wanted (key)
     cross join lateral (
       select id, title from alerts_active
       where inhibits @> array[wanted.key] and inhibits is not null and resolved_at is null order by id limit $2
     ) one`,
    [keys, most],
  );
  const byKey = Map.groupBy(rows, ({ key }) => key);
  return new Map(
    [...byKey].map(([key, of]) => [key, new Map(of.map(({ id, title }) => [id, { id, title }]))]),
  );
}

/** Of the calls of late so many are known: whoever was called before those is called again at once. */
const MOST_CALLS = 50;

/** Who was called of late, in scopes, the newest last. */
export async function loadCalls(
  tx: Reader,
  scopes: readonly string[],
  { calls: { waitMs, withinMs }, incidentProvider }: Pick<Rules, 'calls' | 'incidentProvider'>,
): Promise<readonly Call[]> {
  if (waitMs === 0 || withinMs === 0 || incidentProvider === 'none') return [];
  const rows = await tx.query<CallRow>(
    `select of_late.*, p.title, a.about->>'owner' as owner from unnest($1::text[]) as wanted (scope)
     cross join lateral (
       select scope, problem_id, opened_at from incidents
       where scope = wanted.scope and opened_at > clock_timestamp() - $2 * interval '1 millisecond'
       order by opened_at desc limit ${MOST_CALLS}
     ) of_late
     join problems p on p.id = of_late.problem_id
     left join alerts_active a on a.id = p.primary_alert_id
     order by of_late.opened_at`,
    [scopes, withinMs],
  );
  return rows.map(({ problem_id: problemId, scope, title, opened_at: at, owner }) => ({
    problemId,
    scope,
    title,
    at: at.toISOString(),
    ...(owner === null ? {} : { owner }),
  }));
}

interface CallRow {
  readonly problem_id: string;
  readonly scope: string;
  readonly title: string;
  readonly opened_at: Date;
  readonly owner: string | null;
}

interface BeatRow {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
  readonly source_kind: string;
  readonly source_instance: string;
  readonly last_seen_at: Date;
  readonly missing_since: Date | null;
  readonly due_at: Date | null;
}

export async function loadBeats(tx: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, Beat>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<BeatRow>(`select * from heartbeats where id = any($1::uuid[])`, [ids]);
  return new Map(rows.map((row) => [row.id, beatOf(row)]));
}

function beatOf(row: BeatRow): Beat {
  return {
    id: row.id,
    scope: row.scope,
    name: row.name,
    source: { kind: row.source_kind, instance: row.source_instance },
    lastSeenAt: row.last_seen_at.toISOString(),
    ...(row.missing_since === null ? {} : { missingSince: row.missing_since.toISOString() }),
    ...(row.due_at === null ? {} : { dueAt: row.due_at.toISOString() }),
  };
}

/** Several loaded states, and what stands around them, as one. */
export function joined(
  states: readonly State[],
  around: State['around'],
  beats: State['beats'] = new Map(),
): State {
  return stateOf(
    states.flatMap(({ alerts }) => [...alerts.values()]),
    states.flatMap(({ problems }) => [...problems.values()]),
    around,
    beats,
  );
}
