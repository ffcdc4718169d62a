/** Labels by what their values name, as Prometheus, Grafana and OpenTelemetry write them. The first that is there counts. */
export const LABELS = {
  namespace: ['namespace', 'kubernetes_namespace', 'exported_namespace', 'k8s_namespace_name'],
  pod: ['pod', 'pod_name', 'kubernetes_pod_name', 'exported_pod', 'k8s_pod_name'],
  node: ['node', 'node_name', 'kubernetes_node', 'exported_node'],
  service: ['service_name', 'app_kubernetes_io_name', 'app.kubernetes.io/name', 'app', 'service'],
  /** One for each kind. */
  workload: ['deployment', 'statefulset', 'daemonset', 'cronjob', 'job_name', 'replicaset'],
  trace: ['trace_id', 'traceID', 'traceId', 'traceid', 'trace.id'],
} as const;
