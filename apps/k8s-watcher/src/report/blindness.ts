import type { Observation } from '@gomon/contracts';
import type { ClusterWatch } from '../watch/cluster-watch.js';

export const BLIND_EXTENT = 'watcher';

/** Undefined: all that alerts are read from can be seen. */
export function blindObservation(
  watch: Pick<ClusterWatch, 'unseen' | 'unseenSince'>,
  cluster: string,
): Observation | undefined {
  const { unseen, unseenSince } = watch;
  if (unseenSince === undefined) return undefined;
  return {
    status: 'firing',
    labels: { alertname: 'WatcherBlind', severity: 'P1', cluster, kind: 'Cluster', name: cluster },
    annotations: {
      summary: `The Kubernetes API of ${cluster} cannot be seen: nothing is known of it since then`,
      description: `Not seen: ${unseen.slice(0, 10).join(', ')}${unseen.length > 10 ? `, and ${unseen.length - 10} more` : ''}. Alerts of what is not seen stay as they are.`,
    },
    startsAt: new Date(unseenSince).toISOString(),
    senderFingerprint: 'watcher-blind',
    extent: BLIND_EXTENT,
  };
}
