/**
 * The domain code, as globs: what maps, decides and renders. Each is a function of its arguments (ESLint sees to it), so
 * that every case can be told in a test (the coverage check sees to that).
 */
export const domainCode = [
  'apps/ingest/src/webhooks/clean.ts',
  'apps/ingest/src/webhooks/webhook-alert.ts',
  'apps/ingest/src/report/report-messages.ts',
  'apps/correlator/src/correlate/**/*.ts',
  'apps/correlator/src/decide/**/*.ts',
  'apps/k8s-watcher/src/cluster/**/*.ts',
  'apps/k8s-watcher/src/rules/**/*.ts',
  'apps/slack-gateway/src/message/render-problem.ts',
  'apps/slack-gateway/src/message/render-digest.ts',
  'apps/slack-gateway/src/message/pending-reply.ts',
  'apps/slack-gateway/src/message/escape.ts',
  'apps/api-gateway/src/alerts/posted-alerts.ts',
];
