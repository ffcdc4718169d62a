import type { AlertCommand, CommandAnswer } from '@gomon/contracts';
import type { Database } from '../database/database.js';
import type { CommandOutcome } from '../decide/changes.js';
import type { State } from '../decide/state.js';
import { alertView, problemView } from '../decide/views.js';
import { knownScopes } from '../ledger/known-scopes.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import type { RuleBook } from '../rules/rule-book.js';
import { decideStored } from '../store/decide-stored.js';
import { loadByIds, withNewest } from '../store/load-state.js';
import { markMatching } from '../silences/mark-matching.js';
import { lockSilences } from '../silences/silence-row.js';
import { saveDecided } from '../store/save-decided.js';
import { loadAround } from '../store/surroundings.js';
import { outcomesBefore, recordOutcomes, scopesOf, targetsOf } from './command-inbox.js';

/** What a batch of commands has led to, once committed. */
export interface DecidedCommands {
  readonly outbox: readonly OutboxRow[];
  /** By command id, of commands decided before as well. */
  readonly answers: ReadonlyMap<string, CommandAnswer>;
  /** Something may be muted, or no longer, because of it. */
  readonly frees: boolean;
}

/** Decides a batch of commands in one transaction. `seqs`: where they stand in their stream, by id. */
export async function decideCommands(
  database: Database,
  events: readonly AlertCommand[],
  book: RuleBook,
  clock: () => string,
  seqs: ReadonlyMap<string, number> = new Map(),
): Promise<DecidedCommands> {
  const commands = [...new Map(events.map((event) => [event.id, event])).values()];
  if (commands.length === 0) return { outbox: [], answers: new Map(), frees: false };
  const targets = targetsOf(commands);
  const areAboutSilences = commands.some(isAboutSilences);
  // What a silence is for may be of any scope: nothing of it is decided meanwhile by the silences of before.
  const scopes = areAboutSilences ? await knownScopes(database) : await scopesOf(database, targets);
  return database.transaction(scopes, async (tx) => {
    const ids = commands.map(({ id }) => id);
    if (areAboutSilences) lockSilences(tx);
    const [revisions, rules, before, loaded] = await Promise.all([
      // What gateways record changes no alert.
      book.graphs.revisions(tx, commands.every(isRecord) ? [] : scopes),
      book.inForce(tx),
      outcomesBefore(tx, ids),
      loadByIds(tx, targets),
    ]);
    const takesBack = commands.some(({ type }) => type === 'gomon.command.v1.reopen-problem');
    const known = takesBack ? await withNewest(tx, loaded) : loaded;
    const around = await loadAround(tx, [...known.alerts.values()], {
      revisions,
      endings: known.alerts.size,
      rules,
      book,
    });
    const state = { ...known, around };
    const fresh = commands.filter(({ id }) => !before.has(id));
    const now = clock();
    const inputs = fresh.map((command) => ({ kind: 'command', command }) as const);
    const decided = await decideStored(tx, state, inputs, rules, now);
    const outcomes = new Map<string, CommandOutcome>();
    const traces = new Map<string, string>();
    for (const [index, { id, traceparent }] of fresh.entries()) {
      const outcome = decided.outcomes[index];
      if (outcome?.kind !== 'command') continue;
      outcomes.set(id, outcome);
      if (outcome.problemId !== undefined && traceparent !== undefined)
        traces.set(outcome.problemId, traceparent);
    }
    const outbox = saveDecided(tx, decided, book, now, (problemId) => traces.get(problemId));
    recordOutcomes(tx, outcomes, now, seqs);
    const marks = await markMatching(tx, decided.silences);
    const answers = [...before, ...outcomes].map(
      ([id, outcome]) => [id, answerOf(id, outcome, decided.state)] as const,
    );
    return { outbox, answers: new Map(answers), frees: marks || decided.freed.length > 0 };
  });
}

/** A gateway says what became of something. */
function isRecord({ type }: AlertCommand): boolean {
  return type.startsWith('gomon.command.v1.record-');
}

function isAboutSilences({ type }: AlertCommand): boolean {
  return type.endsWith('-silence');
}

function answerOf(commandId: string, decided: CommandOutcome, state: State): CommandAnswer {
  const { outcome, message, hint, problemId, alertId, silenceId } = decided;
  const silence = state.around.silences.find(({ data }) => data.id === silenceId)?.data;
  const problem = problemId === undefined ? undefined : state.problems.get(problemId);
  const primary = problem === undefined ? undefined : state.alerts.get(problem.primaryId);
  const alert = alertId === undefined ? primary : state.alerts.get(alertId);
  return {
    commandId,
    outcome,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(problem === undefined ? {} : { problem: problemView(state, problem) }),
    ...(alert === undefined ? {} : { alert: alertView(alert) }),
    ...(silence === undefined ? {} : { silence }),
  };
}
