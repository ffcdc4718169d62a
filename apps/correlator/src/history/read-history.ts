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
import { StoredEvents, type FirstStored } from './stored-events.js';

type Query = z.infer<typeof readHistoryQuery>;
type Answer = z.infer<typeof readHistoryAnswer>;

/** An answer fits into a message: a report is at most 256 KiB, and one more than this fits still. */
const MOST_BYTES = 400_000;

/** Of one problem so many reports are looked at for a page: it may be short, or empty, and there is a next one. */
const MOST_LOOKED_AT = 20_000;

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
  mostLookedAt = MOST_LOOKED_AT,
): Promise<Answer> {
  const [reports, commands] = [STREAMS.observations, STREAMS.commands].map(
    ({ name }) => new StoredEvents(nats, name),
  ) as [StoredEvents, StoredEvents];
  const stored = { reports: await reports.first(), commands: await commands.first() };
  const of = query.problemId === undefined ? undefined : await partsOf(reader, query.problemId);
  const last = of === undefined ? undefined : await lastLookedAt(reader, query, stored, mostLookedAt);
  const rows = await rowsOf(reader, query, stored, of, last);
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
  if (rows.length > query.limit) return page(true);
  end = last;
  return page(last !== undefined);

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

interface Stored {
  readonly reports: FirstStored;
  readonly commands: FirstStored;
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

/** The last report that a page looks at; undefined: it looks at all that is left. */
async function lastLookedAt(
  reader: Reader,
  { since, until, cursor }: Query,
  { reports }: Stored,
  most: number,
): Promise<HistoryPlace | undefined> {
  const [at, , id] = beginningOf(since, cursor);
  const [last] = await reader.query<{ id: string; decided_at: Date }>(
    `select id, decided_at from reports
     where decided_at >= greatest($1::timestamptz, $2::timestamptz) and decided_at <= $3
       and (decided_at, id) > ($1::timestamptz, $4::text)
     order by decided_at, id offset $5 limit 1`,
    [at, reports.at ?? until, until, id, most - 1],
  );
  return last === undefined ? undefined : [last.decided_at.toISOString(), 'report', last.id];
}

function beginningOf(since: string, cursor: string | undefined): HistoryPlace {
  return placeOfHistoryCursor(cursor) ?? [since, 'command', ''];
}

function rowsOf(
  reader: Reader,
  { since, until, limit, cursor }: Query,
  { reports, commands }: Stored,
  of: Parts | undefined,
  last: HistoryPlace = [until, 'report', '\uffff'],
): Promise<readonly Row[]> {
  const [at, kind, id] = beginningOf(since, cursor);
  return reader.query<Row>(
    `select * from (
       (select 'report' as kind, r.id, r.decided_at as at, r.seqs, d.decided
        from reports r left join decisions d on d.cause = 'report:' || r.id
        where r.decided_at >= greatest($1::timestamptz, $11::timestamptz) and r.decided_at <= $2
          and r.seqs[cardinality(r.seqs)] >= $8 and ${REPORTS_OF}
          and (r.decided_at, 'report', r.id) > ($5::timestamptz, $6::text, $7::text)
          and (r.decided_at, 'report', r.id) <= ($13::timestamptz, $14::text, $15::text)
        order by r.decided_at, r.id limit $10)
       union all
       (select 'command', id, at, array[seq], outcome
        from commands
        where at >= greatest($1::timestamptz, $12::timestamptz) and at <= $2 and seq >= $9 and ${COMMANDS_OF}
          and (at, 'command', id) > ($5::timestamptz, $6::text, $7::text)
          and (at, 'command', id) <= ($13::timestamptz, $14::text, $15::text)
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
      reports.seq,
      commands.seq,
      limit + 1,
      reports.at ?? until,
      commands.at ?? until,
      ...last,
    ],
  );
}

/** It is counted no further than this. */
const MOST_COUNTED = 1_000;

/** How much of it is stored no more: what goes first was decided first. */
async function goneOf(
  reader: Reader,
  { since, until }: Query,
  { reports, commands }: Stored,
  of: Parts | undefined,
): Promise<number> {
  const range = [since, until, reports.seq, commands.seq];
  const [row] =
    of === undefined
      ? await reader.query<{ gone: string }>(
          `select (select count(*) from (
             select seqs from reports where decided_at >= $1 and decided_at <= $2
             order by decided_at limit ${MOST_COUNTED}) first where seqs[cardinality(seqs)] < $3)
           + (select count(*) from (
             select seq from commands where at >= $1 and at <= $2 order by at limit ${MOST_COUNTED}) first where seq < $4) as gone`,
          range,
        )
      : await reader.query<{ gone: string }>(
          `select count(distinct a.cause) as gone from alert_actions a
           left join reports r on a.cause = 'report:' || r.id
           left join commands c on a.cause = 'command:' || c.id
           where a.alert_id = any($5::uuid[]) and a.at >= $1 and a.at <= $2 and (
             (a.cause like 'report:%' and coalesce(r.seqs[cardinality(r.seqs)] < $3, true))
             or (a.cause like 'command:%' and coalesce(c.seq < $4, true)))`,
          [...range, of.alertIds],
        );
  return Number(row?.gone ?? 0);
}

/** When the first that is stored still was decided. */
export async function storedFromOf(reader: Reader, { seq, at }: FirstStored): Promise<string | undefined> {
  if (at === undefined) return undefined;
  const [row] = await reader.query<{ at: Date }>(
    `select decided_at as at from reports
     where decided_at >= $2 and seqs[cardinality(seqs)] >= $1 order by decided_at limit 1`,
    [seq, at],
  );
  return row?.at.toISOString();
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
