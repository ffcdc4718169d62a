import { setTimeout as sleep } from 'node:timers/promises';
import { queries, type ProblemView, type Status, type Tell } from '@gomon/contracts';
import type { ClientProxy } from '@nestjs/microservices';
import { backoffMs } from './backoff.js';
import { describeError, type Log } from './log.js';
import type { Outcome } from './outcome.js';
import { sendQuery } from './queries.js';

const OPEN: Status[] = ['firing', 'acknowledged', 'escalated'];
const CLOSED: Status[] = ['resolved', 'archived'];
const PAGE = 100;
const TIMEOUT_MS = 5_000;
const INTERVAL_MS = 5 * 60_000;
const STOP_MS = 3_000;
/** Problems that ended are looked at from the newest back: so many each time, and so far back after a loss of facts. */
const CLOSED_PAGES = 3;
const CLOSED_AFTER_LOSS_MS = 30 * 24 * 60 * 60_000;

/** An outside system that shows problems. */
export interface Shown {
  /** Its name, as operators read it. */
  readonly name: string;
  readonly isBehind: (problem: ProblemView) => boolean;
  /** Brings it to the state of the problem. */
  readonly bring: (routed: { readonly problem: ProblemView; readonly tell: Tell }) => Promise<Outcome>;
}

/**
 * Compares an outside system with the record, after the start and every few minutes: what it does not show as it is now is
 * brought there, also when the facts are gone from their stream (they are kept for 7 days) or the claims were lost.
 */
export class Convergence {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly queryClient: Pick<ClientProxy, 'send'>,
    private readonly shown: Shown,
    private readonly log: Log,
    private readonly intervalMs = INTERVAL_MS,
    private readonly clock: () => number = Date.now,
  ) {}

  /** `afterLoss`: facts were lost, so that problems may have ended without our knowing. */
  start(afterLoss: boolean): void {
    if (afterLoss) this.log('warn', 'facts were lost before they were read: asking for what is true now');
    this.running = this.run(afterLoss);
  }

  /** What is being told goes on; it is not waited for longer than a shutdown may take. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const timeUp = new AbortController();
    const late = sleep(STOP_MS, undefined, { signal: timeUp.signal }).catch(() => undefined);
    await Promise.race([this.running, late]);
    timeUp.abort();
  }

  private async run(afterLoss: boolean): Promise<void> {
    const { signal } = this.stopping;
    let isDeep = afterLoss;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      let isDone = false;
      try {
        isDone = (await this.look(OPEN, isDeep)) && (await this.look(CLOSED, isDeep));
      } catch (error) {
        this.log('warn', 'the problems cannot be asked for yet', { error: describeError(error) });
      }
      if (isDone) {
        isDeep = false;
        attempt = 0;
      }
      const retry = { baseMs: 5_000, factor: 2, capMs: this.intervalMs };
      const waitMs = isDone ? this.intervalMs : backoffMs(attempt, Math.random(), retry);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * False: there is more to bring than is taken at the moment. Facts that wait for their turn in the stream, which may be
   * thousands, come by themselves: only after a loss (`isDeep`) does what has to come again count.
   */
  private async look(status: Status[], isDeep: boolean): Promise<boolean> {
    let cursor: string | undefined;
    let told = 0;
    let left = 0;
    for (let page = 1; !this.stopping.signal.aborted; page += 1) {
      const answer = await this.page(status, cursor);
      for (const { problem, tell } of answer.items) {
        if (!this.shown.isBehind(problem) || this.stopping.signal.aborted) continue;
        const outcome = await this.shown.bring({ problem, tell });
        if (outcome.kind === 'again' && outcome.pauseMs !== undefined) return false;
        if (outcome.kind === 'done') told += 1;
        else if (outcome.kind === 'again') left += 1;
      }
      cursor = answer.nextCursor;
      const oldest = answer.items.at(-1)?.problem.openedAt;
      if (cursor === undefined || oldest === undefined) break;
      if (status === CLOSED && !this.goesOn(page, oldest, isDeep)) break;
    }
    if (told > 0)
      this.log('info', `problems were behind in ${this.shown.name} and are brought up to date`, {
        problems: told,
      });
    return !isDeep || left === 0;
  }

  private goesOn(page: number, oldest: string, isDeep: boolean): boolean {
    return isDeep ? this.clock() - Date.parse(oldest) < CLOSED_AFTER_LOSS_MS : page < CLOSED_PAGES;
  }

  private page(status: Status[], cursor: string | undefined) {
    return sendQuery(
      this.queryClient,
      queries.listProblems,
      { limit: PAGE, status, ...(cursor === undefined ? {} : { cursor }) },
      { timeoutMs: TIMEOUT_MS },
    );
  }
}
