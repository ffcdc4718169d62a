import { Counter, Histogram } from 'prom-client';

export const toldSeconds = new Histogram({
  name: 'gomon_slack_told_seconds',
  help: 'From the change of a problem until Slack shows it',
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
});

/** Channels come from the routes: there are not many. */
export const channelRefusals = new Counter({
  name: 'gomon_slack_channel_refusals_total',
  help: 'Messages that a channel did not take, by channel and what Slack says',
  labelNames: ['channel', 'error'] as const,
});

export const digestsTold = new Counter({
  name: 'gomon_slack_digests_total',
  help: 'Digests of storms that were told in the threads of their problems',
});
