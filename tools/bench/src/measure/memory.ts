import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Resident memory of processes in MiB, by their pids, as `ps` says. A process that is gone is missing. */
export async function residentMiB(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const { stdout } = await run('ps', ['-o', 'pid=,rss=', '-p', pids.join(',')]);
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([pid = 0, kib = 0]) => [pid, Math.round(kib / 1_024)]),
  );
}

/** Watches how large processes become. */
export class MemoryWatch {
  private readonly most = new Map<number, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pids: readonly number[]) {
    this.timer = setInterval(() => void this.look().catch(() => undefined), 250);
  }

  /** The most that each has had, in MiB. */
  async stop(): Promise<ReadonlyMap<number, number>> {
    clearInterval(this.timer);
    await this.look();
    return this.most;
  }

  private async look(): Promise<void> {
    for (const [pid, mib] of await residentMiB(this.pids)) {
      this.most.set(pid, Math.max(mib, this.most.get(pid) ?? 0));
    }
  }
}
