import type { Severity } from '@gomon/contracts';
import type { Context } from './context.js';
import { crashLooping } from './crash-loop.js';
import { rolloutStuck } from './deployment-rules.js';
import { imagePullFailed } from './image-pull.js';
import { nodeNotReady, nodeUnreachable } from './node-rules.js';
import { oomKilled } from './out-of-memory.js';
import { isAliveOrFailed, ofPods } from './pod-gates.js';
import { podNotReady } from './pod-not-ready.js';
import { MINUTE_MS, SECOND_MS } from './times.js';
import type { Finding, RuleId } from './verdict.js';

/** What a rule looks at: a part of the cluster that is listed as a whole. */
export type Extent = 'pods' | 'nodes' | 'deployments';

export interface Rule {
  readonly id: RuleId;
  readonly what: string;
  readonly extent: Extent;
  /** In production and an ordinary namespace. */
  readonly severity: Severity;
  /** How long its condition has to hold. */
  readonly holdMs: number;
  /** How long its condition has to be over. Of a fact: how long it is told. */
  readonly endMs: number;
  /** So many of one owner within the time it is told are of this severity. */
  readonly many?: { readonly count: number; readonly severity: Severity };
  /** One step worse when all replicas are affected (k8s-rules §1.0). */
  readonly worseForAll?: boolean;
  readonly judge: (context: Context) => readonly Finding[];
}

/** Every rule, as in k8s-rules §1. Holds and ends are judgement: whoever runs it may set others. */
export const RULES: readonly Rule[] = [
  {
    id: 'PodCrashLooping',
    what: 'a container restarts again and again',
    extent: 'pods',
    severity: 'P2',
    holdMs: 30 * SECOND_MS,
    endMs: 10 * MINUTE_MS,
    worseForAll: true,
    judge: ofPods(crashLooping),
  },
  {
    id: 'PodImagePullFailed',
    what: 'an image cannot be had',
    extent: 'pods',
    severity: 'P2',
    holdMs: 2 * MINUTE_MS,
    endMs: 2 * MINUTE_MS,
    worseForAll: true,
    judge: ofPods(imagePullFailed),
  },
  {
    id: 'PodOOMKilled',
    what: 'a container was killed because it was out of memory',
    extent: 'pods',
    severity: 'P3',
    holdMs: 0,
    endMs: 60 * MINUTE_MS,
    many: { count: 3, severity: 'P2' },
    judge: ofPods(oomKilled, isAliveOrFailed),
  },
  {
    id: 'PodNotReady',
    what: 'a running pod is not ready',
    extent: 'pods',
    severity: 'P3',
    holdMs: 5 * MINUTE_MS,
    endMs: 5 * MINUTE_MS,
    worseForAll: true,
    judge: ofPods(podNotReady),
  },
  {
    id: 'NodeNotReady',
    what: 'a kubelet says that its node is not ready',
    extent: 'nodes',
    severity: 'P1',
    holdMs: MINUTE_MS,
    endMs: 2 * MINUTE_MS,
    judge: nodeNotReady,
  },
  {
    id: 'NodeUnreachable',
    what: 'nothing is heard from a node',
    extent: 'nodes',
    severity: 'P1',
    holdMs: 0,
    endMs: 2 * MINUTE_MS,
    judge: nodeUnreachable,
  },
  {
    id: 'DeploymentRolloutStuck',
    what: 'a rollout does not come on',
    extent: 'deployments',
    severity: 'P2',
    holdMs: 0,
    endMs: MINUTE_MS,
    judge: rolloutStuck,
  },
];
