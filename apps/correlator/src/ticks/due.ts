import { describeError, type Log } from '@gomon/messaging';
import type { Database } from '../database/database.js';
import { isDatabaseAway } from '../database/database-error.js';
import type { Transaction } from '../database/transaction.js';
import type { TickInput } from '../decide/decide-tick.js';
import { missingFingerprints } from '../decide/heartbeats.js';
import type { Rules } from '../decide/rules.js';
import type { State } from '../decide/state.js';
import { knownScopes } from '../ledger/known-scopes.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import type { Outbox } from '../outbox/outbox.js';
import type { RuleBook } from '../rules/rule-book.js';
import { decideStored } from '../store/decide-stored.js';
import { joined, loadBeats, loadByFingerprints, loadByIds } from '../store/load-state.js';
import { beginSilences } from '../silences/mark-matching.js';
import { AT_ONCE, saveDecided } from '../store/save-decided.js';
import type { Revisions } from '../store/graphs.js';
import { loadAround } from '../store/surroundings.js';
import type { KnownTime, Listening } from './listening.js';
import { countStorms } from './storms.js';

const LOOK_EVERY_MS = 2_500;
const MOST_AT_ONCE = 500;
/** While time stands still, only what was marked to be looked at at once is due. */
const NO_TIME: KnownTime = { watermark: AT_ONCE, listeningSince: '' };

/** Gives `decide` what is due: alerts, problems and heartbeats whose time has come, in the time of the watermark. */
export class Due {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isStopping = false;
  private isWanted = false;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly listening: Listening,
    private readonly rules: RuleBook,
    private readonly log: Log,
  ) {}

  start(): void {
    this.waitFor(LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  /** Something was marked to be looked at at once. */
  lookNow(): void {
    this.isWanted = true;
    if (this.looking === undefined && this.timer !== undefined) this.waitFor(0);
  }

  private waitFor(ms: number): void {
    clearTimeout(this.timer);
    if (this.isStopping) return;
    this.timer = setTimeout(() => {
      this.isWanted = false;
      this.looking = this.look()
        .catch((error: unknown) => {
          this.log(isDatabaseAway(error) ? 'warn' : 'error', 'what is due cannot be decided', {
            error: describeError(error),
          });
        })
        .finally(() => {
          this.looking = undefined;
          this.waitFor(this.isWanted ? 0 : LOOK_EVERY_MS);
        });
    }, ms);
  }

  private async look(): Promise<void> {
    if (await beginSilences(this.database, new Date().toISOString())) this.isWanted = true;
    const time = (await this.listening.time()) ?? NO_TIME;
    for (const scope of await knownScopes(this.database)) {
      const decided = await decideDue(this.database, scope, time, this.rules, () => new Date().toISOString());
      if (decided.isMore) this.isWanted = true;
      await this.outbox.publishCommitted(decided.outbox);
    }
    await countStorms(this.database);
  }
}

/** Decides what is due in a scope, a bounded number at once. */
export async function decideDue(
  database: Database,
  scope: string,
  time: KnownTime,
  book: RuleBook,
  clock: () => string,
): Promise<{ readonly outbox: readonly OutboxRow[]; readonly isMore: boolean }> {
  const [any] = await database.query<{ is_due: boolean }>(
    `select exists (select from alerts_active where due_at <= $2 and scope = $1)
         or exists (select from problems where due_at <= $2 and scope = $1)
         or exists (select from heartbeats where due_at <= $2 and scope = $1) as is_due`,
    [scope, time.watermark],
  );
  if (any?.is_due !== true) return { outbox: [], isMore: false };
  const committed = await database.transaction([scope], async (tx) => {
    const [revisions, rules, alerts, problems, beats] = await Promise.all([
      book.graphs.revisions(tx, [scope]),
      book.inForce(tx),
      due(tx, 'alerts_active', scope, time),
      due(tx, 'problems', scope, time),
      due(tx, 'heartbeats', scope, time),
    ]);
    const inputs: readonly TickInput[] = [
      ...alerts.map((id) => tick('alert', id, time)),
      ...problems.map((id) => tick('problem', id, time)),
      ...beats.map((id) => tick('heartbeat', id, time)),
    ];
    const state = await load(tx, scope, { alerts, problems, beats }, { revisions, rules, book });
    const now = clock();
    const decided = await decideStored(tx, state, inputs, rules, now);
    const outbox = saveDecided(tx, decided, book, now);
    const isMore = [alerts, problems, beats].some(({ length }) => length === MOST_AT_ONCE);
    const countMatches = () => book.matches.count(decided, rules, now);
    return { outbox, isMore: isMore || decided.freed.length > 0, countMatches };
  });
  committed.countMatches();
  return committed;
}

function tick(kind: TickInput['target']['kind'], id: string, time: KnownTime): TickInput {
  return { kind: 'tick', target: { kind, id }, ...time };
}

async function due(
  tx: Transaction,
  table: 'alerts_active' | 'problems' | 'heartbeats',
  scope: string,
  { watermark }: KnownTime,
): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(
    `select id from ${table} where due_at <= $2 and scope = $1 order by due_at limit ${MOST_AT_ONCE}`,
    [scope, watermark],
  );
  return rows.map(({ id }) => id);
}

async function load(
  tx: Transaction,
  scope: string,
  { alerts, problems, beats }: Readonly<Record<'alerts' | 'problems' | 'beats', readonly string[]>>,
  around: { readonly revisions: Revisions; readonly rules: Rules; readonly book: RuleBook },
): Promise<State> {
  const [members, waitedFor] = await Promise.all([
    loadByIds(tx, { problemIds: problems, alertIds: alerts }),
    loadBeats(tx, beats),
  ]);
  const fingerprints = [...waitedFor.values()].flatMap(({ name, source }) =>
    missingFingerprints(scope, name, source, around.rules),
  );
  const missing = await loadByFingerprints(tx, scope, fingerprints);
  const states = [members, missing];
  const endings = alerts.length;
  const all = states.flatMap((state) => [...state.alerts.values()]);
  return joined(states, await loadAround(tx, all, { endings, ...around }), waitedFor);
}
