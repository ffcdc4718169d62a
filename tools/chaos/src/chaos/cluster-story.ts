import { breakWorkload, mendWorkload, type RunningSystem, type Workload } from '@gomon/testing';

/** Workloads of the simulated cluster that break and are mended during a run. */
export class ClusterStory {
  /** What is true of each workload now. */
  readonly isBroken = new Map<string, boolean>();

  constructor(
    private readonly system: RunningSystem,
    /** Keeps the workloads of several runs apart. */
    readonly run: string,
  ) {}

  async break(workload: string): Promise<void> {
    await breakWorkload(this.system.simulatorUrl('kubernetes'), this.workload(workload));
    this.isBroken.set(this.nameOf(workload), true);
  }

  async mend(workload: string): Promise<void> {
    await mendWorkload(this.system.simulatorUrl('kubernetes'), this.workload(workload));
    this.isBroken.set(this.nameOf(workload), false);
  }

  /** Breaks what is well, and mends what is not. */
  async turn(workload: string): Promise<void> {
    if (this.isBroken.get(this.nameOf(workload)) === true) await this.mend(workload);
    else await this.break(workload);
  }

  private workload(workload: string): Workload {
    return { namespace: 'monitoring', deployment: this.nameOf(workload), node: 'node-a' };
  }

  private nameOf(workload: string): string {
    return `${this.run}-${workload}`;
  }
}
