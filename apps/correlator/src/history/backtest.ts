import type { HistoryItem, TaskOf } from '@gomon/contracts';
import { compare, counted, type Change, type Comparison, type Hidden, type Named } from './compare.js';
import { momentsOf } from './moments.js';
import { OutcomeWitness } from './outcome.js';
import { Replay, rulesFrom, type RulesFrom } from './replay.js';

export interface Backtest extends Comparison {
  readonly since: string;
  readonly until: string;
  readonly rulesVersion: number;
  readonly observations: number;
}

/** Decides a time twice, by the rules in force and by others, and says what would have been else. */
export async function backtest(
  task: TaskOf<'backtest'>,
  items: AsyncIterable<HistoryItem>,
): Promise<Backtest> {
  const { since, until, rules, tried } = task;
  const byThose = run(task, rulesFrom([rules], task.decidesBy));
  const byOthers = run(task, rulesFrom([{ ...rules, content: tried }], task.decidesBy));
  const runs = [byThose, byOthers];
  for await (const moment of momentsOf(items)) for (const { replay } of runs) replay.take(moment);
  const [before, after] = [byThose, byOthers].map(({ replay, witness }) => {
    replay.passUntil(until);
    return witness.outcome(until);
  }) as [ReturnType<OutcomeWitness['outcome']>, ReturnType<OutcomeWitness['outcome']>];
  return {
    since,
    until,
    rulesVersion: rules.version,
    observations: before.observations,
    ...compare(before, after),
  };
}

function run(
  task: TaskOf<'backtest'>,
  rules: readonly RulesFrom[],
): { readonly replay: Replay; readonly witness: OutcomeWitness } {
  const [first] = rules;
  if (first === undefined) throw new Error('there are no rules');
  let witness: OutcomeWitness | undefined;
  const replay = new Replay(task, [first], task.until, (world) => (witness = new OutcomeWitness(world)));
  if (witness === undefined) throw new Error('nobody keeps what becomes of it');
  return { replay, witness };
}

/** So many changes are shown; all of them are in the JSON. */
const SHOWN = 40;

/** For a person. What would have been muted of P0 and P1 stands first. */
export function backtestText(result: Backtest): string {
  const { since, until, rulesVersion, observations, hidden, changes } = result;
  const by = rulesVersion === 0 ? 'the default rules' : `version ${rulesVersion}`;
  const head = `${counted(observations, 'observation')} from ${since} to ${until}, by ${by} and by the rules that are tried`;
  if (result.same) return `${head}:\nnothing changes`;
  return [
    ...(hidden.length === 0
      ? []
      : [`P0 and P1 that would have been muted: ${hidden.length}`, ...hidden.map(hiddenLine), '']),
    `${head}:`,
    `  messages   ${result.messages.map(({ channel, ...of }) => `${channel} ${numbers(of)}`).join(', ') || 'none'}`,
    `  problems   ${numbers(result.problems)}`,
    `  incidents  ${numbers(result.incidents)}`,
    `  muted      ${numbers(result.muted)}`,
    '',
    `changes: ${changes.length}`,
    ...changes.slice(0, SHOWN).flatMap(changeLines),
    ...(changes.length > SHOWN ? [`  and ${changes.length - SHOWN} more: --json shows all`] : []),
  ].join('\n');
}

function hiddenLine({ why, laterMs, ...problem }: Hidden): string {
  const later = laterMs === undefined ? 'not told' : `told ${Math.round(laterMs / 60_000)} minutes later`;
  return `  ${nameOf(problem)}: ${later}: ${why}`;
}

function changeLines({ kind, before, after, what }: Change): readonly string[] {
  const names = (problems: readonly Named[]) => [
    ...problems.slice(0, SHOWN).map((one) => nameOf(one)),
    ...(problems.length > SHOWN ? [`and ${problems.length - SHOWN} more`] : []),
  ];
  const details = what.map((one) => `      ${one}`);
  switch (kind) {
    case 'changed':
    case 'gone':
      return [`  ${kind}: ${names(before).join(', ')}`, ...details];
    case 'new':
      return [`  ${kind}: ${names(after).join(', ')}`, ...details];
    default:
      return [
        `  ${kind}:`,
        ...names(before).map((name) => `    - ${name}`),
        ...names(after).map((name) => `    + ${name}`),
        ...details,
      ];
  }
}

function nameOf({ severity, title, openedAt, alerts }: Named): string {
  return `${severity} ${title} (${counted(alerts, 'alert')}, ${openedAt.slice(0, 19)}Z)`;
}

function numbers({ before, after }: { readonly before: number; readonly after: number }): string {
  return before === after ? String(before) : `${before} -> ${after}`;
}
