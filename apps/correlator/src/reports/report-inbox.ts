import type { ObservedEvent } from '@gomon/contracts';
import type { Delivery } from '@gomon/messaging';
import type { Statement, Transaction } from '../database/transaction.js';
import type { ObservationOutcome } from '../decide/changes.js';
import { placeCounts } from '../ledger/place-counts.js';

/** The decisions about one report. */
export interface DecidedReport {
  readonly delivery: Delivery<ObservedEvent>;
  /** One an observation, with the version of the problem that tells it. */
  readonly outcomes: readonly (ObservationOutcome & { readonly version?: number })[];
}

/** What is to be done about a batch of reports. */
export interface Sorted {
  /** Not decided before, each once. */
  readonly fresh: readonly Delivery<ObservedEvent>[];
  /** Known, or fresh, from another message: a retry of ours after the stream's duplicate window. */
  readonly duplicates: readonly Delivery<ObservedEvent>[];
}

/** Sorts out which reports were decided before. The same message again is nothing at all. */
export async function sortOut(
  tx: Transaction,
  deliveries: readonly Delivery<ObservedEvent>[],
): Promise<Sorted> {
  const ids = deliveries.map(({ event }) => event.id);
  const rows = await tx.query<{ id: string; seqs: string[] }>(
    `select id, seqs from reports where id = any($1::text[])`,
    [ids],
  );
  const known = new Map(rows.map(({ id, seqs }) => [id, new Set(seqs.map(Number))]));
  const fresh: Delivery<ObservedEvent>[] = [];
  const duplicates: Delivery<ObservedEvent>[] = [];
  for (const delivery of deliveries) {
    const { id } = delivery.event;
    const seqs = known.get(id);
    if (seqs === undefined) {
      known.set(id, new Set([delivery.seq]));
      fresh.push(delivery);
    } else if (!seqs.has(delivery.seq)) {
      seqs.add(delivery.seq);
      duplicates.push(delivery);
    }
  }
  return { fresh, duplicates };
}

/** Each of them is in the inbox by now. */
export function noteDuplicates(tx: Transaction, duplicates: Sorted['duplicates']): void {
  for (const delivery of duplicates) {
    const { id, data } = delivery.event;
    const { announced, followed } = placeCounts(delivery);
    tx.send([
      {
        sql: `update reports set seqs = seqs || $2::bigint, announced = announced + $3 where id = $1`,
        parameters: [id, delivery.seq, announced],
      },
      {
        sql: `update ledger set duplicates = duplicates + 1, announced = announced + $2, followed = followed + $3
         where scope = $1`,
        parameters: [data.scope, announced, followed],
      },
    ]);
  }
}

/** Writes inbox, explanations and ledger. */
export function recordReports(tx: Transaction, reports: readonly DecidedReport[], now: string): void {
  if (reports.length > 0) tx.send(statements(reports, now));
}

function* statements(reports: readonly DecidedReport[], now: string): Generator<Statement> {
  yield {
    sql: `insert into reports (id, scope, source_kind, source_instance, accepted_at, decided_at, seqs, announced, observations)
     select id, scope, source_kind, source_instance, accepted_at, $2, array[seq], announced, observations
     from json_to_recordset($1::json) as report (id text, scope text, source_kind text, source_instance text,
       accepted_at timestamptz, seq bigint, announced integer, observations integer)`,
    parameters: [JSON.stringify(reports.map(reportJson)), now],
  };
  yield {
    sql: `insert into decisions (cause, scope, at, decided)
     select cause, scope, $2, decided from json_to_recordset($1::json) as decision (cause text, scope text, decided jsonb)`,
    parameters: [JSON.stringify(reports.map(decisionJson)), now],
  };
  yield {
    sql: `insert into ledger (scope, reports, announced, followed, observations, repeated, late, muted, merged, digested, to_tell, watermark)
     select scope, reports, announced, followed, observations, repeated, late, muted, merged, digested, to_tell, watermark
     from json_populate_recordset(null::ledger, $1::json)
     on conflict (scope) do update set
       reports = ledger.reports + excluded.reports,
       announced = ledger.announced + excluded.announced,
       followed = ledger.followed + excluded.followed,
       observations = ledger.observations + excluded.observations,
       repeated = ledger.repeated + excluded.repeated,
       late = ledger.late + excluded.late,
       muted = ledger.muted + excluded.muted,
       merged = ledger.merged + excluded.merged,
       digested = ledger.digested + excluded.digested,
       to_tell = ledger.to_tell + excluded.to_tell,
       watermark = greatest(ledger.watermark, excluded.watermark)`,
    parameters: [JSON.stringify(ledgerRows(reports))],
  };
}

function reportJson({ delivery }: DecidedReport): Record<string, unknown> {
  const { event, seq } = delivery;
  const { scope, source, acceptedAt, observations } = event.data;
  return {
    id: event.id,
    scope,
    source_kind: source.kind,
    source_instance: source.instance,
    accepted_at: acceptedAt,
    seq,
    announced: placeCounts(delivery).announced,
    observations: observations.length,
  };
}

function decisionJson({ delivery: { event }, outcomes }: DecidedReport): Record<string, unknown> {
  return {
    cause: `report:${event.id}`,
    scope: event.data.scope,
    decided: outcomes.map(({ kind: _, ...outcome }) => outcome),
  };
}

function ledgerRows(reports: readonly DecidedReport[]): readonly Record<string, unknown>[] {
  const byScope = Map.groupBy(reports, ({ delivery }) => delivery.event.data.scope);
  return [...byScope].map(([scope, ofScope]) => {
    const outcomes = ofScope.flatMap((report) => report.outcomes);
    const count = (end: ObservationOutcome['end']) =>
      outcomes.filter((outcome) => outcome.end === end).length;
    return {
      scope,
      reports: ofScope.length,
      announced: sumOf(ofScope, 'announced'),
      followed: sumOf(ofScope, 'followed'),
      observations: outcomes.length,
      repeated: count('repeated'),
      late: count('late'),
      muted: count('muted'),
      merged: count('merged'),
      digested: count('digested'),
      to_tell: count('told'),
      watermark: ofScope
        .map(({ delivery }) => delivery.event.data.acceptedAt)
        .sort()
        .at(-1),
    };
  });
}

function sumOf(reports: readonly DecidedReport[], count: 'announced' | 'followed'): number {
  return reports.reduce((sum, { delivery }) => sum + placeCounts(delivery)[count], 0);
}
