import { deployment, healthyPod, node as readyNode, replicaSet, secondsAgo } from './small-cluster.js';
import { editCluster, objectsIn } from './workload.js';

/** A node of a simulated cluster, which fails with all that runs on it. */
export interface FailingNode {
  readonly node: string;
  readonly namespace: string;
  /** Of a Deployment of two pods, both on the node, of their Service, and of the Ingress that leads to it. */
  readonly workload: string;
  /** The name under which the Ingress is reached. */
  readonly host: string;
}

const NODES = 'worker-';
/** The watcher waits so long before it tells of them, and that they are over (`apps/k8s-watcher/src/rules`). */
const PODS_HOLD_S = 5 * 60;
const PODS_END_S = 5 * 60;
const NODE_HOLD_S = 60;
const NODE_END_S = 2 * 60;

/** Names of their own for each run, so that what an earlier one left is not taken for it. */
export function failingNode(run: string): FailingNode {
  return {
    node: `${NODES}${run}`,
    namespace: 'portal',
    workload: `portal-${run}`,
    host: `portal-${run}.shop.example`,
  };
}

/** Runs whose nodes are still in a running simulator. */
export async function runsWithNodes(simulatorUrl: string): Promise<readonly string[]> {
  const objects = await objectsIn(simulatorUrl);
  return objects
    .filter(({ kind, metadata }) => kind === 'Node' && metadata.name.startsWith(NODES))
    .map(({ metadata }) => metadata.name.slice(NODES.length));
}

/** Puts a node into a running simulator, and what runs on it; all is well. */
export async function addNode(simulatorUrl: string, failing: FailingNode): Promise<void> {
  const now = new Date();
  const { namespace, workload } = failing;
  await editCluster(simulatorUrl, [
    nodeOf(failing, now, 'True'),
    ...podsOf(failing, now, 'True'),
    sized(deployment(now, namespace, workload), 2),
    sized(replicaSet(now, namespace, workload), 2),
    serviceOf(failing, now),
    endpointsOf(failing, now, true),
    ingressOf(failing, now),
  ]);
}

/** Its pods are not ready, as long as it takes to be told; their Service has no endpoint that is. */
export async function failPods(simulatorUrl: string, failing: FailingNode): Promise<void> {
  const now = new Date();
  await editCluster(simulatorUrl, [...podsOf(failing, now, 'False'), endpointsOf(failing, now, false)]);
}

/** Its kubelet says that it is not ready, as long as it takes to be told. */
export async function failNode(simulatorUrl: string, failing: FailingNode): Promise<void> {
  await editCluster(simulatorUrl, [nodeOf(failing, new Date(), 'False', NODE_HOLD_S + 1)]);
}

/** All is well again, as long as it takes to be told. */
export async function recoverNode(simulatorUrl: string, failing: FailingNode): Promise<void> {
  const now = new Date();
  await editCluster(simulatorUrl, [
    nodeOf(failing, now, 'True', NODE_END_S + 1),
    ...podsOf(failing, now, 'True', PODS_END_S + 1),
    endpointsOf(failing, now, true),
  ]);
}

/** Takes a node out of a running simulator, with all that runs on it. */
export async function removeNode(simulatorUrl: string, failing: FailingNode): Promise<void> {
  const isOfIt = (name: string) => name === failing.node || name.startsWith(failing.workload);
  const found = (await objectsIn(simulatorUrl)).filter(({ metadata }) => isOfIt(metadata.name));
  if (found.length === 0) return;
  await editCluster(simulatorUrl, {
    delete: found.map(({ kind, metadata: { name, namespace } }) => ({ kind, namespace, name })),
  });
}

function nodeOf({ node }: FailingNode, now: Date, ready: 'True' | 'False', sinceS?: number) {
  const { metadata, ...rest } = readyNode(now, node, ready, sinceS);
  return { ...rest, metadata: { ...metadata, labels: { 'topology.kubernetes.io/zone': 'eu-1b' } } };
}

function podsOf(failing: FailingNode, now: Date, ready: 'True' | 'False', sinceS?: number) {
  const { namespace, workload } = failing;
  return ['aaaaa', 'bbbbb'].map((suffix) => {
    const pod = healthyPod(now, { namespace, deployment: workload, suffix, node: failing.node });
    const [readiness, ...conditions] = pod.status.conditions;
    if (ready === 'True') {
      const since = sinceS === undefined ? readiness?.lastTransitionTime : secondsAgo(now, sinceS);
      return withConditions(pod, [{ ...readiness, lastTransitionTime: since }, ...conditions]);
    }
    return withConditions(
      {
        ...pod,
        status: {
          ...pod.status,
          containerStatuses: pod.status.containerStatuses.map((each) => ({ ...each, ready: false })),
        },
      },
      [
        {
          type: 'Ready',
          status: 'False',
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${workload}]`,
          lastTransitionTime: secondsAgo(now, PODS_HOLD_S + 1),
        },
        ...conditions,
      ],
    );
  });
}

function withConditions(pod: ReturnType<typeof healthyPod>, conditions: readonly object[]) {
  return { ...pod, status: { ...pod.status, conditions } };
}

function sized<Sized extends { readonly spec: object; readonly status: object }>(
  of: Sized,
  replicas: number,
) {
  return { ...of, spec: { ...of.spec, replicas }, status: { ...of.status, replicas } };
}

function serviceOf({ namespace, workload }: FailingNode, now: Date) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: workload, namespace, creationTimestamp: secondsAgo(now, 86_400) },
    spec: { selector: { app: workload }, ports: [{ port: 80 }] },
  };
}

function endpointsOf(failing: FailingNode, now: Date, ready: boolean) {
  const { namespace, workload } = failing;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${workload}-x7k2p`,
      namespace,
      creationTimestamp: secondsAgo(now, 86_400),
      labels: { 'kubernetes.io/service-name': workload },
    },
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints: podsOf(failing, now, 'True').map(({ metadata: { name } }, index) => ({
      addresses: [`10.0.0.${index + 10}`],
      conditions: { ready, serving: ready, terminating: false },
      targetRef: { kind: 'Pod', namespace, name },
      nodeName: failing.node,
    })),
  };
}

function ingressOf({ namespace, workload, host }: FailingNode, now: Date) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: workload, namespace, creationTimestamp: secondsAgo(now, 86_400) },
    spec: {
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: workload, port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  };
}
