import { join } from 'node:path';
import type { Credentials } from './credentials.js';
import { programPart, type Program } from './program-part.js';
import type { Part } from './part.js';
import { logFileOf, type PartName, type Settings } from './settings.js';

/** Where the services find what they stand on. */
export interface Ground {
  readonly natsUrl: string;
  /** Of a nats-server that is not ours it may not be known. */
  readonly natsMonitorUrl: string | undefined;
  readonly databaseUrl: string;
}

export const grafanaTimestampHeader = 'X-Grafana-Alerting-Timestamp';

/** The services in the order in which an alert meets them. */
export const serviceNames = [
  'ingest',
  'correlator',
  'slack-gateway',
  'incident-sync',
  'k8s-watcher',
  'api-gateway',
] as const;
export type ServiceName = (typeof serviceNames)[number];

export function serviceParts(
  root: string,
  settings: Settings,
  credentials: Credentials,
  ground: Ground,
  inherited: NodeJS.ProcessEnv,
): readonly Part[] {
  return serviceNames.map((name) =>
    programPart({
      ...program(name, root, settings),
      file: join(root, 'apps', name, 'dist', 'main.js'),
      readyUrl: `${urlOf(settings, name)}/health/ready`,
      env: serviceEnvironment(name, settings, credentials, ground, inherited),
    }),
  );
}

export const simulatorNames = ['slack-simulator', 'opsgenie-simulator', 'kubernetes-simulator'] as const;
export type SimulatorName = (typeof simulatorNames)[number];

/** What stands in for an outside system. */
export function simulatorPart(
  name: SimulatorName,
  root: string,
  settings: Settings,
  credentials: Credentials,
  inherited: NodeJS.ProcessEnv,
): Part {
  const folder = {
    'slack-simulator': 'slack-simulator',
    'opsgenie-simulator': 'opsgenie',
    'kubernetes-simulator': 'kubernetes',
  };
  // Written as a whole: with thousands of messages that holds the simulator up for a while each second.
  const keeps = inherited['SIMULATOR_STATE_FILES'] !== 'off';
  const stateFile = (variable: string) =>
    keeps ? { [variable]: join(settings.dataFolder, `${name}.json`) } : {};
  const port = String(settings.ports[name]);
  const own: Readonly<Record<SimulatorName, Readonly<Record<string, string>>>> = {
    'slack-simulator': {
      SLACK_SIMULATOR_PORT: port,
      ...stateFile('SLACK_SIMULATOR_STATE_FILE'),
      SLACK_SIGNING_SECRET: credentials.slackSigningSecret,
      SLACK_BOT_TOKEN: credentials.slackBotToken,
      SLACK_INTERACTIONS_URL: `${urlOf(settings, 'slack-gateway')}/slack/interactions`,
    },
    'opsgenie-simulator': {
      OPSGENIE_SIMULATOR_PORT: port,
      ...stateFile('OPSGENIE_SIMULATOR_STATE_FILE'),
      OPSGENIE_API_KEY: credentials.opsgenieApiKey,
    },
    'kubernetes-simulator': {
      KUBERNETES_SIMULATOR_PORT: port,
      ...stateFile('KUBERNETES_SIMULATOR_STATE_FILE'),
      KUBERNETES_SIMULATOR_TOKEN: credentials.kubernetesToken,
    },
  };
  return programPart({
    ...program(name, root, settings),
    file: join(root, 'libs', 'testing', 'dist', folder[name], 'main.js'),
    readyUrl: `${urlOf(settings, name)}/__state`,
    env: { ...withoutSecrets(inherited), HOST: settings.host, ...own[name] },
  });
}

