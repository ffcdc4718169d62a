import { describeError, type Log } from '@gomon/messaging';
import type { Observation } from '@gomon/contracts';
import { judge } from '../rules/judge.js';
import type { RuleSettings } from '../rules/rule-settings.js';
import type { ApiClient } from '../watch/api-client.js';
import type { ClusterWatch } from '../watch/cluster-watch.js';
import { BLIND_EXTENT, blindObservation } from './blindness.js';
import { extentOf, keyOf, observationOf } from './observations.js';
import type { Reports } from './publish-report.js';
import { Told, type Present } from './told.js';

export interface ReporterOptions {
  readonly cluster: string;
  readonly snapshotMs: number;
  readonly settings: RuleSettings;
}

/** Changes that come together are judged together. */
const GATHER_MS = 200;
const RETRY_MS = 1_000;
/** What changes by time alone is looked for at least so often. */
const LONGEST_WAIT_MS = 5_000;

/**
 * Tells the correlator what is wrong in a cluster: what has changed as soon as it has, and every so often all that is true of
 * each part that can be seen.
 */
export class Reporter {
  private readonly told = new Map<string, Told>();
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Infinity;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;
  /** When all of a part is to be told again. */
  private readonly snapshotAt = new Map<string, number>();

  constructor(
    private readonly watch: ClusterWatch,
    private readonly client: ApiClient,
    private readonly reports: Reports,
    private readonly options: ReporterOptions,
    private readonly log: Log,
  ) {}

  start(): void {
    this.within(0);
  }

  /** Something has changed. */
  noticed(): void {
    this.within(GATHER_MS);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private within(ms: number): void {
    const at = Date.now() + ms;
    if (this.isStopping || at >= this.dueAt) return;
    clearTimeout(this.timer);
    this.dueAt = at;
    this.timer = setTimeout(() => {
      this.dueAt = Infinity;
      this.running = this.running.then(() => this.look());
    }, ms);
  }

  private async look(): Promise<void> {
    try {
      this.within(await this.tell());
    } catch (error) {
      this.log('warn', 'what is wrong in the cluster cannot be told yet', { error: describeError(error) });
      this.within(RETRY_MS);
    }
  }

  /** Resolves with when to look again, in milliseconds. @throws PublishError: what was not told is told next time */
  private async tell(): Promise<number> {
    const now = this.client.now();
    const judged = judge(this.watch.view(), this.options.settings, now);
    const byExtent = Map.groupBy(judged, extentOf);
    for (const part of this.watch.parts) {
      if (!this.watch.isSeen(part)) continue;
      const found = byExtent.get(part.name) ?? [];
      const firing = found
        .filter(({ verdict }) => verdict.state === 'firing')
        .map((each) => [keyOf(each.verdict), observationOf(each, this.options.cluster)] as const);
      const undecided = found.filter(({ verdict }) => verdict.state === 'undecided');
      await this.tellPart(part.name, {
        firing: new Map(firing),
        undecided: new Set(undecided.map(({ verdict }) => keyOf(verdict))),
      });
    }
    await this.tellBlindness();
    const changes = judged.flatMap(({ verdict }) => verdict.changesAt ?? []).sort();
    const next = changes[0] === undefined ? LONGEST_WAIT_MS : Date.parse(changes[0]) - now;
    return Math.max(GATHER_MS, Math.min(LONGEST_WAIT_MS, next));
  }

  private async tellPart(extent: string, present: Present): Promise<void> {
    const told = this.told.get(extent) ?? new Told();
    this.told.set(extent, told);
    const changes = told.changesTo(present, new Date(this.client.now()).toISOString());
    if (changes.length > 0) {
      await this.reports.changes(changes);
      told.accepted(changes);
    }
    if (Date.now() < (this.snapshotAt.get(extent) ?? 0)) return;
    const observations: readonly Observation[] = [...present.firing.values()];
    await this.reports.snapshot(observations, {
      extent,
      holds: [...present.firing.keys(), ...present.undecided],
    });
    this.snapshotAt.set(extent, Date.now() + this.options.snapshotMs);
  }

  /** That we cannot see is an alert of its own: silence would look like health. */
  private async tellBlindness(): Promise<void> {
    const blind = blindObservation(this.watch, this.options.cluster);
    const firing = new Map(blind === undefined ? [] : [[blind.senderFingerprint ?? '', blind] as const]);
    await this.tellPart(BLIND_EXTENT, { firing, undecided: new Set() });
  }
}
