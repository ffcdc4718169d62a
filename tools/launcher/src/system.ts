import { kubeconfig, type RunFile } from '@gomon/testing';
import type { Credentials } from './credentials.js';
import type { Part, RunningPart } from './part.js';
import { keepRunFile } from './run-file.js';
import { databaseUrl, natsPart, postgresPart, serverHost } from './server-parts.js';
import { writeSecretFile } from './secret-file.js';
import {
  serviceNames,
  serviceParts,
  simulatedKubeconfigFile,
  simulatorNames,
  simulatorPart,
  urlOf,
} from './services.js';
import { partsToStart, type PartName, type Settings } from './settings.js';
import { supervise, type Supervised } from './supervise.js';

export interface SystemOptions {
  /** The repository. */
  readonly root: string;
  readonly settings: Settings;
  readonly credentials: Credentials;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  /** Gives up the start. */
  readonly signal: AbortSignal;
}

export interface System {
  /** What runs here, by name; kept current. */
  readonly running: ReadonlyMap<PartName, RunningPart>;
  /** `run.json` shows the present state. */
  readonly runFileWritten: () => Promise<void>;
  /** Services first, then what they stand on. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts everything that no variable replaces, each part as soon as what it stands on serves, and keeps `run.json`
 * current. If one part does not start, all are stopped and its error is thrown.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { root, settings, credentials, environment, say } = options;
  const supervised: Supervised[] = [];
  const running = new Map<PartName, RunningPart>();
  const runFile = keepRunFile(settings.dataFolder, () => runFileOf(settings, credentials, running));
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);

  const begin = async (part: Part): Promise<void> => {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const onRestart = (again: RunningPart) => {
      running.set(part.name, again);
      void runFile.update();
    };
    const child = await supervise(part, { say, signal, onRestart });
    supervised.push(child);
    running.set(part.name, child.running);
    say(`${part.name} runs, after ${Math.round(performance.now() - startedAt)} ms`);
  };
  const stop = async () => {
    const ground: readonly PartName[] = ['nats-server', 'postgresql'];
    const stopAll = (parts: readonly Supervised[]) => Promise.all(parts.map((part) => part.stop()));
    await stopAll(supervised.filter(({ name }) => !ground.includes(name)));
    await stopAll(supervised.filter(({ name }) => ground.includes(name)));
    await runFile.remove();
  };

  const ground = groundOf(settings, credentials);
  const nats = settings.natsUrl === undefined ? begin(natsPart(settings)) : Promise.resolve();
  const postgres =
    settings.databaseUrl === undefined
      ? begin(postgresPart(settings, credentials.databasePassword))
      : Promise.resolve();
  if (settings.kubeconfig === undefined) {
    const content = kubeconfig(urlOf(settings, 'kubernetes-simulator'), credentials.kubernetesToken);
    await writeSecretFile(simulatedKubeconfigFile(settings), content);
  }
  const services = serviceParts(root, settings, credentials, ground, environment).map(async (part) => {
    await Promise.all(part.name === 'correlator' ? [nats, postgres] : [nats]);
    await begin(part);
  });
  const simulators = simulatorNames
    .filter((name) => partsToStart(settings).includes(name))
    .map((name) => begin(simulatorPart(name, root, settings, credentials, environment)));

  const starts = [nats, postgres, ...simulators, ...services];
  try {
    await Promise.all(starts);
    await runFile.update();
    signal.throwIfAborted();
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(starts);
    await stop();
    throw error;
  }
  return { running, stop, runFileWritten: runFile.update };
}

function groundOf(settings: Settings, credentials: Credentials) {
  return {
    natsUrl: settings.natsUrl ?? `nats://${serverHost}:${settings.ports['nats-server']}`,
    natsMonitorUrl:
      settings.natsUrl === undefined
        ? `http://${serverHost}:${settings.natsMonitorPort}`
        : settings.natsMonitorUrl,
    databaseUrl: settings.databaseUrl ?? databaseUrl(settings, credentials.databasePassword),
  };
}

/** The present state as tools read it. A part that was here before us has no pid. */
export function runFileOf(
  settings: Settings,
  credentials: Credentials,
  running: ReadonlyMap<PartName, RunningPart>,
): RunFile {
  const placesOf = (names: readonly PartName[], key: (name: PartName) => string) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const part = running.get(name);
        return part === undefined ? [] : [[key(name), { pid: part.pid, url: part.url }]];
      }),
    );
  const ground = groundOf(settings, credentials);
  const nats = running.get('nats-server');
  const postgres = running.get('postgresql');
  return {
    services: placesOf(serviceNames, (name) => name),
    simulators: placesOf(simulatorNames, (name) => name.replace('-simulator', '')),
    nats: { url: ground.natsUrl, ...(nats === undefined ? {} : { pid: nats.pid }) },
    postgres: { url: ground.databaseUrl, ...(postgres === undefined ? {} : { pid: postgres.pid }) },
    credentials: {
      grafanaHmacSecret: credentials.grafanaHmacSecret,
      alertmanagerBearer: credentials.alertmanagerBearer,
      slackSigningSecret: settings.slack?.signingSecret ?? credentials.slackSigningSecret,
      apiToken: credentials.apiToken,
    },
  };
}
