import { z } from 'zod';
import { counter, flag, listOf, maybe, numberOr, part, text, texts } from './lenient.js';

/** Kubernetes objects, as far as they are looked at. Times are RFC 3339 text. */

const metadata = z.object({
  name: z.string(),
  namespace: z.string().catch(''),
  uid: z.string().catch(''),
  resourceVersion: z.string().catch(''),
  generation: counter,
  creationTimestamp: text,
  deletionTimestamp: text,
  labels: texts,
  annotations: part({
    'deployment.kubernetes.io/revision': text,
    'kubernetes.io/change-cause': text,
  }),
  ownerReferences: listOf(z.object({ kind: z.string(), name: z.string(), controller: flag })),
});

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: text,
  message: text,
  lastTransitionTime: text,
  lastHeartbeatTime: text,
});
export type Condition = z.infer<typeof condition>;
const conditions = listOf(condition);

const resources = part({ limits: texts, requests: texts });

const containerState = part({
  waiting: maybe({ reason: text, message: text }),
  running: maybe({ startedAt: text }),
  terminated: maybe({
    exitCode: counter,
    reason: text,
    message: text,
    startedAt: text,
    finishedAt: text,
  }),
});
const containerStatus = z.object({
  name: z.string(),
  image: text,
  ready: flag,
  started: flag,
  restartCount: counter,
  state: containerState,
  lastState: containerState,
  /** As they are, where the spec says what is wanted: a pod is resized in place. */
  resources,
});
export type ContainerStatus = z.infer<typeof containerStatus>;

const container = z.object({
  name: z.string(),
  image: text,
  resources,
  // Defaults of the API: core/v1 Probe.
  startupProbe: maybe({
    initialDelaySeconds: counter,
    periodSeconds: numberOr(10),
    failureThreshold: numberOr(3),
  }),
});

export const pod = z.object({
  metadata,
  spec: part({
    nodeName: text,
    priorityClassName: text,
    containers: listOf(container),
    imagePullSecrets: listOf(z.object({ name: z.string() })),
    volumes: listOf(z.object({ persistentVolumeClaim: maybe({ claimName: z.string() }) })),
  }),
  status: part({
    phase: text,
    startTime: text,
    conditions,
    containerStatuses: listOf(containerStatus),
    initContainerStatuses: listOf(containerStatus),
  }),
});
export type Pod = z.infer<typeof pod>;

export const node = z.object({
  metadata,
  spec: part({
    unschedulable: flag,
    providerID: text,
    taints: listOf(z.object({ key: z.string(), effect: text })),
  }),
  status: part({ conditions, allocatable: texts }),
});
export type Node = z.infer<typeof node>;

const template = part({ spec: part({ containers: listOf(z.object({ name: z.string(), image: text })) }) });

export const deployment = z.object({
  metadata,
  spec: part({ replicas: numberOr(1), paused: flag, template }),
  status: part({ observedGeneration: counter, availableReplicas: counter, conditions }),
});
export type Deployment = z.infer<typeof deployment>;

/** What owns pods and is only asked for its owner, its size and its images. */
export const workload = z.object({
  metadata,
  spec: part({ replicas: numberOr(1), template }),
  /** Of a DaemonSet: its size. */
  status: part({ desiredNumberScheduled: counter }),
});
export type Workload = z.infer<typeof workload>;

export const service = z.object({ metadata, spec: part({ selector: texts }) });
export type Service = z.infer<typeof service>;

export const endpointSlice = z.object({
  metadata,
  endpoints: listOf(z.object({ targetRef: maybe({ kind: text, name: text }) })),
});
export type EndpointSlice = z.infer<typeof endpointSlice>;

const backend = part({ service: maybe({ name: z.string() }) });
export const ingress = z.object({
  metadata,
  spec: part({
    defaultBackend: backend,
    rules: listOf(z.object({ http: part({ paths: listOf(z.object({ backend })) }) })),
  }),
});
export type Ingress = z.infer<typeof ingress>;

export const persistentVolumeClaim = z.object({ metadata });
export type PersistentVolumeClaim = z.infer<typeof persistentVolumeClaim>;

/** A condition by its type. */
export function conditionOf(of: readonly Condition[], type: string): Condition | undefined {
  return of.find((each) => each.type === type);
}
