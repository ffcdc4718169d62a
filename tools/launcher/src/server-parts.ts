import { join } from 'node:path';
import { startNatsServer, startPostgres } from '@gomon/testing';
import { boundLog } from './log-file.js';
import type { Part } from './part.js';
import { logFileOf, type Settings } from './settings.js';

/** nats-server and PostgreSQL always stay on loopback: they are nobody's business but the services'. */
export const serverHost = '127.0.0.1';

export const databaseName = 'gomon';

export function natsPart(settings: Settings): Part {
  const logFile = logFileOf(settings, 'nats-server');
  return {
    name: 'nats-server',
    start: async () => {
      await boundLog(logFile);
      const dataDir = join(settings.dataFolder, 'nats');
      return startNatsServer({
        dataDir,
        logFile,
        host: serverHost,
        port: settings.ports['nats-server'],
        monitorPort: settings.natsMonitorPort,
      });
    },
  };
}

export function postgresPart(settings: Settings, password: string): Part {
  const logFile = logFileOf(settings, 'postgresql');
  return {
    name: 'postgresql',
    start: async () => {
      await boundLog(logFile);
      const dataDir = join(settings.dataFolder, 'postgres');
      const port = settings.ports.postgresql;
      const server = await startPostgres({ dataDir, logFile, password, host: serverHost, port });
      const url = await server.createDatabase(databaseName).catch(async (error: unknown) => {
        if (isDuplicate(error)) return databaseUrl(settings, password);
        await server.stop();
        throw error;
      });
      return {
        url,
        pid: server.pid,
        exited: server.exited,
        stop: () => server.stop(),
      };
    },
  };
}

export function databaseUrl(settings: Settings, password: string): string {
  return `postgresql://postgres:${encodeURIComponent(password)}@${serverHost}:${settings.ports.postgresql}/${databaseName}`;
}

/** PostgreSQL's code for a database that is there already. */
function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P04';
}
