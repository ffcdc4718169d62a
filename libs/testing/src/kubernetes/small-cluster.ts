/** A small cluster, as an API server returns it. Times are RFC 3339 in whole seconds, as those of Kubernetes. */

const NODES = ['node-a', 'node-b', 'node-c'] as const;

export function secondsAgo(now: Date, seconds: number): string {
  return `${new Date(now.getTime() - seconds * 1_000).toISOString().slice(0, 19)}Z`;
}

const DAY_S = 86_400;

export function node(
  now: Date,
  name: string,
  ready: 'True' | 'False' | 'Unknown' = 'True',
  sinceS = 7 * DAY_S,
) {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      creationTimestamp: secondsAgo(now, 30 * DAY_S),
      labels: { 'topology.kubernetes.io/zone': `eu-1${name.at(-1) ?? 'a'}` },
    },
    spec: {},
    status: {
      allocatable: { cpu: '4', memory: '16Gi', pods: '110' },
      conditions: [
        {
          type: 'Ready',
          status: ready,
          reason: { True: 'KubeletReady', False: 'KubeletNotReady', Unknown: 'NodeStatusUnknown' }[ready],
          message: ready === 'True' ? 'kubelet is posting ready status' : 'PLEG is not healthy',
          lastHeartbeatTime: secondsAgo(now, 5),
          lastTransitionTime: secondsAgo(now, sinceS),
        },
      ],
    },
  };
}

export interface PodOptions {
  readonly namespace: string;
  readonly deployment: string;
  readonly suffix?: string;
  readonly node?: string;
  readonly ageS?: number;
}

const HASH = '7d9f8c6b5';

/** A pod of a Deployment that does what it should. */
export function healthyPod(now: Date, options: PodOptions) {
  const { namespace, deployment, suffix = 'abcde', node: onNode = 'node-a', ageS = DAY_S } = options;
  const startedAt = secondsAgo(now, ageS - 5);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${deployment}-${HASH}-${suffix}`,
      namespace,
      creationTimestamp: secondsAgo(now, ageS),
      labels: { app: deployment, 'pod-template-hash': HASH },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${deployment}-${HASH}`,
          controller: true,
          uid: `rs-${deployment}`,
        },
      ],
    },
    spec: {
      nodeName: onNode,
      containers: [{ name: deployment, image: `registry.example/${deployment}:1.4.2` }],
    },
    status: {
      phase: 'Running',
      startTime: secondsAgo(now, ageS),
      conditions: [
        { type: 'Ready', status: 'True', lastTransitionTime: startedAt },
        { type: 'PodScheduled', status: 'True', lastTransitionTime: secondsAgo(now, ageS) },
      ],
      containerStatuses: [
        {
          name: deployment,
          image: `registry.example/${deployment}:1.4.2`,
          ready: true,
          started: true,
          restartCount: 0,
          state: { running: { startedAt } },
        },
      ],
    },
  };
}

/** A pod of a Deployment that crash-loops. */
export function crashLoopingPod(now: Date, options: PodOptions) {
  const ageS = options.ageS ?? 600;
  const pod = healthyPod(now, { ...options, ageS });
  const name = options.deployment;
  const ended = {
    exitCode: 1,
    reason: 'Error',
    message: 'cannot read /etc/config/rules.yaml: no such file',
    startedAt: secondsAgo(now, 95),
    finishedAt: secondsAgo(now, 90),
  };
  return {
    ...pod,
    status: {
      ...pod.status,
      conditions: [
        {
          type: 'Ready',
          status: 'False',
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${name}]`,
          lastTransitionTime: secondsAgo(now, Math.min(ageS, 240)),
        },
        { type: 'PodScheduled', status: 'True', lastTransitionTime: secondsAgo(now, ageS) },
      ],
      containerStatuses: [
        {
          name,
          image: `registry.example/${name}:1.5.0`,
          ready: false,
          started: false,
          restartCount: 6,
          state: {
            waiting: {
              reason: 'CrashLoopBackOff',
              message: `back-off 2m40s restarting failed container=${name}`,
            },
          },
          lastState: { terminated: ended },
        },
      ],
    },
  };
}

export function deployment(now: Date, namespace: string, name: string, availableReplicas = 1) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, generation: 1, creationTimestamp: secondsAgo(now, DAY_S) },
    spec: { replicas: 1, selector: { matchLabels: { app: name } } },
    status: {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      ...(availableReplicas === 0
        ? { unavailableReplicas: 1 }
        : { availableReplicas, readyReplicas: availableReplicas }),
      conditions: [
        {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          lastTransitionTime: secondsAgo(now, DAY_S),
        },
      ],
    },
  };
}

export function replicaSet(now: Date, namespace: string, name: string) {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${HASH}`,
      namespace,
      creationTimestamp: secondsAgo(now, DAY_S),
      labels: { app: name, 'pod-template-hash': HASH },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name, controller: true, uid: `d-${name}` },
      ],
    },
    spec: { replicas: 1 },
    status: { replicas: 1 },
  };
}

function service(now: Date, namespace: string, name: string) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, creationTimestamp: secondsAgo(now, DAY_S) },
    spec: { selector: { app: name }, ports: [{ port: 80 }] },
  };
}

const WORKLOADS = [
  { namespace: 'kube-system', deployment: 'coredns', node: 'node-a' },
  { namespace: 'monitoring', deployment: 'prometheus', node: 'node-b' },
  { namespace: 'monitoring', deployment: 'log-collector', node: 'node-c' },
  { namespace: 'ingress-nginx', deployment: 'ingress-nginx-controller', node: 'node-c' },
] as const;

/** Three nodes and four workloads, all of them well. */
export function smallCluster(now: Date): readonly object[] {
  return [
    ...['default', 'kube-system', 'monitoring', 'ingress-nginx'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
      status: { phase: 'Active' },
    })),
    ...NODES.map((name) => node(now, name)),
    ...WORKLOADS.flatMap(({ namespace, deployment: name, node: onNode }) => [
      deployment(now, namespace, name),
      replicaSet(now, namespace, name),
      healthyPod(now, { namespace, deployment: name, node: onNode }),
      service(now, namespace, name),
    ]),
  ];
}
