import type { ObservedEvent } from '@gomon/contracts';
import type { Delivery } from '@gomon/messaging';
import type { Statement, Transaction } from '../database/transaction.js';
import type { ObservationOutcome } from '../decide/changes.js';

/** The decisions about one report. */
export interface DecidedReport {
  readonly delivery: Delivery<ObservedEvent>;
  /** One an observation, with the version of the problem that tells it. */
  readonly outcomes: readonly (ObservationOutcome & { readonly version?: number })[];
}

/**
 * The reports of a batch that were not decided before, each once. Another message with a known report (a retry of ours after
 * the stream's duplicate window) is noted as a duplicate; the same message again is not.
 */
export async function dropKnown(
  tx: Transaction,
  deliveries: readonly Delivery<ObservedEvent>[],
): Promise<readonly Delivery<ObservedEvent>[]> {
  const ids = deliveries.map(({ event }) => event.id);
  const rows = await tx.query<{ id: string; seqs: string[] }>(
    `select id, seqs from reports where id = any($1::text[])`,
    [ids],
  );
  const known = new Map(rows.map(({ id, seqs }) => [id, new Set(seqs.map(Number))]));
  const fresh = new Map<string, Delivery<ObservedEvent>>();
  for (const delivery of deliveries) {
    const { id, data } = delivery.event;
    const seqs = known.get(id);
    if (seqs === undefined && !fresh.has(id)) {
      fresh.set(id, delivery);
    } else if (seqs !== undefined && !seqs.has(delivery.seq)) {
      seqs.add(delivery.seq);
      noteDuplicate(tx, id, data.scope, delivery.seq);
    }
  }
  return [...fresh.values()];
}

function noteDuplicate(tx: Transaction, id: string, scope: string, seq: number): void {
  tx.send([
    { sql: `update reports set seqs = seqs || $2::bigint where id = $1`, parameters: [id, seq] },
    { sql: `update ledger set duplicates = duplicates + 1 where scope = $1`, parameters: [scope] },
  ]);
}

/** Writes inbox, explanations and ledger. */
export function recordReports(tx: Transaction, reports: readonly DecidedReport[], now: string): void {
  if (reports.length > 0) tx.send(statements(reports, now));
}

function* statements(reports: readonly DecidedReport[], now: string): Generator<Statement> {
  yield {
    sql: `insert into reports (id, scope, source_kind, source_instance, accepted_at, decided_at, seqs, observations)
     select id, scope, source_kind, source_instance, accepted_at, $2, array[seq], observations
     from json_to_recordset($1::json) as report (id text, scope text, source_kind text, source_instance text,
       accepted_at timestamptz, seq bigint, observations integer)`,
    parameters: [JSON.stringify(reports.map(reportJson)), now],
  };
  yield {
    sql: `insert into decisions (cause, scope, at, decided)
     select cause, scope, $2, decided from json_to_recordset($1::json) as decision (cause text, scope text, decided jsonb)`,
    parameters: [JSON.stringify(reports.map(decisionJson)), now],
  };
  yield {
    sql: `insert into ledger (scope, reports, observations, repeated, late, to_tell, watermark)
     select scope, reports, observations, repeated, late, to_tell, watermark
     from json_populate_recordset(null::ledger, $1::json)
     on conflict (scope) do update set
       reports = ledger.reports + excluded.reports,
       observations = ledger.observations + excluded.observations,
       repeated = ledger.repeated + excluded.repeated,
       late = ledger.late + excluded.late,
       to_tell = ledger.to_tell + excluded.to_tell,
       watermark = greatest(ledger.watermark, excluded.watermark)`,
    parameters: [JSON.stringify(ledgerRows(reports))],
  };
}

function reportJson({ delivery: { event, seq } }: DecidedReport): Record<string, unknown> {
  const { scope, source, acceptedAt, observations } = event.data;
  return {
    id: event.id,
    scope,
    source_kind: source.kind,
    source_instance: source.instance,
    accepted_at: acceptedAt,
    seq,
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
      observations: outcomes.length,
      repeated: count('repeated'),
      late: count('late'),
      to_tell: count('told'),
      watermark: ofScope
        .map(({ delivery }) => delivery.event.data.acceptedAt)
        .sort()
        .at(-1),
    };
  });
}
