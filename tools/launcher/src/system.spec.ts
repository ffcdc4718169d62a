import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadCredentials } from './credentials.js';
import { claimPorts } from './ports.js';
import { partsToStart, portVariables, readSettings } from './settings.js';
import { startSystem, type SystemOptions } from './system.js';

/** A service that answers everything, and says what it was given. */
const tinyService = `
import { createServer } from 'node:http';
const port = Number(
  process.env.PORT ??
    process.env.SLACK_SIMULATOR_PORT ??
    process.env.OPSGENIE_SIMULATOR_PORT ??
    process.env.KUBERNETES_SIMULATOR_PORT,
);
createServer((request, response) => response.end(JSON.stringify(process.env))).listen(port, '127.0.0.1');
`;
const brokenService = `console.error('the reason why'); process.exit(78);`;

const files = [
  ...['ingest', 'correlator', 'slack-gateway', 'incident-sync', 'k8s-watcher', 'api-gateway'].map(
    (name) => `apps/${name}/dist/main.js`,
  ),
  'libs/testing/dist/slack-simulator/main.js',
  'libs/testing/dist/opsgenie/main.js',
  'libs/testing/dist/kubernetes/main.js',
];

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the system', () => {
  let root: string;
  let options: SystemOptions;
  const said: string[] = [];
  const heard = new EventEmitter();

  const whenSaid = async (text: string): Promise<void> => {
    while (!said.some((line) => line.includes(text))) await once(heard, 'line');
  };

  beforeEach(async () => {
    said.length = 0;
    root = await mkdtemp(join(tmpdir(), 'gomon-system-'));
    await writeFile(join(root, 'package.json'), '{"type":"module"}');
    for (const file of files) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), tinyService);
    }
    const freePorts = Object.fromEntries(Object.values(portVariables).map((variable) => [variable, '0']));
    const asked = readSettings(freePorts, root);
    await mkdir(asked.dataFolder);
    const ports = await claimPorts(asked.ports, partsToStart(asked), () => '127.0.0.1');
    options = {
      root,
      settings: { ...asked, ports },
      credentials: await loadCredentials(asked.dataFolder),
      environment: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        SLACK_BOT_TOKEN: 'somebody else’s',
        KUBECONFIG: 'somebody else’s',
      },
      say: (line) => {
        said.push(line);
        heard.emit('line');
      },
      signal: new AbortController().signal,
    };
  });
  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  const runFile = async () =>
    JSON.parse(await readFile(join(options.settings.dataFolder, 'run.json'), 'utf8')) as {
      services: Record<string, { pid: number; url: string }>;
      simulators: Record<string, { pid: number; url: string }>;
      nats: { pid: number };
      postgres: { pid: number };
    };

  it('runs everything, brings back what is killed, and leaves nothing when it stops', async () => {
    const system = await startSystem(options);
    const before = await runFile();
    expect(Object.keys(before.services).sort()).toEqual([
      'api-gateway',
      'correlator',
      'incident-sync',
      'ingest',
      'k8s-watcher',
      'slack-gateway',
    ]);
    expect(Object.keys(before.simulators).sort()).toEqual(['kubernetes', 'opsgenie', 'slack']);
    expect(before.nats.pid).toBe(system.running.get('nats-server')?.pid);

    const ingest = before.services['ingest'];
    if (ingest === undefined) throw new Error('no ingest');
    const given = (await (await fetch(ingest.url)).json()) as Record<string, string>;
    expect(given['GRAFANA_HMAC_SECRETS']).toBe(options.credentials.grafanaHmacSecret);
    expect(given).not.toHaveProperty('SLACK_BOT_TOKEN');
    expect(given).not.toHaveProperty('KUBECONFIG');
    expect(given).not.toHaveProperty('DATABASE_URL');

    const killed = [ingest.pid, before.nats.pid, before.postgres.pid];
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    await Promise.all(['ingest', 'nats-server', 'postgresql'].map((name) => whenSaid(`${name} runs again`)));
    await system.runFileWritten();
    const after = await runFile();
    expect(after.services['ingest']?.pid).toBe(system.running.get('ingest')?.pid);
    expect([after.services['ingest']?.pid, after.nats.pid, after.postgres.pid]).not.toEqual(killed);

    const present = [...system.running.values()].map(({ pid }) => pid);
    expect(present.every(isAlive)).toBe(true);
    await system.stop();
    expect(present.some(isAlive)).toBe(false);
    await expect(stat(join(options.settings.dataFolder, 'run.json'))).rejects.toThrow('ENOENT');
  });

  it('shows the last words of a service that does not start, and stops the others', async () => {
    await writeFile(join(root, 'apps/correlator/dist/main.js'), brokenService);
    await expect(startSystem(options)).rejects.toThrow(
      /correlator ended with code 78; the end of .+correlator\.log:\n.*the reason why/s,
    );
    await expect(stat(join(options.settings.dataFolder, 'postgres', 'postmaster.pid'))).rejects.toThrow(
      'ENOENT',
    );
  });

  it('stops its start when it is told to', async () => {
    await writeFile(join(root, 'apps/ingest/dist/main.js'), 'setInterval(() => undefined, 1000)');
    const giveUp = new AbortController();
    const starting = startSystem({ ...options, signal: giveUp.signal });
    await whenSaid('postgresql runs');
    giveUp.abort(new Error('told to stop'));
    await expect(starting).rejects.toThrow('told to stop');
  });
});
