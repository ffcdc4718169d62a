import { readFile } from 'node:fs/promises';
import { unwatchFile, watchFile } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, type Log } from '@gomon/messaging';
import type { Database } from '../database/database.js';
import { rulesFileSeen } from './metrics.js';
import { applyRulesFile, hashOf } from './rules-versions.js';

/** Looked at, not listened to: a mounted ConfigMap changes by a link above the file. */
const LOOK_EVERY_MS = 2_000;
const RETRY_MS = 2_000;

/** Takes up the rules file at the start, when it changes and on SIGHUP. */
export class RulesFileWatch {
  private readonly stopping = new AbortController();
  private working: Promise<void> = Promise.resolve();
  private readonly look = () => {
    this.working = this.working.then(() => this.takeUp());
  };

  constructor(
    private readonly database: Database,
    private readonly path: string,
    private readonly log: Log,
  ) {}

  start(): void {
    watchFile(this.path, { interval: LOOK_EVERY_MS }, this.look);
    process.on('SIGHUP', this.look);
    this.look();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    unwatchFile(this.path, this.look);
    process.off('SIGHUP', this.look);
    await this.working;
  }

  private async takeUp(): Promise<void> {
    const { path } = this;
    const content = await this.read();
    while (content !== undefined && !this.stopping.signal.aborted) {
      try {
        const applied = await applyRulesFile(this.database, content);
        rulesFileSeen(hashOf(content), applied.kind !== 'refused');
        if (applied.kind === 'refused') {
          const faults = applied.faults.map(
            ({ line, column, path: place, message }) =>
              `${path}:${line}:${column}: ${place === '' ? '' : `${place}: `}${message}`,
          );
          this.log('error', 'the rules file is refused; the rules in force stay', { faults });
        } else {
          const { version, hash } = applied;
          this.log('info', `the rules file is ${applied.kind}`, { path, version, hash });
        }
        return;
      } catch (error) {
        this.log('warn', 'the rules file cannot be taken up yet', { path, error: describeError(error) });
        await sleep(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  /** Undefined: there is nothing to be taken up. */
  private async read(): Promise<string | undefined> {
    const { path } = this;
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) {
        this.log('info', 'there is no rules file: the rules in force stay', { path });
      } else {
        rulesFileSeen('unreadable', false);
        this.log('error', 'the rules file cannot be read: the rules in force stay', {
          path,
          error: describeError(error),
        });
      }
      return undefined;
    }
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
