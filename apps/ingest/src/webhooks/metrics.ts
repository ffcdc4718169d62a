import { Counter, Histogram } from 'prom-client';

export const reports = new Counter({
  name: 'gomon_ingest_reports_total',
  help: 'Deliveries by source and by where they were put: stream, spool, empty',
  labelNames: ['source', 'put'] as const,
});

export const observations = new Counter({
  name: 'gomon_ingest_observations_total',
  help: 'Alerts taken from deliveries',
  labelNames: ['source'] as const,
});

export const refused = new Counter({
  name: 'gomon_ingest_refused_total',
  help: 'Requests that were answered with an error, by status, and alerts that went to the dead letters (status 0)',
  labelNames: ['source', 'status'] as const,
});

export const seconds = new Histogram({
  name: 'gomon_ingest_request_seconds',
  help: 'From the whole body to the answer',
  labelNames: ['source'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
});
