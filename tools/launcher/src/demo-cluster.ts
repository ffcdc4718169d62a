import { crashLoopingPod, deployment, healthyPod, replicaSet } from '@gomon/testing';

/** A workload of the simulated cluster that crash-loops for the demonstration, under a name of its own each time. */
export interface DemoWorkload {
  readonly namespace: string;
  readonly deployment: string;
  readonly node: string;
}

export function demoWorkload(run: string): DemoWorkload {
  return { namespace: 'monitoring', deployment: `log-shipper-${run}`, node: 'node-b' };
}

const BROKEN = 'aaaaa';
const MENDED = 'bbbbb';

/** Puts it into the cluster; its only pod crash-loops. */
export async function breakWorkload(simulatorUrl: string, workload: DemoWorkload): Promise<void> {
  const now = new Date();
  const { namespace, deployment: name } = workload;
  await edit(simulatorUrl, [
    deployment(now, namespace, name, 0),
    replicaSet(now, namespace, name),
    crashLoopingPod(now, { ...workload, suffix: BROKEN }),
  ]);
}

/** As a rollout does: a new pod that is well, and the old one is gone. */
export async function mendWorkload(simulatorUrl: string, workload: DemoWorkload): Promise<void> {
  const now = new Date();
  const { namespace, deployment: name } = workload;
  const broken = crashLoopingPod(now, { ...workload, suffix: BROKEN });
  await edit(simulatorUrl, [
    healthyPod(now, { ...workload, suffix: MENDED, ageS: 30 }),
    deployment(now, namespace, name, 1),
  ]);
  await edit(simulatorUrl, { delete: [{ kind: 'Pod', namespace, name: broken.metadata.name }] });
}

async function edit(simulatorUrl: string, edits: unknown): Promise<void> {
  const response = await fetch(`${simulatorUrl}/__objects`, {
    method: 'POST',
    body: JSON.stringify(edits),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok)
    throw new Error(`the simulated Kubernetes answered ${response.status}: ${await response.text()}`);
}
