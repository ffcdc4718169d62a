import type { Transaction } from '../database/transaction.js';
import { decideAll, type Decided } from '../decide/decide-all.js';
import type { Input } from '../decide/decide.js';
import { Overlay } from '../decide/overlay.js';
import type { Rules } from '../decide/rules.js';
import type { Alert, State } from '../decide/state.js';
import { alertsWhere, joined, loadProblems, sampleOf } from './load-state.js';

/**
 * Decides on what was loaded. What belongs together is known only when it is decided: problems that turn out to be touched are
 * loaded, and it is decided again. Answers what readers of its facts are shown as well.
 */
export async function decideStored(
  tx: Transaction,
  loaded: State,
  inputs: readonly Input[],
  rules: Rules,
  now: string,
): Promise<Decided> {
  let state = loaded;
  for (;;) {
    const decided = decideAll(state, inputs, rules, now);
    const missing = [...decided.missing].filter((id) => !state.problems.has(id));
    if (missing.length === 0) return withSample(tx, decided);
    const more = await loadProblems(tx, missing);
    if (more.problems.size === 0)
      throw new Error(`problems are in the graph and not stored: ${missing.join(', ')}`);
    state = joined([state, more], state.around, state.beats);
  }
}

/** Of problems with many alerts the first, which their readers are shown. */
async function withSample(tx: Transaction, decided: Decided): Promise<Decided> {
  const { state, facts } = decided;
  const many = facts.map(({ problem }) => problem).filter(({ counts }) => counts.total !== 1);
  if (many.length === 0) return decided;
  const primaries = many.map(({ primaryId }) => primaryId).filter((id) => !state.alerts.has(id));
  const [sample, missing] = await Promise.all([
    sampleOf(
      tx,
      many.map(({ id }) => id),
    ),
    alertsWhere(tx, 'id', primaries),
  ]);
  const moved = new Map(decided.moves.map(({ alertId, to }) => [alertId, to]));
  const alerts = new Overlay(state.alerts);
  const members = new Map<string, Set<string>>();
  for (const alert of [...sample, ...missing]) {
    if (state.alerts.has(alert.id)) continue;
    const problemId = moved.get(alert.id) ?? alert.problemId;
    const shown: Alert = { ...alert, problemId };
    alerts.set(alert.id, shown);
    members.set(problemId, (members.get(problemId) ?? new Set<string>()).add(alert.id));
  }
  const all = function* (problemId: string): Generator<string> {
    yield* state.members(problemId);
    yield* members.get(problemId) ?? [];
  };
  return { ...decided, state: { ...state, alerts, members: all } };
}
