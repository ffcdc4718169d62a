import { readFile, writeFile } from 'node:fs/promises';
import { board as boardSchema, MOST_EXPORTED, type HistoryItem } from '@gomon/contracts';
import { readRulesFile } from '@gomon/contracts/read-rules-file';
import { ApiError, callApi } from '../places/api.js';
import type { Surroundings } from '../places/surroundings.js';
import { faultLine } from '../rules/check-config.js';
import {
  membersOf,
  openHistory,
  problemOf,
  problemsOf,
  rulesBetween,
  rulesNow,
  silencesBefore,
  topology,
  type HistoryPage,
} from './read-history.js';
import { runTask, type Says } from './run-task.js';

/** As `gomon test` has it: 0 nothing else comes of it, 1 something does, 2 it could not be found out. */
const FAULT = 2;

export interface Backtest {
  readonly file: string;
  readonly since: string;
  readonly until: string;
  readonly json: boolean;
}

/** What other rules would have made of what was. */
export async function backtest(around: Surroundings, asked: Backtest, says: Says): Promise<number> {
  const tried = await readFile(asked.file, 'utf8');
  const read = readRulesFile(tried);
  if (!read.ok) {
    for (const fault of read.faults) says.err(faultLine(asked.file, fault));
    return FAULT;
  }
  const { first, items } = await openHistory(around, { since: asked.since, until: asked.until });
  const since = laterOf(asked.since, first.storedFrom ?? asked.since);
  if (first.gone > 0) says.err(missing(asked, first));
  const [rules, known, silences] = await Promise.all([
    rulesNow(around),
    topology(around),
    silencesBefore(around, since),
  ]);
  const { decidesBy } = first;
  const { until, json } = asked;
  return runTask(
    { task: 'backtest', decidesBy, topology: known, silences, since, until, json, rules, tried },
    items,
    says,
  );
}

function missing({ since, until }: Backtest, { storedFrom }: HistoryPage): string {
  if (storedFrom === undefined || storedFrom > until) return 'nothing of that time is stored any more';
  return storedFrom > since
    ? `what was decided before ${storedFrom} is no longer stored: it begins there`
    : 'a part of what was decided in that time is no longer stored';
}

/** What was open at a time. */
export async function board(
  around: Surroundings,
  { at, json }: { readonly at: string; readonly json: boolean },
  says: Says,
): Promise<number> {
  const audit = boardSchema.parse(await callApi(around, `/board?at=${encodeURIComponent(at)}`));
  const { replayFrom, ...told } = audit;
  const byAudit = (why: readonly string[]) => {
    const unknown = [...told.unknown, ...why];
    const decidesBy = { incidentProvider: 'none' } as const;
    const nothing = { topology: [], silences: [], since: at, rules: [{ version: 0, at, content: '' }] };
    const task = { task: 'board', decidesBy, ...nothing, at, json, board: { ...told, unknown } } as const;
    return runTask(task, none(), says);
  };
  if (replayFrom === undefined) return byAudit([]);
  const opened = await openHistory(around, { since: replayFrom, until: at }).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  });
  if (opened === undefined) return byAudit(['it was not decided anew: this token may not read what came in']);
  const { first, items } = opened;
  if (first.gone > 0) return byAudit(['it was not decided anew: a part of what came in is stored no more']);
  const [rules, known, silences] = await Promise.all([
    rulesBetween(around, replayFrom, at),
    topology(around),
    silencesBefore(around, replayFrom),
  ]);
  const { decidesBy } = first;
  const before = { topology: known, silences, since: replayFrom };
  return runTask(
    { task: 'board', decidesBy, ...before, at, json, rules: [...rules], board: audit },
    items,
    says,
  );
}

export interface Export {
  readonly id: string;
  /** Where the file is written; undefined: it is said. */
  readonly out: string | undefined;
}

/** A problem as a scenario file. */
export async function exportProblem(around: Surroundings, { id, out }: Export, says: Says): Promise<number> {
  const problem = await problemOf(around, id);
  const refused = (why: string) => {
    says.err(why);
    return FAULT;
  };
  if (problem === undefined) return refused(`there is no problem ${id}`);
  if (problem.mergedInto !== undefined)
    return refused(`it became a part of another problem: export ${problem.mergedInto.problemId}`);
  if (problem.counts.total > MOST_EXPORTED.alerts)
    return refused(
      `it has ${problem.counts.total} alerts; at most ${MOST_EXPORTED.alerts} become a scenario file`,
    );
  const members = await membersOf(around, id);
  const since = members.reduce((first, { firstSeenAt }) => earlierOf(first, firstSeenAt), problem.openedAt);
  const until = new Date().toISOString();
  const { first, items } = await openHistory(around, { since, until, problemId: id });
  const stored: HistoryItem[] = [];
  let observations = 0;
  for await (const item of items) {
    stored.push(item);
    if (item.kind === 'report') observations += item.event.data.observations.length;
    if (observations > MOST_EXPORTED.observations)
      return refused(`more than ${MOST_EXPORTED.observations} observations concern it`);
  }
  const parts = new Set(
    stored.flatMap((item) =>
      item.kind === 'report' ? item.became.flatMap(({ problemId }) => problemId ?? []) : [],
    ),
  );
  parts.delete(id);
  const merged = (await problemsOf(around, [...parts])).filter((one) => one.mergedInto !== undefined);
  const [rules, known, silences] = await Promise.all([
    rulesNow(around),
    topology(around),
    silencesBefore(around, since),
  ]);
  const { decidesBy } = first;
  const task = { task: 'export', decidesBy, topology: known, silences, since, json: false } as const;
  const lines: string[] = [];
  const say = out === undefined ? says.out : (line: string) => void lines.push(line);
  const code = await runTask({ ...task, problem, merged, members, rules }, each(stored), {
    ...says,
    out: say,
  });
  if (out !== undefined && code !== FAULT) {
    await writeFile(out, `${lines.join('\n')}\n`);
    says.out(`${out} is written`);
  }
  return code;
}

async function* each(items: readonly HistoryItem[]): AsyncGenerator<HistoryItem> {
  for (const item of items) yield await Promise.resolve(item);
}

async function* none(): AsyncGenerator<HistoryItem> {
  yield* await Promise.resolve([]);
}

function laterOf(a: string, b: string): string {
  return a > b ? a : b;
}

function earlierOf(a: string, b: string): string {
  return a < b ? a : b;
}
