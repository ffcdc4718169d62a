import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../network/free-port.js';
import { logTail } from '../process/log-tail.js';
import { startRestartable, type Restartable } from '../process/restartable.js';
import { describeExit, spawnTied, type TiedProcess } from '../process/spawn-tied.js';
import { postgresBinaries } from './binaries.js';
import { copyDataFolder, createDataFolder, isDataFolder, superuser } from './data-folder.js';
import { unprivileged } from './run-as.js';

export interface PostgresOptions {
  /** A folder that does not exist yet, or an earlier one; without it a temporary folder is used. */
  readonly dataDir?: string;
  /** 0 (the default) takes a free one, which a restart keeps. */
  readonly port?: number;
  /** Loopback by default. */
  readonly host?: string;
  /** Whether the data folder stays after stop; by default when it was named. */
  readonly persistent?: boolean;
  /** The superuser's; decided when the data folder is made. */
  readonly password?: string;
  /** On by default: what is committed is on disk. */
  readonly fsync?: boolean;
  /** Appended to; by default a file beside the data folder. */
  readonly logFile?: string;
  readonly readyWithinMs?: number;
}

/** A real PostgreSQL. */
export interface Postgres extends Restartable {
  /** The superuser's address of the database `postgres`. */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** Makes an empty database and returns its address; one a test keeps tests apart. */
  createDatabase(name?: string): Promise<string>;
  /** Waits until the process is gone; SIGKILL by default. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** `fast` ends sessions and writes a checkpoint, `immediate` leaves recovery to the next start. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

const testPassword = 'gomon';

/**
 * PostgreSQL's defaults are for a machine of twenty years ago: with 128 MB the tables of a storm do not fit, and after each GB of
 * WAL it writes whole pages again (https://www.postgresql.org/docs/18/runtime-config-resource.html, …-wal.html).
 */
const SETTINGS = ['shared_buffers=512MB', 'max_wal_size=4GB'];

export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const binaries = postgresBinaries();
  const host = options.host ?? '127.0.0.1';
  const password = options.password ?? testPassword;
  const scratch =
    options.dataDir === undefined ? await mkdtemp(join(tmpdir(), 'gomon-postgres-')) : undefined;
  const dataDir = resolve(options.dataDir ?? join(scratch ?? '', 'data'));
  const persistent = options.persistent ?? scratch === undefined;
  const logFile = options.logFile ?? `${dataDir}.log`;

  await mkdir(dirname(dataDir), { recursive: true });
  const existing = await isDataFolder(dataDir);
  const runAs = await unprivileged([binaries.postgres, dataDir], existing ? dataDir : undefined);
  if (!existing) {
    const make = persistent || password !== testPassword ? createDataFolder : copyDataFolder;
    await make(dataDir, binaries, runAs, password);
  }

  let port = options.port ?? 0;
  const urlOf = (database: string) =>
    `postgresql://${superuser}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  const attempt = async (): Promise<TiedProcess> => {
    await removeStaleLock(dataDir);
    const log = await open(logFile, 'a');
    const [command = binaries.postgres, ...args] = [
      ...runAs.prefix,
      binaries.postgres,
      ...['-D', dataDir, '-p', String(port), '-h', host, '-k', ''],
      ...['-c', `fsync=${options.fsync === false ? 'off' : 'on'}`],
      ...SETTINGS.flatMap((setting) => ['-c', setting]),
    ];
    const server = spawnTied(command, args, {
      cwd: dataDir,
      env: { ...process.env, LC_ALL: 'C' },
      stdout: log.fd,
      stderr: log.fd,
      orphanSignal: persistent ? 'SIGINT' : 'SIGQUIT',
      ...runAs.user,
    });
    await log.close();
    try {
      await whenReady(server, dataDir, urlOf('postgres'), options.readyWithinMs ?? 30_000);
      return server;
    } catch (error) {
      server.signal('SIGQUIT');
      await server.exited;
      throw new Error(`PostgreSQL did not start: ${String(error)}\n${await logTail(logFile)}`, {
        cause: error,
      });
    }
  };
  const remove = async () => {
    if (persistent) return;
    await rm(scratch ?? dataDir, { recursive: true, force: true });
  };

  let server: Restartable;
  try {
    server = await startRestartable(async () => {
      if (port !== 0) return again(attempt, /still in use|postmaster\.pid/);
      return again(async () => {
        port = await freePort();
        return attempt();
      }, /address already in use/i);
    }, 'SIGINT');
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    url: urlOf('postgres'),
    port,
    dataDir,
    get pid() {
      return server.pid;
    },
    get exited() {
      return server.exited;
    },
    createDatabase: async (name = `test_${randomBytes(8).toString('hex')}`) => {
      await query(urlOf('postgres'), `create database ${pg.escapeIdentifier(name)}`);
      return urlOf(encodeURIComponent(name));
    },
    kill: (signal = 'SIGKILL') => server.kill(signal),
    restart: server.restart,
    pause: server.pause,
    resume: server.resume,
    stop: async (mode = persistent ? 'fast' : 'immediate') => {
      await server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await remove();
    },
  };
}

/** The children of a killed server hold its memory for a moment, and a free port may be taken by then. */
async function again(start: () => Promise<TiedProcess>, passing: RegExp): Promise<TiedProcess> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (tries === 10 || !passing.test(String(error))) throw error;
      await pause(50 * tries);
    }
  }
}

/** A server that was killed leaves its lock; PostgreSQL respects it when another program has that pid by now. */
async function removeStaleLock(dataDir: string): Promise<void> {
  const lock = join(dataDir, 'postmaster.pid');
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  const program = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (program !== undefined && !program.includes('postgres')) await rm(lock, { force: true });
}

async function whenReady(server: TiedProcess, dataDir: string, url: string, withinMs: number): Promise<void> {
  let over: string | undefined;
  void server.exited.then((exit) => (over = `it ended with ${describeExit(exit)}`));
  const deadline = Date.now() + withinMs;
  while (over === undefined) {
    if (await saysReady(dataDir, server.pid)) return query(url, 'select 1');
    if (Date.now() > deadline) over = `it was not ready within ${withinMs} ms`;
    await pause(20);
  }
  throw new Error(over);
}

/** The lock file has the server's pid and state. To ask the port alone would reach another server if it is taken. */
async function saysReady(dataDir: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

async function query(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}
