import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { spawnTied, type TiedProcess } from '../process/spawn-tied.js';
import { eventually } from './eventually.js';
import { runFile, type RunFile } from './run-file.js';

const root = resolve(fileURLToPath(new URL('../../../../', import.meta.url)));

/** What can be killed. */
export type SystemPart =
  | 'ingest'
  | 'correlator'
  | 'slack-gateway'
  | 'incident-sync'
  | 'k8s-watcher'
  | 'api-gateway'
  | 'nats'
  | 'postgres';

export interface SystemOptions {
  /** More environment for the launcher, e.g. NATS_URL. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly dataFolder?: string;
  /** Gets each line of the launcher. */
  readonly say?: (line: string) => void;
}

const PORTS = [
  'API_GATEWAY',
  'INGEST',
  'SLACK_GATEWAY',
  'CORRELATOR',
  'INCIDENT_SYNC',
  'K8S_WATCHER',
  'SLACK_SIMULATOR',
  'OPSGENIE_SIMULATOR',
  'KUBERNETES_SIMULATOR',
  'NATS',
  'POSTGRES',
];

/** The environment of a launcher that gets in nobody's way: free ports, and a data folder of its own. */
export function freeEnvironment(dataFolder: string): Record<string, string> {
  return {
    GOMON_DATA: dataFolder,
    ...Object.fromEntries(PORTS.map((name) => [`${name}_PORT`, '0'])),
  };
}

/** The whole of GoMon as `npm start` runs it, on free ports, with a data folder of its own. */
export class RunningSystem {
  readonly output: string[] = [];
  private present: RunFile | undefined;

  private constructor(
    private readonly launcher: TiedProcess,
    readonly dataFolder: string,
    private readonly isTemporary: boolean,
  ) {}

  static async start(options: SystemOptions = {}): Promise<RunningSystem> {
    const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'gomon-system-')));
    const launcher = spawnTied(
      process.execPath,
      [join(root, 'tools/launcher/dist/main.js'), ...(options.args ?? ['--no-demo'])],
      {
        cwd: root,
        env: {
          ...process.env,
          ...freeEnvironment(dataFolder),
          ...options.env,
        },
        stdout: 'pipe',
        stderr: 'pipe',
        orphanGraceMs: 15_000,
      },
    );
    const system = new RunningSystem(launcher, dataFolder, options.dataFolder === undefined);
    for (const stream of [launcher.stdout, launcher.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        system.output.push(line);
        options.say?.(line);
      });
    }
    let hasEnded = false;
    void launcher.exited.then(() => (hasEnded = true));
    await eventually('the system runs', async () => {
      if (hasEnded) throw new Error(`the launcher ended:\n${system.output.join('\n')}`);
      await system.refresh();
      return system.output.some((line) => line.includes('Ctrl-C stops everything'));
    });
    return system;
  }

  get exited(): TiedProcess['exited'] {
    return this.launcher.exited;
  }

  /** Where everything was at the last look. */
  get run(): RunFile {
    if (this.present === undefined) throw new Error('the system does not run');
    return this.present;
  }

  urlOf(part: Exclude<SystemPart, 'nats' | 'postgres'>): string {
    const place = this.run.services[part];
    if (place === undefined) throw new Error(`${part} does not run`);
    return place.url;
  }

  get slackUrl(): string {
    return this.simulatorUrl('slack');
  }

  simulatorUrl(name: string): string {
    const simulator = this.run.simulators[name];
    if (simulator === undefined) throw new Error(`no simulated ${name} runs`);
    return simulator.url;
  }

  pidOf(part: SystemPart): number | undefined {
    if (part === 'nats' || part === 'postgres') return this.run[part].pid;
    return this.run.services[part]?.pid;
  }

  /** SIGKILL, and nothing else: whoever supervises it has to notice by itself. */
  async kill(part: SystemPart): Promise<number> {
    await this.refresh();
    const pid = this.pidOf(part);
    if (pid === undefined) throw new Error(`${part} has no process here`);
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  /** Resolves once a part runs as another process than `pid`, and is ready. */
  async untilBack(part: SystemPart, pid: number): Promise<void> {
    await eventually(`${part} runs again`, async () => {
      await this.refresh();
      return this.pidOf(part) !== pid;
    });
  }

  signalLauncher(signal: NodeJS.Signals): void {
    this.launcher.signal(signal);
  }

  /** As Ctrl-C does. */
  async stop(): Promise<void> {
    this.launcher.signal('SIGINT');
    await this.launcher.exited;
    if (this.isTemporary) await rm(this.dataFolder, { recursive: true, force: true });
  }

  async refresh(): Promise<void> {
    const text = await readFile(join(this.dataFolder, 'run.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) this.present = runFile.parse(JSON.parse(text));
  }
}
