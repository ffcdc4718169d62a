import {
  alertCommandEvent,
  historyCursorOf,
  observedEvent,
  placeOfHistoryCursor,
  type DecidedCommand,
  type DecidedReport,
  type DecidesBy,
  type HistoryItem,
  type HistoryPlace,
  type readHistoryAnswer,
  type readHistoryQuery,
} from '@gomon/contracts';
import { STREAMS, type Nats } from '@gomon/messaging';
import type { z } from 'zod';
import type { Reader } from '../database/transaction.js';
import type { CommandOutcome, ObservationOutcome } from '../decide/changes.js';
import { orderOf } from '../reports/report-inputs.js';
import { StoredEvents } from './stored-events.js';

type Query = z.infer<typeof readHistoryQuery>;
type Answer = z.infer<typeof readHistoryAnswer>;

/** An answer fits into a message: a report is at most 256 KiB, and one more than this fits still. */
const MOST_BYTES = 400_000;

interface Row {
  readonly kind: HistoryPlace[1];
  readonly id: string;
  readonly at: Date;
  /** bigint comes as text. */
  readonly seqs: readonly string[];
  readonly decided: readonly ObservationOutcome[] | CommandOutcome | null;
}

/**
 * A page of what was decided about, as it came in. PostgreSQL knows when and in which order, the streams hold the rest. It takes
 * no lock, and reads message by message, so that who decides is not held up.
 */
export async function readHistory(
  reader: Reader,
  nats: Nats,
  query: Query,
  decidesBy: DecidesBy,
): Promise<Answer> {
  const [reports, commands] = [STREAMS.observations, STREAMS.commands].map(
    ({ name }) => new StoredEvents(nats, name),
  ) as [StoredEvents, StoredEvents];
  const stored = { reports: await reports.firstSeq(), commands: await commands.firstSeq() };
  const of = query.problemId === undefined ? undefined : await partsOf(reader, query.problemId);
  const rows = await rowsOf(reader, query, stored, of);
  const items: HistoryItem[] = [];
  let gone = query.cursor === undefined ? await goneOf(reader, query, stored, of) : 0;
  let bytes = 0;
  let end: HistoryPlace | undefined;
  for (const row of rows.slice(0, query.limit)) {
    const item = row.kind === 'report' ? await reportOf(row, reports) : await commandOf(row, commands);
    if (item === 'gone') gone += 1;
    else if (item !== undefined) {
      bytes += JSON.stringify(item).length;
      if (bytes > MOST_BYTES && items.length > 0) return page(true);
      items.push(item);
    }
    end = [row.at.toISOString(), row.kind, row.id];
  }
  return page(rows.length > query.limit);

  async function page(isMore: boolean): Promise<Answer> {
    const storedFrom = await storedFromOf(reader, stored.reports);
    return {
      items,
      gone,
      decidesBy,
      ...(isMore && end !== undefined ? { nextCursor: historyCursorOf(end) } : {}),
      ...(storedFrom === undefined ? {} : { storedFrom }),
    };
  }
}

/** Of what stands below the first sequence nothing is stored any more. */
interface Stored {
  readonly reports: number;
  readonly commands: number;
}

/** The alerts of a problem, and all problems that they were ever a part of. */
interface Parts {
  readonly alertIds: readonly string[];
  readonly problemIds: readonly string[];
}

async function partsOf(reader: Reader, problemId: string): Promise<Parts> {
  const alerts = await reader.query<{ id: string }>(
    `select id from alerts_active where correlation_id = $1
     union select id from alerts_archive where correlation_id = $1`,
    [problemId],
  );
  const alertIds = alerts.map(({ id }) => id);
  const problems = await reader.query<{ problem_id: string }>(
    `select distinct problem_id from alert_actions where alert_id = any($1::uuid[])`,
    [alertIds],
  );
  return {
    alertIds,
    problemIds: [...new Set([problemId, ...problems.map(({ problem_id: id }) => id)])],
  };
}

const REPORTS_OF = `($3::uuid[] is null or exists (
  select from jsonb_array_elements(d.decided) as one where (one ->> 'alertId')::uuid = any($3::uuid[])))`;
