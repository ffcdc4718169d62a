import { describeError, type Log } from '@gomon/messaging';
import type { Database } from '../database/database.js';
import { isDatabaseAway } from '../database/database-error.js';
import type { Rules } from '../decide/rules.js';
import { rulesIn } from '../decide/rules-that-match.js';
import { ruleMatched } from './metrics.js';
import type { RuleBook } from './rule-book.js';
import { writeRuleMatches } from './rule-usage.js';

/** A process that is killed forgets what it has counted since: the counts say which rules are used, and need no more. */
const EVERY_MS = 30_000;

/** Writes now and then how often rules have matched: not in each transaction, which would make all of them wait for each other. */
export class RuleMatchesWriter {
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private isStopping = false;
  /** Rules of which PostgreSQL knows that they are there. */
  private known: Rules | undefined;

  constructor(
    private readonly database: Database,
    private readonly book: RuleBook,
    private readonly log: Log,
  ) {}

  start(): void {
    this.writing = this.write().finally(() => {
      if (!this.isStopping) this.timer = setTimeout(() => this.start(), EVERY_MS);
    });
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.writing;
    await this.write();
  }

  private async write(): Promise<void> {
    const { database, book } = this;
    const matches = book.matches.take();
    try {
      const rules = await book.inForce(database);
      const others = rules === this.known ? [] : rulesIn(rules);
      await writeRuleMatches(database, matches, others, new Date().toISOString());
      for (const rule of others) ruleMatched(rule, 0);
      this.known = rules;
    } catch (error) {
      book.matches.putBack(matches);
      this.log(isDatabaseAway(error) ? 'warn' : 'error', 'how often rules match cannot be written yet', {
        error: describeError(error),
      });
    }
  }
}
