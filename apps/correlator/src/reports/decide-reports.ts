import type { ObservedEvent } from '@gomon/contracts';
import type { Delivery } from '@gomon/messaging';
import type { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { Decided } from '../decide/decide-all.js';
import type { SnapshotInput } from '../decide/decide-snapshot.js';
import { isPlainRepeat, type ObservationInput } from '../decide/episode.js';
import { fingerprintsOf } from '../decide/identity.js';
import type { Rules } from '../decide/rules.js';
import { beatIdOf, beatsIn, beatsOfSource, missingFingerprints } from '../decide/heartbeats.js';
import { NOTHING_AROUND, type Problem, type State } from '../decide/state.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import { decideStored } from '../store/decide-stored.js';
import type { Revisions } from '../store/graphs.js';
import { joined, loadBeats, loadByExtents, loadByFingerprints, loadProblems } from '../store/load-state.js';
import { loadAround } from '../store/surroundings.js';
import type { RuleBook } from '../rules/rule-book.js';
import { saveDecided } from '../store/save-decided.js';
import { observationsDecided } from './metrics.js';
import { noteDuplicates, recordReports, sortOut, type DecidedReport } from './report-inbox.js';
import { ReadAhead } from './read-ahead.js';
import { inputsOf } from './report-inputs.js';

/**
 * Decides a batch of reports in one transaction: locks their scopes, drops what was decided before, loads what they touch,
 * decides, writes. Returns the committed outbox rows, and whether something is no longer muted that was. Nothing is locked until
 * `turn` has come; what can be read without a lock is read meanwhile.
 */
export async function decideReports(
  database: Database,
  deliveries: readonly Delivery<ObservedEvent>[],
  book: RuleBook,
  clock: () => string,
  turn: Promise<unknown> = Promise.resolve(),
): Promise<{ readonly outbox: readonly OutboxRow[]; readonly frees: boolean }> {
  const scopes = [...new Set(deliveries.map(({ event }) => event.data.scope))];
  const inputsBy = new Map(deliveries.map((delivery) => [delivery, inputsOf(delivery)]));
  const all = [...inputsBy.values()].flat();
  const known = book.latest;
  const graphOf = (scope: string) => book.graphs.latest(scope);
  const ahead = new ReadAhead(all, known, { graphOf, topology: book.topology });
  await Promise.all([turn, ahead.until(turn)]);
  const committed = await database.transaction(scopes, async (tx) => {
    const loading = Promise.all([
      book.graphs.revisions(tx, scopes),
      book.inForce(tx),
      sortOut(tx, deliveries),
      load(tx, all, known),
      loadProblems(tx, book.touched.in(scopes)),
    ]);
    const [[revisions, rules, { fresh, duplicates }, loaded, touched]] = await Promise.all([
      loading,
      ahead.until(loading),
    ]);
    if (fresh.length === 0) {
      noteDuplicates(tx, duplicates);
      return { outbox: [], reports: [], frees: false, countMatches: () => undefined };
    }
    // By other rules other alerts may be meant.
    const state = await withAround(tx, all, rules === known ? loaded : await load(tx, all, rules), {
      revisions,
      rules,
      book,
      ahead,
    });
    // Read under the lock: audit and timeline are in the order of the decisions.
    const now = clock();
    const inputs = fresh.map((delivery) => inputsBy.get(delivery) ?? []);
    const decided = await decideStored(tx, withAhead(state, touched), inputs.flat(), rules, now);
    book.touched.note(scopes, touchedBeside(decided, state));
    const outbox = saveDecided(tx, decided, book, now, tracesOf(fresh, inputs, decided.outcomes));
    const reports = decidedReports(fresh, inputs, decided);
    recordReports(tx, reports, now);
    noteDuplicates(tx, duplicates);
    const countMatches = () => book.matches.count(decided, rules, now);
    return { outbox, reports, frees: decided.freed.length > 0, countMatches };
  });
  committed.countMatches();
  for (const { outcomes } of committed.reports) {
    for (const { end } of outcomes) observationsDecided.inc({ end });
  }
  return committed;
}

/** What was loaded ahead changes no decision: it would have been loaded when it turned out to be touched. */
function withAhead(state: State, ahead: State): State {
  return ahead.problems.size === 0 ? state : joined([state, ahead], state.around, state.beats);
}

function touchedBeside({ problems, before }: Decided, loaded: State): readonly Problem[] {
  return problems.filter(({ id }) => before.problems.has(id) && !loaded.problems.has(id));
}

async function load(
  tx: Transaction,
  inputs: readonly (ObservationInput | SnapshotInput)[],
  rules: Rules,
): Promise<State> {
  const byScope = new Map<string, Map<string, (ObservationInput | SnapshotInput)[]>>();
  const looks = inputs.filter((input) => input.kind === 'snapshot');
  const beats = new Set<string>();
  for (const input of inputs) {
    const { scope, source } = input;
    const fingerprints = byScope.get(scope) ?? new Map<string, (ObservationInput | SnapshotInput)[]>();
    if (input.kind === 'observation') {
      for (const one of fingerprintsOf(scope, source, input.observation.labels, rules))
        fingerprints.set(one, [...(fingerprints.get(one) ?? []), input]);
    }
    const heard = input.kind === 'snapshot' ? beatsOfSource(source, rules) : beatsIn(input, rules);
    for (const rule of heard) {
      beats.add(beatIdOf(scope, rule.name, source));
      for (const one of missingFingerprints(scope, rule.name, source, rules)) fingerprints.set(one, [input]);
    }
    if (fingerprints.size > 0) byScope.set(scope, fingerprints);
  }
  const states: State[] = [];
  for (const [scope, fingerprints] of byScope)
    states.push(
      await loadByFingerprints(
        tx,
        scope,
        [...fingerprints.keys()],
        (alert) =>
          fingerprints
            .get(alert.fingerprint)
            ?.every((input) => input.kind === 'observation' && isPlainRepeat(alert, input)) !== true,
      ),
    );
  if (looks.length > 0) states.push(await loadByExtents(tx, looks));
  const [only] = states;
  return states.length === 1 && only !== undefined && beats.size === 0
    ? only
    : joined(states, NOTHING_AROUND, await loadBeats(tx, [...beats]));
}

async function withAround(
  tx: Transaction,
  inputs: readonly (ObservationInput | SnapshotInput)[],
  state: State,
  about: {
    readonly revisions: Revisions;
    readonly rules: Rules;
    readonly book: RuleBook;
    readonly ahead: ReadAhead;
  },
): Promise<State> {
  let endings = 0;
  const mentioned = inputs.flatMap((input) => {
    if (input.kind === 'snapshot') {
      endings += state.alerts.size;
      return [];
    }
    if (input.observation.status === 'resolved') endings += 1;
    return { scope: input.scope, said: input.observation };
  });
  const alerts = endings === 0 ? mentioned : [...mentioned, ...state.alerts.values()];
  const around = await loadAround(tx, alerts, { endings, ...about });
  return { ...state, around: { ...around, read: about.ahead.readBy(about.rules, around.topology) } };
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