const COMMANDS_OF = `($4::text[] is null or outcome ->> 'problemId' = any($4::text[])
  or outcome ->> 'alertId' = any($3::text[]) or outcome ->> 'silenceId' is not null)`;

function rowsOf(
  reader: Reader,
  { since, until, limit, cursor }: Query,
  stored: Stored,
  of: Parts | undefined,
): Promise<readonly Row[]> {
  const [at, kind, id] = placeOfHistoryCursor(cursor) ?? [since, 'command', ''];
  return reader.query<Row>(
    `select * from (
       (select 'report' as kind, r.id, r.decided_at as at, r.seqs, d.decided
        from reports r left join decisions d on d.cause = 'report:' || r.id
        where r.decided_at >= $1 and r.decided_at <= $2 and r.seqs[cardinality(r.seqs)] >= $8 and ${REPORTS_OF}
          and (r.decided_at, 'report', r.id) > ($5::timestamptz, $6::text, $7::text)
        order by r.decided_at, r.id limit $10)
       union all
       (select 'command', id, at, array[seq], outcome
        from commands
        where at >= $1 and at <= $2 and seq >= $9 and ${COMMANDS_OF}
          and (at, 'command', id) > ($5::timestamptz, $6::text, $7::text)
        order by at, id limit $10)) as decided
     order by at, kind, id limit $10`,
    [
      at > since ? at : since,
      until,
      of?.alertIds ?? null,
      of?.problemIds ?? null,
      at,
      kind,
      id,
      stored.reports,
      stored.commands,
      limit + 1,
    ],
  );
}

/** How much of it is stored no more. */
async function goneOf(
  reader: Reader,
  { since, until }: Query,
  stored: Stored,
  of: Parts | undefined,
): Promise<number> {
  const [row] = await reader.query<{ gone: string }>(
    `select
       (select count(*) from reports r left join decisions d on d.cause = 'report:' || r.id
        where r.decided_at >= $1 and r.decided_at <= $2 and r.seqs[cardinality(r.seqs)] < $5 and ${REPORTS_OF})
     + (select count(*) from commands
        where at >= $1 and at <= $2 and seq < $6 and ${COMMANDS_OF}) as gone`,
    [since, until, of?.alertIds ?? null, of?.problemIds ?? null, stored.reports, stored.commands],
  );
  return Number(row?.gone ?? 0);
}

/** When the first that is stored still was decided. */
export async function storedFromOf(reader: Reader, firstSeq: number): Promise<string | undefined> {
  const [row] = await reader.query<{ at: Date | null }>(
    `select min(decided_at) as at from (
       select decided_at from reports where seqs[cardinality(seqs)] >= $1 order by decided_at limit 1) first`,
    [firstSeq],
  );
  return row?.at?.toISOString();
}

async function reportOf(row: Row, events: StoredEvents): Promise<DecidedReport | 'gone' | undefined> {
  const found = await events.find(row.id, row.seqs.map(Number));
  if (found === undefined) return 'gone';
  const event = observedEvent.safeParse(found.event);
  if (!event.success) return undefined;
  const decided = Array.isArray(row.decided) ? (row.decided as readonly ObservationOutcome[]) : [];
  return {
    kind: 'report',
    decidedAt: row.at.toISOString(),
    order: orderOf({ seq: found.seq, place: { index: found.place, of: found.place + 1 } }),
    event: event.data,
    became: decided.map(({ alertId, problemId }) => ({
      ...(alertId === undefined ? {} : { alertId }),
      ...(problemId === undefined ? {} : { problemId }),
    })),
  };
}

/** Who waited for the answer is nobody's business any more. */
async function commandOf(row: Row, events: StoredEvents): Promise<DecidedCommand | 'gone' | undefined> {
  const found = await events.find(row.id, row.seqs.map(Number));
  if (found === undefined) return 'gone';
  const command = alertCommandEvent.safeParse(found.event);
  const decided = row.decided as CommandOutcome | null;
  if (!command.success || decided === null) return undefined;
  const { replyTo: _, ...data } = command.data.data;
  return {
    kind: 'command',
    decidedAt: row.at.toISOString(),
    command: { ...command.data, data } as DecidedCommand['command'],
    outcome: decided.outcome,
  };
}
