/** One resource of the API: where it is, what its objects are called. */
export interface Resource {
  /** `/api/v1` or `/apis/<group>/<version>`. */
  readonly base: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural, as in paths. */
  readonly name: string;
  readonly namespaced: boolean;
  /** Whether it can be watched; the metrics API cannot. */
  readonly watchable: boolean;
}

function core(name: string, kind: string, namespaced = true): Resource {
  return { base: '/api/v1', apiVersion: 'v1', kind, name, namespaced, watchable: true };
}

function group(
  apiVersion: string,
  name: string,
  kind: string,
  namespaced = true,
  watchable = true,
): Resource {
  return { base: `/apis/${apiVersion}`, apiVersion, kind, name, namespaced, watchable };
}

/** Every resource that there is here. */
export const RESOURCES: readonly Resource[] = [
  core('pods', 'Pod'),
  core('nodes', 'Node', false),
  core('services', 'Service'),
  core('namespaces', 'Namespace', false),
  core('events', 'Event'),
  core('configmaps', 'ConfigMap'),
  core('persistentvolumeclaims', 'PersistentVolumeClaim'),
  group('apps/v1', 'deployments', 'Deployment'),
  group('apps/v1', 'replicasets', 'ReplicaSet'),
  group('apps/v1', 'statefulsets', 'StatefulSet'),
  group('apps/v1', 'daemonsets', 'DaemonSet'),
  group('batch/v1', 'jobs', 'Job'),
  group('batch/v1', 'cronjobs', 'CronJob'),
  group('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice'),
  group('networking.k8s.io/v1', 'ingresses', 'Ingress'),
  group('coordination.k8s.io/v1', 'leases', 'Lease'),
  group('metrics.k8s.io/v1beta1', 'nodes', 'NodeMetrics', false, false),
  group('metrics.k8s.io/v1beta1', 'pods', 'PodMetrics', true, false),
];

export function resourceOfKind(apiVersion: string, kind: string): Resource | undefined {
  return RESOURCES.find((each) => each.apiVersion === apiVersion && each.kind === kind);
}

/** What a path is about. */
export interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** Undefined: there is no such path. */
export function targetOf(path: string): Target | undefined {
  for (const resource of RESOURCES) {
    if (!path.startsWith(`${resource.base}/`)) continue;
    const rest = path
      .slice(resource.base.length + 1)
      .split('/')
      .map(decodeURIComponent);
    const [first, second, third, fourth, more] = rest;
    if (more !== undefined) continue;
    if (first === resource.name && third === undefined) {
      if (resource.namespaced && second !== undefined) continue;
      return { resource, namespace: undefined, name: second };
    }
    if (first === 'namespaces' && resource.namespaced && third === resource.name) {
      return { resource, namespace: second, name: fourth };
    }
  }
  return undefined;
}
