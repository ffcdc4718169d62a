import { Counter, Gauge } from 'prom-client';

export const lists = new Counter({
  name: 'gomon_k8s_lists_total',
  help: 'Lists by what they came to: ok, failed',
  labelNames: ['resource', 'outcome'] as const,
});

export const watchStarts = new Counter({
  name: 'gomon_k8s_watch_starts_total',
  help: 'Watches that were opened',
  labelNames: ['resource'] as const,
});

export const openWatches = new Gauge({
  name: 'gomon_k8s_watches_open',
  help: 'Watches that are open',
  labelNames: ['resource'] as const,
});

export const lastHeard = new Gauge({
  name: 'gomon_k8s_last_heard_timestamp_seconds',
  help: 'When a list succeeded or a watch said something, the last time',
  labelNames: ['resource', 'namespace'] as const,
});
