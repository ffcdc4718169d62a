import type { RulesCommand } from '@gomon/contracts';
import { outcomesBefore, recordOutcomes } from '../commands/command-inbox.js';
import type { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { CommandOutcome } from '../decide/changes.js';
import { forbidden } from '../decide/people.js';
import type { RuleBook } from './rule-book.js';
import { applyRules, findRules, lockRules, type NextRules } from './rules-versions.js';

/** Puts other rules in force, once for each command. */
export async function doRulesCommand(
  database: Database,
  command: RulesCommand,
  book: RuleBook,
  clock: () => string,
): Promise<CommandOutcome> {
  return database.transaction([], async (tx) => {
    lockRules(tx);
    const before = (await outcomesBefore(tx, [command.id])).get(command.id);
    if (before !== undefined) return before;
    const refusal = forbidden(command.data.actor, 'admin', await book.inForce(tx));
    const outcome: CommandOutcome =
      refusal === undefined
        ? await outcomeOf(tx, command)
        : { kind: 'command', outcome: 'forbidden', message: refusal };
    recordOutcomes(tx, new Map([[command.id, outcome]]), clock());
    return outcome;
  });
}

async function outcomeOf(tx: Transaction, command: RulesCommand): Promise<CommandOutcome> {
  const { actor, note } = command.data;
  if (command.type === 'gomon.command.v1.apply-rules') {
    return putInForce(tx, { content: command.data.content, origin: 'api', actor, note });
  }
  const { version } = command.data;
  const earlier = await findRules(tx, version);
  if (earlier === undefined) {
    return { kind: 'command', outcome: 'not-found', message: `there is no version ${version} of the rules` };
  }
  return putInForce(tx, {
    content: earlier.content,
    origin: 'rollback',
    actor,
    note: note ?? `back to version ${version}`,
  });
}

async function putInForce(tx: Transaction, next: NextRules): Promise<CommandOutcome> {
  const applied = await applyRules(tx, next);
  if (applied.kind === 'refused') {
    const [first] = applied.faults;
    const where = first === undefined ? '' : `: line ${first.line}, column ${first.column}: ${first.message}`;
    return { kind: 'command', outcome: 'without-effect', message: `the rules are refused${where}` };
  }
  const { version, hash } = applied;
  const rules = { version, hash };
  return applied.kind === 'unchanged'
    ? {
        kind: 'command',
        outcome: 'without-effect',
        message: `version ${version} is in force, and is the same`,
        rules,
      }
    : { kind: 'command', outcome: 'done', message: `version ${version} is in force`, rules };
}
