import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { logTail } from '../process/log-tail.js';
import { startRestartable, type Restartable } from '../process/restartable.js';
import { describeExit, spawnTied, type TiedProcess } from '../process/spawn-tied.js';
import { findNatsServer } from './find-nats-server.js';

export interface NatsServerOptions {
  /** Kept at stop; without it a temporary folder is used and removed. */
  readonly dataDir?: string;
  /** 0 (the default) takes a free one, which a restart keeps. */
  readonly port?: number;
  /** Where its monitoring answers over HTTP; without it there is none. */
  readonly monitorPort?: number;
  /** When it syncs what it acknowledged; `always` by default. */
  readonly syncInterval?: string;
  /** Loopback by default. */
  readonly host?: string;
  readonly name?: string;
  /** More of nats-server's own configuration, put after ours. */
  readonly config?: string;
  /** Appended to; by default a file in the data folder. */
  readonly logFile?: string;
  readonly readyWithinMs?: number;
}

/** A real nats-server with JetStream, which acknowledges a message only when it is on disk. */
export interface NatsServer extends Restartable {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** Waits until the process is gone; SIGKILL by default. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const program = await findNatsServer();
  const host = options.host ?? '127.0.0.1';
  const temporary = options.dataDir === undefined;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'gomon-nats-')));
  await mkdir(dataDir, { recursive: true });
  const logFile = options.logFile ?? join(dataDir, 'nats-server.log');
  const configFile = join(dataDir, 'nats-server.conf');
  let port = options.port ?? 0;

  const launch = async (): Promise<TiedProcess> => {
    await removePortsFiles(dataDir);
    await writeFile(configFile, configuration({ ...options, host, port, dataDir }));
    const log = await open(logFile, 'a');
    const server = spawnTied(program, ['--config', configFile], { stdout: log.fd, stderr: log.fd });
    await log.close();
    try {
      port = await whenReady(server, dataDir, options.readyWithinMs ?? 15_000);
      return server;
    } catch (error) {
      server.signal('SIGKILL');
      await server.exited;
      throw new Error(`nats-server did not start: ${String(error)}\n${await logTail(logFile)}`, {
        cause: error,
      });
    }
  };
  const removeTemporary = async () => {
    if (temporary) await rm(dataDir, { recursive: true, force: true });
  };

  let server: Restartable;
  try {
    server = await startRestartable(launch, 'SIGTERM');
  } catch (error) {
    await removeTemporary();
    throw error;
  }
  return {
    url: `nats://${host}:${port}`,
    port,
    dataDir,
    get pid() {
      return server.pid;
    },
    get exited() {
      return server.exited;
    },
    kill: (signal = 'SIGKILL') => server.kill(signal),
    restart: server.restart,
    pause: server.pause,
    resume: server.resume,
    stop: async () => {
      await server.kill('SIGTERM');
      await removeTemporary();
    },
  };
}

function configuration(options: NatsServerOptions & { host: string; port: number; dataDir: string }): string {
  return [
    `server_name: ${JSON.stringify(options.name ?? 'gomon')}`,
    `host: ${JSON.stringify(options.host)}`,
    `port: ${options.port === 0 ? -1 : options.port}`,
    `ports_file_dir: ${JSON.stringify(options.dataDir)}`,
    `jetstream { store_dir: ${JSON.stringify(options.dataDir)}, sync_interval: ${options.syncInterval ?? 'always'} }`,
    options.monitorPort === undefined
      ? ''
      : `http: ${JSON.stringify(`${options.host}:${options.monitorPort}`)}`,
    options.config ?? '',
    '',
  ].join('\n');
}

/** The port the server listens on, once it greets a client. */
async function whenReady(server: TiedProcess, dataDir: string, withinMs: number): Promise<number> {
  let over: string | undefined;
  void server.exited.then((exit) => (over = `it ended with ${describeExit(exit)}`));
  const deadline = Date.now() + withinMs;
  while (over === undefined) {
    const port = await portTaken(dataDir, server.pid);
    if (port !== undefined && (await greets(port))) return port;
    if (Date.now() > deadline) over = `it did not answer within ${withinMs} ms`;
    await pause(10);
  }
  throw new Error(over);
}

/**
 * nats-server writes the ports it took into a file named after its pid. Only that says which server answers there: on
 * a port that is taken, another one would.
 */
async function portTaken(dataDir: string, pid: number): Promise<number | undefined> {
  const text = await readFile(join(dataDir, `nats-server_${pid}.ports`), 'utf8').catch(() => '');
  const [, port] = /"nats":\s*\[\s*"nats:\/\/[^"]*:(\d+)"/.exec(text) ?? [];
  return port === undefined ? undefined : Number(port);
}

async function removePortsFiles(dataDir: string): Promise<void> {
  const stale = (await readdir(dataDir)).filter((name) => /^nats-server_\d+\.ports$/.test(name));
  await Promise.all(stale.map((name) => rm(join(dataDir, name), { force: true })));
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (bytes) => {
      resolve(bytes.toString('latin1').startsWith('INFO '));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
