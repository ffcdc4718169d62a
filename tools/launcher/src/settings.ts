import { join, resolve } from 'node:path';
import { z } from 'zod';

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const optionalUrl = z.url().optional();

const environment = z
  .object({
    GOMON_DATA: z.string().min(1).default('.gomon'),
    GOMON_HOST: z.string().min(1).default('127.0.0.1'),
    GOMON_SCOPE: z.string().min(1).default('default'),
    GOMON_CONFIG: z.string().min(1).default('config/gomon.yaml'),
    LOG_LEVEL: z.string().min(1).default('info'),
    API_GATEWAY_PORT: port(8080),
    INGEST_PORT: port(8081),
    SLACK_GATEWAY_PORT: port(8082),
    CORRELATOR_PORT: port(8084),
    INCIDENT_SYNC_PORT: port(8083),
    K8S_WATCHER_PORT: port(8085),
    SLACK_SIMULATOR_PORT: port(8091),
    OPSGENIE_SIMULATOR_PORT: port(8092),
    KUBERNETES_SIMULATOR_PORT: port(8093),
    NATS_PORT: port(4222),
    NATS_MONITOR_PORT: port(0),
    POSTGRES_PORT: port(5433),
    NATS_URL: optionalUrl,
    NATS_MONITOR_URL: optionalUrl,
    DATABASE_URL: optionalUrl,
    SLACK_BOT_TOKEN: z.string().min(1).optional(),
    SLACK_SIGNING_SECRET: z.string().min(1).optional(),
    SLACK_API_URL: optionalUrl,
    OPSGENIE_API_KEY: z.string().min(1).optional(),
    OPSGENIE_API_URL: optionalUrl,
    OPSGENIE_WEB_URL: optionalUrl,
    GOMON_KUBECONFIG: z.string().min(1).optional(),
  })
  .refine((env) => env.SLACK_BOT_TOKEN === undefined || env.SLACK_SIGNING_SECRET !== undefined, {
    path: ['SLACK_SIGNING_SECRET'],
    message: 'is needed beside SLACK_BOT_TOKEN: without it no button works',
  });

/** The variable that moves a part to another port; 0 takes a free one. */
export const portVariables = {
  'api-gateway': 'API_GATEWAY_PORT',
  ingest: 'INGEST_PORT',
  'slack-gateway': 'SLACK_GATEWAY_PORT',
  correlator: 'CORRELATOR_PORT',
  'incident-sync': 'INCIDENT_SYNC_PORT',
  'k8s-watcher': 'K8S_WATCHER_PORT',
  'slack-simulator': 'SLACK_SIMULATOR_PORT',
  'opsgenie-simulator': 'OPSGENIE_SIMULATOR_PORT',
  'kubernetes-simulator': 'KUBERNETES_SIMULATOR_PORT',
  'nats-server': 'NATS_PORT',
  postgresql: 'POSTGRES_PORT',
} as const;

/** What can stand on a port of its own. */
export type PartName = keyof typeof portVariables;

export interface Settings {
  /** Absolute. */
  readonly dataFolder: string;
  /** Where the services listen; nats-server and PostgreSQL stay on loopback. */
  readonly host: string;
  readonly scope: string;
  /** The rules file, absolute; it need not exist. */
  readonly rulesFile: string;
  readonly logLevel: string;
  readonly ports: Readonly<Record<PartName, number>>;
  /** Of our own nats-server; 0 takes a free one. */
  readonly natsMonitorPort: number;
  /** What exists already and is not started here. */
  readonly natsUrl: string | undefined;
  readonly natsMonitorUrl: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly slack: RealSlack | undefined;
  readonly opsgenie: RealOpsgenie | undefined;
  /** The kubeconfig of a real cluster, absolute. A variable of our own, since many shells have KUBECONFIG set. */
  readonly kubeconfig: string | undefined;
}

export interface RealSlack {
  readonly botToken: string;
  readonly signingSecret: string;
  readonly apiUrl: string | undefined;
}

export interface RealOpsgenie {
  readonly apiKey: string;
  readonly apiUrl: string | undefined;
  readonly webUrl: string | undefined;
}

/** The environment is wrong; the message names every variable that is. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Reads the environment; an empty variable counts as absent. Values, which may be secrets, are never repeated. */
export function readSettings(env: NodeJS.ProcessEnv, folder: string): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new SettingsError(['these variables are wrong:', ...lines].join('\n'));
  }
  const { data } = parsed;
  return {
    dataFolder: resolve(folder, data.GOMON_DATA),
    host: data.GOMON_HOST,
    scope: data.GOMON_SCOPE,
    rulesFile: resolve(folder, data.GOMON_CONFIG),
    logLevel: data.LOG_LEVEL,
    ports: {
      'api-gateway': data.API_GATEWAY_PORT,
      ingest: data.INGEST_PORT,
      'slack-gateway': data.SLACK_GATEWAY_PORT,
      correlator: data.CORRELATOR_PORT,
      'incident-sync': data.INCIDENT_SYNC_PORT,
      'k8s-watcher': data.K8S_WATCHER_PORT,
      'slack-simulator': data.SLACK_SIMULATOR_PORT,
      'opsgenie-simulator': data.OPSGENIE_SIMULATOR_PORT,
      'kubernetes-simulator': data.KUBERNETES_SIMULATOR_PORT,
      'nats-server': data.NATS_PORT,
      postgresql: data.POSTGRES_PORT,
    },
    natsMonitorPort: data.NATS_MONITOR_PORT,
    natsUrl: data.NATS_URL,
    natsMonitorUrl: data.NATS_MONITOR_URL,
    databaseUrl: data.DATABASE_URL,
    slack:
      data.SLACK_BOT_TOKEN === undefined || data.SLACK_SIGNING_SECRET === undefined
        ? undefined
        : {
            botToken: data.SLACK_BOT_TOKEN,
            signingSecret: data.SLACK_SIGNING_SECRET,
            apiUrl: data.SLACK_API_URL,
          },
    opsgenie:
      data.OPSGENIE_API_KEY === undefined
        ? undefined
        : {
            apiKey: data.OPSGENIE_API_KEY,
            apiUrl: data.OPSGENIE_API_URL,
            webUrl: data.OPSGENIE_WEB_URL,
          },
    kubeconfig: data.GOMON_KUBECONFIG === undefined ? undefined : resolve(folder, data.GOMON_KUBECONFIG),
  };
}

/** The parts that are started here: those that no variable replaces. */
export function partsToStart(settings: Settings): readonly PartName[] {
  const replaced: readonly PartName[] = [
    ...(settings.natsUrl === undefined ? [] : (['nats-server'] as const)),
    ...(settings.databaseUrl === undefined ? [] : (['postgresql'] as const)),
    ...(settings.slack === undefined ? [] : (['slack-simulator'] as const)),
    ...(settings.opsgenie === undefined ? [] : (['opsgenie-simulator'] as const)),
    ...(settings.kubeconfig === undefined ? [] : (['kubernetes-simulator'] as const)),
  ];
  return (Object.keys(portVariables) as PartName[]).filter((name) => !replaced.includes(name));
}

export function logFileOf(settings: Settings, name: string): string {
  return join(settings.dataFolder, 'logs', `${name}.log`);
}
