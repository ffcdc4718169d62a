import { Counter, Gauge, Histogram } from 'prom-client';

/** Metrics of messages, on the default register of prom-client. */

export const published = new Counter({
  name: 'gomon_messages_published_total',
  help: 'Messages that their stream acknowledged',
  labelNames: ['subject_kind'],
});

export const consumed = new Counter({
  name: 'gomon_messages_consumed_total',
  help: 'Deliveries by what became of them: done, again, never, failed, invalid',
  labelNames: ['consumer', 'outcome'],
});

export const redelivered = new Counter({
  name: 'gomon_messages_redelivered_total',
  help: 'Deliveries that were not the first of their message',
  labelNames: ['consumer'],
});

export const dead = new Counter({
  name: 'gomon_messages_dead_total',
  help: 'Messages that went to the dead letters',
  labelNames: ['stream'],
});

export const lag = new Gauge({
  name: 'gomon_consumer_lag',
  help: 'Messages that a durable consumer has not acknowledged yet',
  labelNames: ['consumer'],
});

export const handlerSeconds = new Histogram({
  name: 'gomon_handler_seconds',
  help: 'How long a handler took for a message or a batch',
  labelNames: ['consumer'],
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60],
});

export const claimsTotal = new Counter({
  name: 'gomon_claims_total',
  help: 'Claims by what became of them: written in a state, released, lost to somebody faster',
  labelNames: ['bucket', 'state'] as const,
});

/** `observed` of `gomon.observed.v1.urgent.grafana`: few values, whatever subjects there are. */
export function subjectKind(subject: string): string {
  return subject.split('.')[1] ?? 'other';
}
