import type { LedgerAnswer, ledgerQuery } from '@gomon/contracts';
import type { Nats } from '@gomon/messaging';
import type { z } from 'zod';
import type { Database } from '../database/database.js';
import { inFlight, type InFlight } from './in-flight.js';
import { readReport } from './read-report.js';

/** What PostgreSQL says, in one snapshot. */
export interface Ends {
  readonly reports: number;
  readonly duplicates: number;
  readonly announced: number;
  readonly followed: number;
  readonly observations: number;
  readonly repeated: number;
  readonly late: number;
  readonly muted: number;
  readonly merged: number;
  readonly digested: number;
  readonly toTell: number;
  readonly untold: number;
  readonly deadReports: number;
  readonly deadAnnounced: number;
  readonly deadFollowed: number;
  readonly deadMessageObservations: number;
  readonly deadHttpObservations: number;
  /** What came of the messages that the stream holds to be open. */
  readonly settled: readonly Settled[];
}

type Count = Exclude<keyof Ends, 'settled'>;

/** What came of a message so far. */
interface Settled {
  readonly seq: number;
  readonly reports: number;
  readonly announced: number;
  readonly observations: number;
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
  let answer = await look(database, nats);
  for (let looks = 1; looks < LOOKS && !answer.balanced; looks += 1) answer = await look(database, nats);
  return { ...answer, ...report };
}

async function look(database: Database, nats: Nats): Promise<LedgerAnswer> {
  const stream = await inFlight(nats);
  return balance(await readEnds(database, stream.open), stream);
}

/** Both sides of the ledger. */
export function balance(ends: Ends, stream: InFlight): LedgerAnswer {
  const deadLettered = ends.deadMessageObservations + ends.deadHttpObservations;
  const told = ends.toTell - ends.untold;
  const open = remaining(stream, ends.settled);
  const reports = {
    accepted: stream.messages + ends.announced + ends.deadAnnounced + open.announced,
    decided: ends.reports,
    duplicates: ends.duplicates,
    deadLettered: ends.deadReports,
    inFlight: open.reports,
  };
  const ended = reports.decided + reports.duplicates + reports.deadLettered;
  const firsts = ended - ends.followed - ends.deadFollowed + open.firsts;
  return {
    reports,
    observations: {
      accepted: ends.observations + deadLettered + open.observations,
      ends: {
        told,
        muted: ends.muted,
        merged: ends.merged,
        repeated: ends.repeated,
        late: ends.late,
        digested: ends.digested,
        deadLettered,
      },
      inFlight: { undecided: open.observations, waitingToBeTold: ends.untold },
    },
    balanced:
      stream.messages === firsts &&
      reports.accepted === ended + reports.inFlight &&
      ends.observations ===
        ends.repeated + ends.late + ends.muted + ends.merged + ends.digested + ends.toTell &&
      told >= 0,
  };
}

/** What is left of the open messages; of what was not read each counts as one report of one observation. */
function remaining({ open, unread }: InFlight, settled: Ends['settled']) {
  const settledOf = new Map(settled.map((each) => [each.seq, each]));
  const left = { firsts: unread, announced: 0, reports: unread, observations: unread };
  for (const { seq, reports, observations } of open) {
    const done = settledOf.get(seq) ?? { reports: 0, announced: 0, observations: 0 };
    const others = reports - 1;
    const isFirstOpen = others > 0 ? done.announced === 0 : done.reports === 0;
    if (isFirstOpen) {
      left.firsts += 1;
      left.announced += others;
    }
    if (done.reports >= reports) continue;
    left.reports += reports - done.reports;
    left.observations += Math.max(0, observations - done.observations);
  }
  return left;
}

/** What is open was stored before it was decided; the clocks of two machines may differ by this. */
const CLOCK_TOLERANCE_MS = 60_000;

async function readEnds(database: Database, open: InFlight['open']): Promise<Ends> {
  const oldest = Math.min(Date.now(), ...open.map(({ storedAt }) => storedAt.getTime()));
  const [row] = await database.query<Record<Count, string> & Pick<Ends, 'settled'>>(
    `select l.*, u.*, d.*, s.* from
     (select coalesce(sum(reports), 0) as "reports", coalesce(sum(duplicates), 0) as "duplicates",
        coalesce(sum(announced), 0) as "announced", coalesce(sum(followed), 0) as "followed",
        coalesce(sum(observations), 0) as "observations", coalesce(sum(repeated), 0) as "repeated",
        coalesce(sum(late), 0) as "late",
        coalesce(sum(muted), 0) as "muted", coalesce(sum(merged), 0) as "merged",
        coalesce(sum(digested), 0) as "digested", coalesce(sum(to_tell), 0) as "toTell" from ledger) l,
     (select coalesce(sum((entry ->> 'observations')::int), 0) as "untold"
        from problems cross join lateral jsonb_array_elements(untold) entry where untold <> '[]'::jsonb) u,
     (select coalesce(sum(reports) filter (where origin = 'message'), 0) as "deadReports",
        coalesce(sum(announced), 0) as "deadAnnounced", coalesce(sum(followed), 0) as "deadFollowed",
        coalesce(sum(observations) filter (where origin = 'message'), 0) as "deadMessageObservations",
        coalesce(sum(observations) filter (where origin = 'http'), 0) as "deadHttpObservations"
        from dead_lettered) d,
     (select coalesce(json_agg(each), '[]') as "settled" from
       (select seq, sum(reports) as "reports", sum(announced) as "announced", sum(observations) as "observations" from
         (select unnest(seqs) as seq, 1 as reports, announced, observations from reports where decided_at >= $2
          union all
          select stream_seq, reports, announced, observations from dead_lettered where stream_seq = any($1::bigint[])) ends
        where seq = any($1::bigint[]) group by seq) each) s`,
    [open.map(({ seq }) => seq), new Date(oldest - CLOCK_TOLERANCE_MS)],
  );
  const count = (name: Count) => Number(row?.[name] ?? 0);
  return {
    reports: count('reports'),
    duplicates: count('duplicates'),
    announced: count('announced'),
    followed: count('followed'),
    observations: count('observations'),
    repeated: count('repeated'),
    late: count('late'),
    muted: count('muted'),
    merged: count('merged'),
    digested: count('digested'),
    toTell: count('toTell'),
    untold: count('untold'),
    deadReports: count('deadReports'),
    deadAnnounced: count('deadAnnounced'),
    deadFollowed: count('deadFollowed'),
    deadMessageObservations: count('deadMessageObservations'),
    deadHttpObservations: count('deadHttpObservations'),
    settled: row?.settled ?? [],
  };
}
