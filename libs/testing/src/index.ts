export { startNatsServer, type NatsServer, type NatsServerOptions } from './nats-server/nats-server.js';
export { findNatsServer, NatsServerNotFound, oldestNatsServer } from './nats-server/find-nats-server.js';
export {
  describeExit,
  spawnTied,
  type ProcessExit,
  type TiedOptions,
  type TiedProcess,
} from './process/spawn-tied.js';
export { HEAP } from './process/heap.js';
export { logTail } from './process/log-tail.js';
export { eventually } from './system/eventually.js';
export {
  freeEnvironment,
  RunningSystem,
  type SystemOptions,
  type SystemPart,
} from './system/running-system.js';
export { runFile, type RunFile } from './system/run-file.js';
export { cached } from './cache/cache-folder.js';
export { unpackDebianPackage } from './debian/debian-package.js';
export { freePort } from './network/free-port.js';
export { startTcpProxy, type TcpProxy } from './network/tcp-proxy.js';
export { startPostgres, type Postgres, type PostgresOptions } from './postgres/postgres.js';
export {
  startSlackSimulator,
  type SlackSimulator,
  type SlackSimulatorOptions,
} from './slack-simulator/server.js';
export {
  startOpsgenieSimulator,
  type OpsgenieSimulator,
  type OpsgenieSimulatorOptions,
} from './opsgenie/server.js';
export {
  kubeconfig,
  startKubernetesSimulator,
  type KubernetesSimulator,
  type KubernetesSimulatorOptions,
} from './kubernetes/server.js';
export {
  breakWorkload,
  editCluster,
  mendWorkload,
  removeWorkloads,
  type Workload,
} from './kubernetes/workload.js';
export {
  addNode,
  failingNode,
  failNode,
  failPods,
  recoverNode,
  removeNode,
  runsWithNodes,
  type FailingNode,
} from './kubernetes/failing-node.js';
export {
  crashLoopingPod,
  deployment,
  healthyPod,
  node,
  replicaSet,
  secondsAgo,
  smallCluster,
} from './kubernetes/small-cluster.js';
