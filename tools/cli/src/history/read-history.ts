import {
  listAlertsAnswer,
  listRulesAnswer,
  problemView,
  queries,
  silence,
  type AlertView,
  type DatedRules,
  type HistoryItem,
  type HistoryTask,
  type ProblemView,
  type Silence,
} from '@gomon/contracts';
import { z } from 'zod';
import { ApiError, callApi } from '../places/api.js';
import type { Surroundings } from '../places/surroundings.js';

const history = queries.readHistory.answer;
export type HistoryPage = z.output<typeof history>;

interface HistoryOf {
  readonly since: string;
  readonly until: string;
  readonly problemId?: string;
}

/** History, page by page: never more of it is held than one. */
async function* historyPages(around: Surroundings, about: HistoryOf): AsyncGenerator<HistoryPage> {
  const parameters = new URLSearchParams({ ...about, limit: '500' });
  for (;;) {
    const page = history.parse(await callApi(around, `/history?${parameters.toString()}`));
    yield page;
    if (page.nextCursor === undefined) return;
    parameters.set('cursor', page.nextCursor);
  }
}

/** The first page, and all items, those of the first page included. */
export async function openHistory(
  around: Surroundings,
  about: HistoryOf,
): Promise<{ readonly first: HistoryPage; readonly items: AsyncGenerator<HistoryItem> }> {
  const pages = historyPages(around, about);
  const opened = await pages.next();
  if (opened.done === true) throw new Error('the history has no page');
  const first = opened.value;
  return { first, items: itemsOf(first, pages) };
}

async function* itemsOf(first: HistoryPage, rest: AsyncGenerator<HistoryPage>): AsyncGenerator<HistoryItem> {
  yield* first.items;
  for await (const { items, gone } of rest) {
    if (gone > 0) throw new Error('a part of it was deleted while it was read: try it again');
    yield* items;
  }
}

/** What runs on what, all parts of it. */
export async function topology(around: Surroundings): Promise<HistoryTask['topology']> {
  const parts: HistoryTask['topology'] = [];
  for (let part = 0, of = 1; part < of; part += 1) {
    const path = `/cluster/topology?part=${part}`;
    const answer = queries.readTopology.answer.parse(await callApi(around, path));
    if (answer.topology !== null) parts.push(answer.topology);
    of = answer.parts;
  }
  return parts;
}

/** Silences that were made before a time, and not over then. */
export async function silencesBefore(around: Surroundings, time: string): Promise<Silence[]> {
  const page = z.object({ items: z.array(silence), nextCursor: z.string().optional() });
  const found: Silence[] = [];
  for (let cursor: string | undefined; ;) {
    const more = cursor === undefined ? '' : `&cursor=${cursor}`;
    const { items, nextCursor } = page.parse(await callApi(around, `/silences?limit=500${more}`));
    found.push(
      ...items.filter(
        ({ createdAt, endsAt, expired }) =>
          createdAt < time && [endsAt, expired?.at].every((end) => end === undefined || end > time),
      ),
    );
    if (nextCursor === undefined) return found;
    cursor = nextCursor;
  }
}

/** More versions than these are not asked for one by one. */
const MOST_VERSIONS = 500;

/** The rules that were in force from one time to another, the oldest first; before the first version there was the default. */
export async function rulesBetween(
  around: Surroundings,
  from: string,
  to: string,
): Promise<readonly DatedRules[]> {
  const { items } = listRulesAnswer.parse(await callApi(around, `/rules/versions?limit=${MOST_VERSIONS}`));
  const until = items.filter(({ appliedAt }) => appliedAt <= to);
  const since = until.findIndex(({ appliedAt }) => appliedAt <= from);
  const wanted = (since < 0 ? until : until.slice(0, since + 1)).toReversed();
  const rules: DatedRules[] = since < 0 ? [{ version: 0, at: from, content: '' }] : [];
  for (const { version, appliedAt } of wanted)
    rules.push({ version, at: appliedAt, content: await contentOf(around, version) });
  return rules;
}

/** The rules in force. */
export async function rulesNow(around: Surroundings): Promise<DatedRules> {
  const { items } = listRulesAnswer.parse(await callApi(around, '/rules/versions?limit=1'));
  const [newest] = items;
  if (newest === undefined) return { version: 0, at: new Date(0).toISOString(), content: '' };
  const { version, appliedAt: at } = newest;
  return { version, at, content: await contentOf(around, version) };
}

async function contentOf(around: Surroundings, version: number): Promise<string> {
  return z.object({ content: z.string() }).parse(await callApi(around, `/rules/versions/${version}`)).content;
}

/** A problem; undefined: there is none. */
export async function problemOf(around: Surroundings, id: string): Promise<ProblemView | undefined> {
  try {
    return problemView.parse(await callApi(around, `/problems/${encodeURIComponent(id)}`));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** So many are asked for at once. */
const AT_ONCE = 16;

/** Of some problems those that there are. */
export async function problemsOf(around: Surroundings, ids: readonly string[]): Promise<ProblemView[]> {
  const found: ProblemView[] = [];
  for (let next = 0; next < ids.length; next += AT_ONCE) {
    const asked = ids.slice(next, next + AT_ONCE).map((id) => problemOf(around, id));
    for (const problem of await Promise.all(asked)) if (problem !== undefined) found.push(problem);
  }
  return found;
}

const ALL = 'firing,acknowledged,escalated,resolved,archived';

/** All alerts of a problem. */
export async function membersOf(around: Surroundings, problemId: string): Promise<AlertView[]> {
  const members: AlertView[] = [];
  for (let cursor: string | undefined; ;) {
    const more = cursor === undefined ? '' : `&cursor=${cursor}`;
    const path = `/alerts?problemId=${problemId}&status=${ALL}&limit=100${more}`;
    const { items, nextCursor } = listAlertsAnswer.parse(await callApi(around, path));
    members.push(...items);
    if (nextCursor === undefined) return members;
    cursor = nextCursor;
  }
}
