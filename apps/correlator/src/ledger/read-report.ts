import type { LedgerAnswer, ObservationEnd, Told } from '@gomon/contracts';
import type { Database } from '../database/database.js';
import type { ObservationOutcome } from '../decide/changes.js';

type DecidedObservation = Omit<ObservationOutcome, 'kind'> & { readonly version?: number };

interface ReportRow {
  readonly id: string;
  readonly source_kind: string;
  readonly source_instance: string;
  readonly accepted_at: Date;
  readonly decided_at: Date;
  readonly decided: readonly DecidedObservation[];
}

/** The end of each observation of a delivery, in its order; null when it was not decided (yet). Parts are put together. */
export async function readReport(
  database: Database,
  reportId: string,
): Promise<NonNullable<LedgerAnswer['report']> | null> {
  const rows = await database.query<ReportRow>(
    `select r.id, r.source_kind, r.source_instance, r.accepted_at, r.decided_at, d.decided
     from reports r join decisions d on d.cause = 'report:' || r.id
     where r.id = $1 or (r.id >= $1 || '.' and r.id < $1 || '/')`,
    [reportId],
  );
  const [first] = rows;
  if (first === undefined) return null;
  const part = ({ id }: ReportRow) => Number(id.slice(reportId.length + 1));
  const outcomes = rows.toSorted((a, b) => part(a) - part(b)).flatMap(({ decided }) => decided);
  const told = await toldByProblem(
    database,
    outcomes.flatMap(({ problemId }) => problemId ?? []),
  );
  return {
    id: reportId,
    source: { kind: first.source_kind, instance: first.source_instance },
    acceptedAt: first.accepted_at.toISOString(),
    decidedAt: first.decided_at.toISOString(),
    observations: outcomes.map((outcome) => endOf(outcome, told.get(outcome.problemId ?? '') ?? NOWHERE)),
  };
}

/** Where a problem was told, or, of one that nobody had heard of when it became part of another one, that one. */
interface Shown {
  readonly told: readonly Told[];
  readonly isOfAnother: boolean;
}

const NOWHERE: Shown = { told: [], isOfAnother: false };

async function toldByProblem(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Shown>> {
  const rows = await database.query<{ first: string; is_other: boolean; told: readonly Told[] }>(
    `with recursive chain as (
       select id as first, id, told, merged from problems where id = any($1::uuid[])
       union
       select chain.first, p.id, p.told, p.merged
       from chain join problems p on p.id = (chain.merged ->> 'problemId')::uuid where chain.told = '[]'::jsonb)
     select first, id <> first as is_other, told from chain where told <> '[]'::jsonb`,
    [[...new Set(ids)]],
  );
  return new Map(rows.map((row) => [row.first, { told: row.told, isOfAnother: row.is_other }]));
}

/** What was to be told is told when a receiver shows its version of the problem, or a newer one. */
function endOf({ version, ...outcome }: DecidedObservation, { told, isOfAnother }: Shown): ObservationEnd {
  if (outcome.end !== 'told') return outcome;
  const shown = isOfAnother ? told : told.filter((where) => where.version >= (version ?? 0));
  if (shown.length === 0) return { ...outcome, end: 'waiting-to-be-told' };
  return { ...outcome, told: shown.map(({ receiver, channel, at }) => ({ receiver, channel, at })) };
}
