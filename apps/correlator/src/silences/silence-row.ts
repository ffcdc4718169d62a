import { silence, type Silence as SilenceData } from '@gomon/contracts';
import type { Reader, Statement, Transaction } from '../database/transaction.js';
import type { Decided } from '../decide/decide-all.js';
import { compileSilence, stateAt, type Silence } from '../decide/silences.js';

/** One that is over still tells of what it muted: what is reported late is judged by its own time. */
const REMEMBERED = '7 days';

const LOCK = 'lock table silences in exclusive mode';

/** Silences are made one after the other; who only reads them is not held up. */
export function lockSilences(tx: Transaction): void {
  tx.send([{ sql: LOCK, parameters: [] }]);
}

/** Those that may mute something. */
export async function loadSilences(tx: Reader): Promise<readonly Silence[]> {
  const rows = await tx.query<{ data: unknown }>(
    `select data from silences
     where coalesce(expired_at, ends_at, 'infinity') > clock_timestamp() - interval '${REMEMBERED}' order by id`,
  );
  return rows.map(({ data }) => compileSilence(silence.parse(data)));
}

export function* silenceStatements(
  { silences, newlyMuted }: Pick<Decided, 'silences' | 'newlyMuted'>,
  now: string,
): Generator<Statement> {
  if (silences.length > 0) yield { sql: LOCK, parameters: [] };
  for (const one of silences) yield silenceStatement(one, now);
  for (const [id, count] of newlyMuted) {
    yield {
      sql: `update silences set muted = muted + $2, last_muted_at = $3 where id = $1`,
      parameters: [id, count, now],
    };
  }
}

function silenceStatement(one: Silence, now: string): Statement {
  const { data } = one;
  return {
    sql: `insert into silences (id, data, starts_at, ends_at, expired_at, next_at, revision)
      values ($1, $2, $3, $4, $5, $6, (select coalesce(max(revision), 0) + 1 from silences))
      on conflict (id) do update set data = excluded.data, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
        expired_at = excluded.expired_at, next_at = excluded.next_at, revision = excluded.revision`,
    parameters: [
      data.id,
      JSON.stringify(data),
      data.startsAt,
      data.endsAt ?? null,
      data.expired?.at ?? null,
      nextBeginning(one, now) ?? null,
    ],
  };
}

/** When it comes into force next; undefined: it is in force, or never will be again. */
export function nextBeginning(one: Silence, now: string): string | undefined {
  const { data } = one;
  if (stateAt(one, now) === 'expired') return undefined;
  if (data.recurrence === undefined) return data.startsAt > now ? data.startsAt : undefined;
  const next = one.nextWindow(now)?.startsAt;
  return next === undefined || (data.endsAt !== undefined && next >= data.endsAt) ? undefined : next;
}

/** A silence as its row has it, with what it has muted. */
export interface SilenceRow {
  readonly data: SilenceData;
  /** bigint comes as text. */
  readonly muted: string;
  readonly last_muted_at: Date | null;
}
