/** Slack's and Opsgenie's own pace would make a run of minutes an hour; the cluster is told anew soon. */
export const UNPACED = {
  SLACK_PACE_PER_SECOND: '0',
  SLACK_SIMULATOR_RATE_LIMITS: 'off',
  OPSGENIE_SIMULATOR_RATE_LIMITS: 'off',
  K8S_RECONCILE_S: '2',
};
