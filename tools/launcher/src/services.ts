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

export function slackSimulatorPart(
  root: string,
  settings: Settings,
  credentials: Credentials,
  inherited: NodeJS.ProcessEnv,
): Part {
  return programPart({
    ...program('slack-simulator', root, settings),
    file: join(root, 'libs', 'testing', 'dist', 'slack-simulator', 'main.js'),
    readyUrl: `${urlOf(settings, 'slack-simulator')}/__state`,
    env: {
      ...withoutSecrets(inherited),
      HOST: settings.host,
      SLACK_SIMULATOR_PORT: String(settings.ports['slack-simulator']),
      SLACK_SIGNING_SECRET: credentials.slackSigningSecret,
      SLACK_BOT_TOKEN: credentials.slackBotToken,
      SLACK_SIMULATOR_STATE_FILE: join(settings.dataFolder, 'slack-simulator.json'),
      SLACK_INTERACTIONS_URL: `${urlOf(settings, 'slack-gateway')}/slack/interactions`,
    },
  });
}

export function opsgenieSimulatorPart(
  root: string,
  settings: Settings,
  credentials: Credentials,
  inherited: NodeJS.ProcessEnv,
): Part {
  return programPart({
    ...program('opsgenie-simulator', root, settings),
    file: join(root, 'libs', 'testing', 'dist', 'opsgenie', 'main.js'),
    readyUrl: `${urlOf(settings, 'opsgenie-simulator')}/__state`,
    env: {
      ...withoutSecrets(inherited),
      HOST: settings.host,
      OPSGENIE_SIMULATOR_PORT: String(settings.ports['opsgenie-simulator']),
      OPSGENIE_API_KEY: credentials.opsgenieApiKey,
      OPSGENIE_SIMULATOR_STATE_FILE: join(settings.dataFolder, 'opsgenie-simulator.json'),
    },
  });
}

export function kubernetesSimulatorPart(
  root: string,
  settings: Settings,
  credentials: Credentials,
  inherited: NodeJS.ProcessEnv,
): Part {
  return programPart({
    ...program('kubernetes-simulator', root, settings),
    file: join(root, 'libs', 'testing', 'dist', 'kubernetes', 'main.js'),
    readyUrl: `${urlOf(settings, 'kubernetes-simulator')}/__state`,
    env: {
      ...withoutSecrets(inherited),
      HOST: settings.host,
      KUBERNETES_SIMULATOR_PORT: String(settings.ports['kubernetes-simulator']),
      KUBERNETES_SIMULATOR_TOKEN: credentials.kubernetesToken,
      KUBERNETES_SIMULATOR_STATE_FILE: join(settings.dataFolder, 'kubernetes-simulator.json'),
    },
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
    correlator: { DATABASE_URL: ground.databaseUrl },
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
