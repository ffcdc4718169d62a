import { fileURLToPath } from 'node:url';
import { RunningSystem } from '@gomon/testing';
import type { Pipeline } from './measure/throughput.js';

const RULES = fileURLToPath(new URL('../gomon.yaml', import.meta.url));

/** The product as `npm start` runs it, with a data folder of its own; the simulators keep nothing for another run. */
export async function startProduct(env: Readonly<Record<string, string>> = {}): Promise<RunningSystem> {
  return RunningSystem.start({
    env: {
      LOG_LEVEL: 'warn',
      SIMULATOR_STATE_FILES: 'off',
      GOMON_CONFIG: RULES,
      K8S_RECONCILE_S: '30',
      ...env,
    },
  });
}

export function pipelineOf(system: RunningSystem): Pipeline {
  const { run } = system;
  return {
    webhookUrl: webhookUrlOf(system),
    hmacSecret: run.credentials.grafanaHmacSecret,
    databaseUrl: run.postgres.url,
  };
}

export function webhookUrlOf(system: RunningSystem): string {
  return `${system.urlOf('ingest')}/webhooks/grafana`;
}

/** Pids of the services by name. */
export function servicePids(system: RunningSystem): ReadonlyMap<string, number> {
  return new Map(Object.entries(system.run.services).map(([name, { pid }]) => [name, pid]));
}
