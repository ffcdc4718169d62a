import { Counter, Histogram } from 'prom-client';

export const reports = new Counter({
  name: 'gomon_ingest_reports_total',
  help: 'Deliveries answered with 2xx, by source and by where they were put: stream, spool, empty',
  labelNames: ['source', 'outcome'] as const,
});

export const observations = new Counter({
  name: 'gomon_ingest_observations_total',
  help: 'Alerts taken from deliveries',
  labelNames: ['source'] as const,
});

export const deadLettered = new Counter({
  name: 'gomon_ingest_dead_lettered_total',
  help: 'Alerts of accepted deliveries that were refused one by one and went to the dead letters',
  labelNames: ['source'] as const,
});

export const rejected = new Counter({
  name: 'gomon_ingest_rejected_total',
  help: 'Deliveries answered with an error, by reason: malformed, unauthorized, too_large, unsupported_type, unavailable, error',
  labelNames: ['source', 'reason'] as const,
});

export const seconds = new Histogram({
  name: 'gomon_ingest_request_seconds',
  help: 'From the whole body to the answer',
  labelNames: ['source'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
});

/** Why a delivery was rejected, by the status of its answer. */
export function rejectionOf(status: number): string {
  return REASONS.get(status) ?? 'error';
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [400, 'malformed'],
  [401, 'unauthorized'],
  [413, 'too_large'],
  [415, 'unsupported_type'],
  [503, 'unavailable'],
]);
