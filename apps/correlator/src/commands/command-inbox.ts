import type { AlertCommand } from '@gomon/contracts';
import type { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { CommandOutcome } from '../decide/changes.js';

/** What became of commands before: a command has one effect, however often it is delivered. */
export async function outcomesBefore(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CommandOutcome>> {
  const rows = await tx.query<{ id: string; outcome: CommandOutcome }>(
    `select id, outcome from commands where id = any($1::text[])`,
    [ids],
  );
  return new Map(rows.map(({ id, outcome }) => [id, outcome]));
}

/** `seqs`: where they stand in their stream. */
export function recordOutcomes(
  tx: Transaction,
  outcomes: ReadonlyMap<string, CommandOutcome>,
  now: string,
  seqs: ReadonlyMap<string, number> = new Map(),
): void {
  if (outcomes.size === 0) return;
  const sql = `insert into commands (id, at, outcome, seq)
     select id, $2, outcome, seq from json_to_recordset($1::json) as decided (id text, outcome jsonb, seq bigint)`;
  const rows = [...outcomes].map(([id, outcome]) => ({ id, outcome, seq: seqs.get(id) }));
  tx.send([{ sql, parameters: [JSON.stringify(rows), now] }]);
}

/** What commands name. */
export interface Targets {
  readonly problemIds: readonly string[];
  readonly alertIds: readonly string[];
}

export function targetsOf(commands: readonly AlertCommand[]): Targets {
  const problemIds: string[] = [];
  const alertIds: string[] = [];
  for (const command of commands) {
    const { data } = command;
    if ('problemId' in data) problemIds.push(data.problemId);
    else if ('alertId' in data) alertIds.push(data.alertId);
    else if ('target' in data && data.target !== undefined)
      (data.target.kind === 'problem' ? problemIds : alertIds).push(data.target.id);
    if ('alertIds' in data) alertIds.push(...data.alertIds);
    if (command.type === 'gomon.command.v1.merge-problems') problemIds.push(command.data.into);
    if (command.type === 'gomon.command.v1.move-alerts') problemIds.push(command.data.to);
  }
  return { problemIds, alertIds };
}

/** The scopes of the targets, which never change. */
export async function scopesOf(
  database: Database,
  { problemIds, alertIds }: Targets,
): Promise<readonly string[]> {
  const rows = await database.query<{ scope: string }>(
    `select scope from problems where id = any($1::uuid[])
     union select scope from alerts_active where id = any($2::uuid[])
     union select scope from alerts_archive where id = any($2::uuid[])`,
    [problemIds, alertIds],
  );
  return rows.map(({ scope }) => scope);
}
