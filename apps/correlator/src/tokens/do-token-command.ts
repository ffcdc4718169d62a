import type { CommandAnswer, TokenCommand, TokenView } from '@gomon/contracts';
import { outcomesBefore, recordOutcomes } from '../commands/command-inbox.js';
import type { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { CommandOutcome } from '../decide/changes.js';
import { forbidden } from '../decide/people.js';
import type { RuleBook } from '../rules/rule-book.js';
import { insertToken, revokeToken } from './tokens.js';

/** Makes or revokes a token, once for each command. */
export async function doTokenCommand(
  database: Database,
  command: TokenCommand,
  book: RuleBook,
  clock: () => string,
): Promise<CommandAnswer> {
  return database.transaction([], async (tx) => {
    const now = clock();
    const before = (await outcomesBefore(tx, [command.id])).get(command.id);
    if (before !== undefined) return answerOf(command, before);
    const refusal = forbidden(command.data.actor, 'admin', await book.inForce(tx));
    const { outcome, token } =
      refusal === undefined
        ? await outcomeOf(tx, command, now)
        : { outcome: of('forbidden', refusal), token: undefined };
    recordOutcomes(tx, new Map([[command.id, outcome]]), now);
    return { ...answerOf(command, outcome), ...(token === undefined ? {} : { token }) };
  });
}

async function outcomeOf(
  tx: Transaction,
  { type, data }: TokenCommand,
  now: string,
): Promise<{ readonly outcome: CommandOutcome; readonly token: TokenView | undefined }> {
  const { name, actor } = data;
  if (type === 'gomon.command.v1.create-token') {
    const token = await insertToken(tx, data, now);
    const taken = `there is a token ${name}, or was one`;
    return { outcome: token === undefined ? of('without-effect', taken) : of('done', 'created'), token };
  }
  const token = await revokeToken(tx, name, actor, now);
  const missing = `there is no token ${name} that opens anything`;
  return { outcome: token === undefined ? of('not-found', missing) : of('done', 'revoked'), token };
}

function of(outcome: CommandOutcome['outcome'], message: string): CommandOutcome {
  return { kind: 'command', outcome, message };
}

function answerOf({ id }: TokenCommand, { outcome, message }: CommandOutcome): CommandAnswer {
  return { commandId: id, outcome, message };
}