/** Each service gets what it needs, and no secret of another. */
export function serviceEnvironment(
  name: ServiceName,
  settings: Settings,
  credentials: Credentials,
  ground: Ground,
  inherited: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const own: Readonly<Record<ServiceName, Readonly<Record<string, string>>>> = {
    ingest: {
      SPOOL_DIR: join(settings.dataFolder, 'spool'),
      ...(ground.natsMonitorUrl === undefined ? {} : { NATS_MONITOR_URL: ground.natsMonitorUrl }),
      GRAFANA_HMAC_SECRETS: credentials.grafanaHmacSecret,
      GRAFANA_HMAC_TIMESTAMP_HEADER: grafanaTimestampHeader,
      ALERTMANAGER_BEARER_TOKENS: credentials.alertmanagerBearer,
    },
    correlator: { DATABASE_URL: ground.databaseUrl, GOMON_CONFIG: settings.rulesFile },
    'slack-gateway': slackEnvironment(settings, credentials),
    'incident-sync': opsgenieEnvironment(settings, credentials),
    'k8s-watcher': kubernetesEnvironment(settings, inherited),
    'api-gateway': { API_TOKENS: `launcher:${credentials.apiToken}` },
  };
  return {
    ...withoutSecrets(inherited),
    PORT: String(settings.ports[name]),
    HOST: settings.host,
    NATS_URL: ground.natsUrl,
    LOG_LEVEL: settings.logLevel,
    GOMON_SCOPE: settings.scope,
    ...own[name],
  };
}

function slackEnvironment(settings: Settings, credentials: Credentials): Record<string, string> {
  const { slack } = settings;
  if (slack === undefined) {
    return {
      SLACK_BOT_TOKEN: credentials.slackBotToken,
      SLACK_SIGNING_SECRET: credentials.slackSigningSecret,
      SLACK_API_URL: `${urlOf(settings, 'slack-simulator')}/api/`,
    };
  }
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    ...(slack.apiUrl === undefined ? {} : { SLACK_API_URL: slack.apiUrl }),
  };
}

function opsgenieEnvironment(settings: Settings, credentials: Credentials): Record<string, string> {
  const { opsgenie } = settings;
  if (opsgenie === undefined) {
    const url = urlOf(settings, 'opsgenie-simulator');
    return { OPSGENIE_API_KEY: credentials.opsgenieApiKey, OPSGENIE_API_URL: url, OPSGENIE_WEB_URL: url };
  }
  return {
    OPSGENIE_API_KEY: opsgenie.apiKey,
    ...(opsgenie.apiUrl === undefined ? {} : { OPSGENIE_API_URL: opsgenie.apiUrl }),
    ...(opsgenie.webUrl === undefined ? {} : { OPSGENIE_WEB_URL: opsgenie.webUrl }),
  };
}

function kubernetesEnvironment(settings: Settings, inherited: NodeJS.ProcessEnv): Record<string, string> {
  if (settings.kubeconfig !== undefined) return { KUBECONFIG: settings.kubeconfig };
  return {
    KUBECONFIG: simulatedKubeconfigFile(settings),
    K8S_CLUSTER: inherited['K8S_CLUSTER'] ?? 'simulated',
    K8S_NAMESPACES: inherited['K8S_NAMESPACES'] ?? 'portal,monitoring,kube-system,ingress-nginx',
    // It is small, and who watches the demonstration does not wait half a minute until it is known what runs where.
    K8S_RECONCILE_S: inherited['K8S_RECONCILE_S'] ?? '5',
  };
}

/** Leads to the simulated cluster. */
export function simulatedKubeconfigFile(settings: Settings): string {
  return join(settings.dataFolder, 'kubeconfig.json');
}

const secretVariables = [
  'DATABASE_URL',
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_API_URL',
  'API_TOKENS',
  'OPSGENIE_API_KEY',
  'OPSGENIE_API_URL',
  'OPSGENIE_WEB_URL',
  'KUBECONFIG',
  'GOMON_KUBECONFIG',
];

function withoutSecrets(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(inherited).filter(([name]) => !secretVariables.includes(name)));
}

function program(
  name: PartName,
  root: string,
  settings: Settings,
): Pick<Program, 'name' | 'folder' | 'url' | 'logFile' | 'readyWithinMs' | 'stopWithinMs'> {
  return {
    name,
    folder: root,
    url: urlOf(settings, name),
    logFile: logFileOf(settings, name),
    readyWithinMs: 60_000,
    stopWithinMs: 8_000,
  };
}

/** Where a part is reached from this machine. */
export function urlOf(settings: Settings, name: PartName): string {
  const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
  const { host } = settings;
  const address = everywhere[host] ?? (host.includes(':') ? `[${host}]` : host);
  return `http://${address}:${settings.ports[name]}`;
}
