import { describeError, type Log } from '@gomon/messaging';
import type { Database } from '../database/database.js';
import { isDatabaseAway } from '../database/database-error.js';
import { decideAll } from '../decide/decide.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import type { Outbox } from '../outbox/outbox.js';
import type { RuleBook } from '../rules/rule-book.js';
import { loadByIds } from '../store/load-state.js';
import { saveDecided } from '../store/save-decided.js';
import type { Listening } from './listening.js';

const LOOK_EVERY_MS = 5_000;
const MOST_AT_ONCE = 500;

/** Gives `decide` the alerts whose time has come, in the time of the watermark. */
export class DueAlerts {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly listening: Listening,
    private readonly rules: RuleBook,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.looking = this.look()
        .catch((error: unknown) => {
          this.log(isDatabaseAway(error) ? 'warn' : 'error', 'what is due cannot be decided', {
            error: describeError(error),
          });
        })
        .finally(() => {
          if (!this.isStopping) this.start();
        });
    }, LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    const listeningSince = await this.listening.since();
    if (listeningSince === undefined) return;
    const scopes = await this.database.query<{ scope: string; watermark: Date }>(
      `select scope, watermark from ledger`,
    );
    for (const { scope, watermark } of scopes) {
      const time = { watermark: watermark.toISOString(), listeningSince };
      const rows = await decideDue(this.database, scope, time, this.rules, () => new Date().toISOString());
      await this.outbox.publishCommitted(rows);
    }
  }
}

/** Decides what is due in a scope, a bounded number of alerts at once. */
export async function decideDue(
  database: Database,
  scope: string,
  time: { readonly watermark: string; readonly listeningSince: string },
  book: RuleBook,
  clock: () => string,
): Promise<readonly OutboxRow[]> {
  return database.transaction([scope], async (tx) => {
    const due = await tx.query<{ id: string }>(
      `select id from alerts_active where due_at <= $2 and scope = $1 order by due_at limit ${MOST_AT_ONCE}`,
      [scope, time.watermark],
    );
    if (due.length === 0) return [];
    const alertIds = due.map(({ id }) => id);
    const now = clock();
    const inputs = alertIds.map((alertId) => ({ kind: 'tick', alertId, ...time }) as const);
    const [rules, state] = await Promise.all([book.inForce(tx), loadByIds(tx, { problemIds: [], alertIds })]);
    const decided = decideAll(state, inputs, rules, now);
    return saveDecided(tx, decided, now);
  });
}
