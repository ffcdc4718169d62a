import type { LedgerAnswer, ledgerQuery } from '@gomon/contracts';
import type { Nats } from '@gomon/messaging';
import type { z } from 'zod';
import type { Database } from '../database/database.js';
import { inFlight, type InFlight } from './in-flight.js';
import { readReport } from './read-report.js';

/** What PostgreSQL says, in one snapshot. */
interface Ends {
  readonly reports: number;
  readonly duplicates: number;
  readonly observations: number;
  readonly repeated: number;
  readonly late: number;
  readonly toTell: number;
  readonly untold: number;
  readonly deadReports: number;
  readonly deadMessageObservations: number;
  readonly deadHttpObservations: number;
}

/** Stream and database are read one after the other: while reports arrive, a look may catch one in between. */
const LOOKS = 5;

/**
 * Accepted = the ends + in flight. Accepted reports are counted by the stream, the ends by PostgreSQL.
 */
export async function readLedger(
  database: Database,
  nats: Nats,
  query: z.infer<typeof ledgerQuery>,
): Promise<LedgerAnswer> {
  const report = query.reportId === undefined ? {} : { report: await readReport(database, query.reportId) };
  let answer = { ...balance(await readEnds(database), await inFlight(nats)), ...report };
  for (let look = 1; look < LOOKS && !answer.balanced; look += 1) {
    answer = { ...balance(await readEnds(database), await inFlight(nats)), ...report };
  }
  return answer;
}

/** Both sides of the ledger. */
export function balance(ends: Ends, stream: InFlight): LedgerAnswer {
  const deadLettered = ends.deadMessageObservations + ends.deadHttpObservations;
  const told = ends.toTell - ends.untold;
  const reports = {
    accepted: stream.acceptedReports,
    decided: ends.reports,
    duplicates: ends.duplicates,
    deadLettered: ends.deadReports,
    inFlight: stream.undecidedReports,
  };
  return {
    reports,
    observations: {
      accepted: ends.observations + deadLettered + stream.undecidedObservations,
      ends: {
        told,
        muted: 0,
        merged: 0,
        repeated: ends.repeated,
        late: ends.late,
        digested: 0,
        deadLettered,
      },
      inFlight: { undecided: stream.undecidedObservations, waitingToBeTold: ends.untold },
    },
    balanced:
      reports.accepted === reports.decided + reports.duplicates + reports.deadLettered + reports.inFlight &&
      ends.observations === ends.repeated + ends.late + ends.toTell &&
      told >= 0,
  };
}

async function readEnds(database: Database): Promise<Ends> {
  const [row] = await database.query<Record<keyof Ends, string>>(
    `select l.*, u.*, d.* from
     (select coalesce(sum(reports), 0) as "reports", coalesce(sum(duplicates), 0) as "duplicates",
        coalesce(sum(observations), 0) as "observations", coalesce(sum(repeated), 0) as "repeated",
        coalesce(sum(late), 0) as "late", coalesce(sum(to_tell), 0) as "toTell" from ledger) l,
     (select coalesce(sum((entry ->> 'observations')::int), 0) as "untold"
        from problems cross join lateral jsonb_array_elements(untold) entry where untold <> '[]'::jsonb) u,
     (select count(*) filter (where origin = 'message') as "deadReports",
        coalesce(sum(observations) filter (where origin = 'message'), 0) as "deadMessageObservations",
        coalesce(sum(observations) filter (where origin = 'http'), 0) as "deadHttpObservations"
        from dead_lettered) d`,
  );
  const count = (name: keyof Ends) => Number(row?.[name] ?? 0);
  return {
    reports: count('reports'),
    duplicates: count('duplicates'),
    observations: count('observations'),
    repeated: count('repeated'),
    late: count('late'),
    toTell: count('toTell'),
    untold: count('untold'),
    deadReports: count('deadReports'),
    deadMessageObservations: count('deadMessageObservations'),
    deadHttpObservations: count('deadHttpObservations'),
  };
}
