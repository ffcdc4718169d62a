import { z } from 'zod';
import { crashLoopingPod, deployment, healthyPod, replicaSet } from './small-cluster.js';

/** A Deployment of one pod in a simulated cluster. */
export interface Workload {
  readonly namespace: string;
  readonly deployment: string;
  readonly node: string;
}

const BROKEN = 'aaaaa';
const MENDED = 'bbbbb';

/** Puts a workload into a running simulator; its only pod crash-loops. */
export async function breakWorkload(simulatorUrl: string, workload: Workload): Promise<void> {
  const now = new Date();
  const { namespace, deployment: name } = workload;
  await editCluster(simulatorUrl, [
    deployment(now, namespace, name, 0),
    replicaSet(now, namespace, name),
    crashLoopingPod(now, { ...workload, suffix: BROKEN }),
  ]);
}

/** As a rollout does: there is a new pod that is well, and the old one is gone. */
export async function mendWorkload(simulatorUrl: string, workload: Workload): Promise<void> {
  const now = new Date();
  const { namespace, deployment: name } = workload;
  const broken = crashLoopingPod(now, { ...workload, suffix: BROKEN });
  await editCluster(simulatorUrl, [
    healthyPod(now, { ...workload, suffix: MENDED, ageS: 30 }),
    deployment(now, namespace, name, 1),
  ]);
  await editCluster(simulatorUrl, { delete: [{ kind: 'Pod', namespace, name: broken.metadata.name }] });
}

const objects = z.array(
  z.looseObject({
    kind: z.string(),
    metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  }),
);

/** Takes all workloads whose names begin so out of a running simulator. */
export async function removeWorkloads(simulatorUrl: string, prefix: string): Promise<void> {
  const found = (await objectsIn(simulatorUrl)).filter(({ metadata }) => metadata.name.startsWith(prefix));
  if (found.length === 0) return;
  await editCluster(simulatorUrl, {
    delete: found.map(({ kind, metadata: { name, namespace } }) => ({ kind, namespace, name })),
  });
}

/** What is in a running simulator. */
export async function objectsIn(simulatorUrl: string): Promise<z.infer<typeof objects>> {
  const response = await fetch(`${simulatorUrl}/__objects`, { signal: AbortSignal.timeout(10_000) });
  return objects.parse(await response.json());
}

/** Edits the objects of a running simulator. @throws Error with what it did not take */
export async function editCluster(simulatorUrl: string, edits: unknown): Promise<void> {
  const response = await fetch(`${simulatorUrl}/__objects`, {
    method: 'POST',
    body: JSON.stringify(edits),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok)
    throw new Error(`the simulated Kubernetes answered ${response.status}: ${await response.text()}`);
}
