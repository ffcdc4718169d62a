import { eventOf, type ObservedEvent } from '@gomon/contracts';
import type { Delivery } from '@gomon/messaging';
import { Database } from '../database/database.js';
import { decideReports } from '../reports/decide-reports.js';
import { RuleBook } from '../rules/rule-book.js';

const BATCH = 250;
const RUNS = 24;
const SOURCE = { kind: 'grafana', instance: 'default' };

/** How long a transaction of 250 alerts takes while so many others are open. Medians. */
export interface TransactionTime {
  readonly open: number;
  /** Of the first one of a process: it makes the graph of all that is open. */
  readonly graphMs: number;
  readonly newMs: number;
  readonly repeatedMs: number;
}

/** Fills an empty database up to each of `sizes` open alerts, and measures transactions there. */
export async function measureTransactions(
  url: string,
  sizes: readonly number[],
): Promise<readonly TransactionTime[]> {
  const database = new Database(url, () => undefined);
  await database.start();
  let book = new RuleBook('opsgenie', () => undefined);
  const times: TransactionTime[] = [];
  try {
    let seq = 0;
    const decide = async (name: string): Promise<number> => {
      seq += 1;
      const began = performance.now();
      const deliveries = [deliveryOf(name, seq)];
      const { outbox } = await decideReports(database, deliveries, book, () => new Date().toISOString());
      const took = performance.now() - began;
      await database.query(`delete from outbox where id = any($1::text[])`, [outbox.map(({ id }) => id)]);
      return took;
    };
    // The first ones prepare statements and warm what is measured.
    for (let run = 0; run < RUNS; run += 1) await decide(`warm-${run}`);
    for (const open of sizes) {
      await fillUp(database, open);
      book = new RuleBook('opsgenie', () => undefined);
      const graphMs = Math.round(await decide(`graph-${open}`));
      const fresh: number[] = [];
      const repeated: number[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        fresh.push(await decide(`size-${open}-${run}`));
        repeated.push(await decide(`size-${open}-${run}`));
      }
      times.push({ open, graphMs, newMs: median(fresh), repeatedMs: median(repeated) });
    }
    return times;
  } finally {
    await database.stop();
  }
}

/** Copies of an open alert and its problem, as if they had been reported. */
async function fillUp(database: Database, open: number): Promise<void> {
  const [count] = await database.query<{ count: string }>(
    `select count(*) from alerts_active where resolved_at is null`,
  );
  const missing = open - Number(count?.count ?? 0);
  for (let left = missing; left > 0; left -= CHUNK) await copy(database, Math.min(left, CHUNK));
  for (const table of ['alerts_active', 'problems']) await database.query(`analyze ${table}`);
}

const CHUNK = 10_000;
const COPIED = `scope, source_kind, source_instance, severity, title, starts_at, updated_at`;

async function copy(database: Database, rows: number): Promise<void> {
  await database.query(
    `with template as (select * from alerts_active limit 1), made as (
       insert into alerts_active (${COPIED}, id, fingerprint, correlation_id, episode, labels, details, latest_starts_at,
         first_seen_at, last_seen_at, observations, heard_at, heard_seq, due_at, about)
       select ${COPIED}, gen_random_uuid(), md5(random()::text), gen_random_uuid(), 1,
         labels || jsonb_build_object('pod', random()::text), details, latest_starts_at, first_seen_at, last_seen_at, 1,
         heard_at, heard_seq, due_at, about
       from template, generate_series(1, $1)
       returning id, correlation_id)
     insert into problems (${COPIED}, id, version, primary_alert_id, opened_at, channel, timeline, told, untold)
     select p.scope, p.source_kind, p.source_instance, p.severity, p.title, p.starts_at, p.updated_at, made.correlation_id, 1,
       made.id, p.opened_at, p.channel, p.timeline, '[]', '[]'
     from made, (select * from problems limit 1) p`,
    [rows],
  );
}

function deliveryOf(name: string, seq: number): Delivery<ObservedEvent> {
  const now = new Date();
  const observations = Array.from({ length: BATCH }, (_, index) => ({
    status: 'firing' as const,
    labels: { alertname: `${name}-${index}`, severity: 'warning', namespace: 'shop', pod: `cart-${index}` },
    annotations: { summary: 'Latency is high' },
    startsAt: '2026-03-01T09:00:00.000Z',
  }));
  const data = {
    kind: 'delta' as const,
    scope: 'default',
    source: SOURCE,
    acceptedAt: now.toISOString(),
    observations,
  };
  return {
    event: eventOf('gomon.observed.v1', data, { id: `bench-${seq}`, source: 'gomon/ingest', time: now }),
    subject: 'gomon.observed.v1.normal.grafana',
    seq,
    attempt: 1,
    publishedAt: now,
    headers: {},
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 10) / 10;
}
