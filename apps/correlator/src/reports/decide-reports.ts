import type { ObservedEvent } from '@gomon/contracts';
import type { Delivery } from '@gomon/messaging';
import type { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { decideAll, type Decided } from '../decide/decide.js';
import type { SnapshotInput } from '../decide/decide-snapshot.js';
import type { ObservationInput } from '../decide/episode.js';
import { fingerprintsOf } from '../decide/identity.js';
import type { Rules } from '../decide/rules.js';
import { stateOf, type State } from '../decide/state.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import { loadByExtents, loadByFingerprints } from '../store/load-state.js';
import type { RuleBook } from '../rules/rule-book.js';
import { saveDecided } from '../store/save-decided.js';
import { observationsDecided } from './metrics.js';
import { noteDuplicates, recordReports, sortOut, type DecidedReport } from './report-inbox.js';
import { inputsOf } from './report-inputs.js';

/**
 * Decides a batch of reports in one transaction: locks their scopes, drops what was decided before, loads what they touch,
 * decides, writes. Returns the committed outbox rows.
 */
export async function decideReports(
  database: Database,
  deliveries: readonly Delivery<ObservedEvent>[],
  book: RuleBook,
  clock: () => string,
): Promise<readonly OutboxRow[]> {
  const committed = await database.transaction(
    deliveries.map(({ event }) => event.data.scope),
    async (tx) => {
      const inputsBy = new Map(deliveries.map((delivery) => [delivery, inputsOf(delivery)]));
      const known = book.latest;
      const [rules, { fresh, duplicates }, loaded] = await Promise.all([
        book.inForce(tx),
        sortOut(tx, deliveries),
        load(tx, [...inputsBy.values()].flat(), known),
      ]);
      // By other rules other alerts may be meant.
      const state = rules === known ? loaded : await load(tx, [...inputsBy.values()].flat(), rules);
      if (fresh.length === 0) {
        noteDuplicates(tx, duplicates);
        return { outbox: [], reports: [] };
      }
      // Read under the lock: audit and timeline are in the order of the decisions.
      const now = clock();
      const inputs = fresh.map((delivery) => inputsBy.get(delivery) ?? []);
      const decided = decideAll(state, inputs.flat(), rules, now);
      const outbox = saveDecided(tx, decided, now, tracesOf(fresh, inputs, decided.outcomes));
      const reports = decidedReports(fresh, inputs, decided);
      recordReports(tx, reports, now);
      noteDuplicates(tx, duplicates);
      return { outbox, reports };
    },
  );
  for (const { outcomes } of committed.reports) {
    for (const { end } of outcomes) observationsDecided.inc({ end });
  }
  return committed.outbox;
}

async function load(
  tx: Transaction,
  inputs: readonly (ObservationInput | SnapshotInput)[],
  rules: Rules,
): Promise<State> {
  const byScope = new Map<string, Set<string>>();
  const looks: SnapshotInput[] = [];
  for (const input of inputs) {
    if (input.kind === 'snapshot') {
      looks.push(input);
      continue;
    }
    const { scope, source, observation } = input;
    const fingerprints = byScope.get(scope) ?? new Set();
    for (const one of fingerprintsOf(scope, source, observation.labels, rules)) fingerprints.add(one);
    byScope.set(scope, fingerprints);
  }
  const states: State[] = [];
  for (const [scope, fingerprints] of byScope)
    states.push(await loadByFingerprints(tx, scope, [...fingerprints]));
  if (looks.length > 0) states.push(await loadByExtents(tx, looks));
  const [only] = states;
  return states.length === 1 && only !== undefined
    ? only
    : stateOf(
        states.flatMap(({ alerts }) => [...alerts.values()]),
        states.flatMap(({ problems }) => [...problems.values()]),
      );
}

function decidedReports(
  deliveries: readonly Delivery<ObservedEvent>[],
  inputs: readonly (readonly unknown[])[],
  { outcomes, state }: Decided,
): readonly DecidedReport[] {
  let next = 0;
  return deliveries.map((delivery, at) => {
    const from = next;
    next += inputs[at]?.length ?? 0;
    return {
      delivery,
      outcomes: outcomes
        .slice(from, next)
        .flatMap((outcome) => (outcome.kind === 'observation' ? withVersion(outcome, state) : [])),
    };
  });
}

function withVersion(
  outcome: DecidedReport['outcomes'][number],
  state: State,
): DecidedReport['outcomes'][number] {
  if (outcome.end !== 'told' || outcome.problemId === undefined) return outcome;
  const version = state.problems.get(outcome.problemId)?.version;
  return version === undefined ? outcome : { ...outcome, version };
}

/** A problem's fact belongs to the trace of the last report that touched it. */
function tracesOf(
  deliveries: readonly Delivery<ObservedEvent>[],
  inputs: readonly (readonly unknown[])[],
  outcomes: Decided['outcomes'],
): (problemId: string) => string | undefined {
  const traces = new Map<string, string>();
  let index = 0;
  for (const [at, delivery] of deliveries.entries()) {
    for (const outcome of outcomes.slice(index, (index += inputs[at]?.length ?? 0))) {
      const problemId = outcome.kind === 'observation' ? outcome.problemId : undefined;
      if (problemId !== undefined && delivery.traceparent !== undefined)
        traces.set(problemId, delivery.traceparent);
    }
  }
  return (problemId) => traces.get(problemId);
}
