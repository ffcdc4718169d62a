import type { ClusterIndex, ClusterView } from '../cluster/cluster.js';

/** What a rule is judged on. */
export interface Context {
  readonly view: ClusterView;
  readonly index: ClusterIndex;
  /** How long its condition has to hold, and to be over. */
  readonly holdMs: number;
  readonly endMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const ZONE = 'topology.kubernetes.io/zone';

/** Lines of a description; what is not known is left out. */
export function lines(...given: readonly (string | undefined)[]): string {
  return given.filter((line) => line !== undefined && line !== '').join('\n');
}
