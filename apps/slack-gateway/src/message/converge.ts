import { setTimeout as sleep } from 'node:timers/promises';
import { queries } from '@gomon/contracts';
import { describeError, sendQuery, type Log } from '@gomon/messaging';
import type { ClientProxy } from '@nestjs/microservices';
import type { TellProblem } from './tell-problem.js';

const PAGE = 100;
const TIMEOUT_MS = 5_000;
const RETRY_MS = 5_000;

/**
 * Once after the start: whatever of the open problems Slack does not show as it is now is told, also when its facts are gone
 * from the stream (they are kept for 7 days) or the claims were lost.
 */
export class Convergence {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly queryClient: Pick<ClientProxy, 'send'>,
    private readonly teller: TellProblem,
    private readonly log: Log,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.converge();
        return;
      } catch (error) {
        this.log('warn', 'the open problems cannot be asked for yet', { error: describeError(error) });
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async converge(): Promise<void> {
    let cursor: string | undefined;
    let told = 0;
    do {
      const page = await sendQuery(
        this.queryClient,
        queries.listProblems,
        {
          limit: PAGE,
          status: ['firing', 'acknowledged', 'escalated'],
          ...(cursor === undefined ? {} : { cursor }),
        },
        { timeoutMs: TIMEOUT_MS },
      );
      for (const { problem, tell } of page.items) {
        const shown = problem.told.find(({ receiver }) => receiver === 'slack')?.version ?? 0;
        if (shown >= problem.version || this.stopping.signal.aborted) continue;
        await this.teller.tell({ problem, tell, isRetry: true });
        told += 1;
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined && !this.stopping.signal.aborted);
    if (told > 0) this.log('info', 'open problems were behind in Slack and are told', { told });
  }
}
