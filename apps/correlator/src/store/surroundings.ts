import type { Reader } from '../database/transaction.js';
import { inhibitorKeysOf } from '../decide/inhibition.js';
import type { Rules } from '../decide/rules.js';
import type { Alert, Around } from '../decide/state.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { Revisions } from './graphs.js';
import { loadCalls, loadInhibitors } from './load-state.js';

/** Of those that mute one alert so many are known: each that ends in the transaction leaves another. */
const MOST_INHIBITORS = 200;

/**
 * What stands around alerts in a transaction. `endings`: how many alerts may end in it. To be called after the rules in force
 * were asked for.
 */
export async function loadAround(
  tx: Reader,
  alerts: readonly (Pick<Alert, 'scope'> & { readonly said: Pick<Alert['said'], 'labels'> })[],
  {
    revisions,
    endings,
    rules,
    book,
  }: {
    /** Of the graphs of the scopes whose locks are held. */
    readonly revisions: Revisions;
    readonly endings: number;
    readonly rules: Rules;
    readonly book: RuleBook;
  },
): Promise<Around> {
  const keys =
    rules.inhibitions.length === 0
      ? []
      : [...new Set(alerts.flatMap((alert) => inhibitorKeysOf(alert, rules)))];
  const most = Math.min(endings + 1, MOST_INHIBITORS);
  const [inhibitors, graphs, calls] = await Promise.all([
    loadInhibitors(tx, keys, most),
    book.graphs.of(tx, revisions, rules),
    loadCalls(tx, [...revisions.keys()], rules),
  ]);
  return { silences: book.silences, inhibitors, topology: book.topology, graphs, calls, read: new Map() };
}
